import { madeFrom, problemSource } from './layer-sources.ts';
import type { Preview } from './layers.ts';

/** The kustomization that the app manager writes for a release, with what it rests on. */
export function midstreamText(preview: Preview): string {
  const text = preview.files.get('overlays/midstream/kustomization.yaml') ?? '';
  return remarks(assumptions(preview, () => true)) + text;
}

/**
 * What is installed of a file: the objects of its documents as kustomize makes them, in the order of the documents, or
 * as far as they come where something stops them. Of a file that the app manager keeps to itself, how it reads it.
 * What is assumed and what is wrong stands above, as comments. Null for a file that is not pushed.
 *
 * A file that is being typed is no YAML at every other key: then what it was before stays, and it is said that it does.
 * @param path in the workspace
 * @param before what `deployedText` gave when the file was last readable
 */
export function deployedText(preview: Preview, path: string, before: string | null = null): string | null {
  const pushed = [...preview.paths].find(([, source]) => source === path)?.[0];
  if (pushed === undefined) return null;
  const base = madeFrom(preview, `upstream/${pushed}`, 'base/');
  const shown = base.flatMap((file) => {
    const rendered = madeFrom(preview, file, 'rendered/');
    return rendered.length > 0 ? rendered : [file];
  });
  const kept = madeFrom(preview, `upstream/${pushed}`, 'kotsKinds/');
  const texts = [...kept, ...shown].map((file) => preview.files.get(file) ?? '');
  const wrong = problemsOf(preview, path).map(({ effect, message }) => `${effectWords[effect]}: ${message}`);
  if (before !== null && !isReadable(preview, path))
    return remarks([...wrong, 'Below is what it was before.']) + before;
  const said = [
    ...wrong,
    ...assumptions(preview, (file) => base.includes(file) || kept.includes(file)),
    ...(texts.length === 0 ? ['Nothing of this file is installed.'] : []),
  ];
  return remarks(said) + texts.map(withNewline).join('---\n');
}

/** Whether all documents of a file are YAML that says what it is. */
export const isReadable = (preview: Preview, path: string): boolean =>
  problemsOf(preview, path).every(({ effect }) => effect !== 'skipped');

const problemsOf = (preview: Preview, path: string): Preview['problems'] =>
  preview.problems.filter((problem) => problemSource(preview, problem.path) === path);

/** What becomes of a version with such a problem, in a word or two. */
export const effectWords = {
  refused: 'The app manager refuses the version',
  skipped: 'Left out',
  unseen: 'Not previewed',
} as const;

/** What is only taken to be so, one sentence for each image of files that count. */
export function assumptions({ images }: Preview, counts: (file: string) => boolean): string[] {
  const said = images
    .filter(({ path, assumed }) => assumed && counts(path))
    .map(({ from, reason }) => `Assumed: ${from}: ${reason}`);
  return [...new Set(said)];
}

const withNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

const remarks = (said: readonly string[]): string =>
  said.map((text) => `# ${text.replaceAll(/\s+/g, ' ')}\n`).join('');
