/** One document of a file, and the path that the app manager gives it. */
export interface SingleDocument {
  readonly path: string;
  readonly text: string;
}

/**
 * The documents of a text as the app manager cuts it (ConvertToSingleDocs in KOTS, pkg/util): at lines that hold
 * `---`, maybe with spaces or a comment behind it. Blank ones are dropped, line ends become LF.
 */
export function singleDocuments(text: string): string[] {
  const lines = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  if (!lines.includes('---')) return lines.trim() === '' ? [] : [lines];
  return lines
    .replace(/^---[ \t]*(?:#.*)?$/gm, '---')
    .split('\n---\n')
    .filter((document) => document.trim() !== '');
}

/** The documents of a file as files of their own: the second of `a.yaml` is `a-2.yaml`. */
export function singleFiles(path: string, text: string): SingleDocument[] {
  const dot = path.lastIndexOf('.');
  const end = dot > path.lastIndexOf('/') ? dot : path.length;
  return singleDocuments(text).map((document, index) => ({
    path: index === 0 ? path : `${path.slice(0, end)}-${index + 1}${path.slice(end)}`,
    text: document,
  }));
}

export const isYamlPath = (path: string): boolean => /\.ya?ml$/.test(path);
