import { type Plain, type PlainDocument, parsePlain } from '../../manifest/plain.ts';
import type { LayerOptions, LayerProblem } from './types.ts';

/** Reads and renders texts for one version, each once, and keeps what is wrong with them. */
export interface Reader {
  readonly problems: LayerProblem[];
  read(text: string): PlainDocument;
  /** What a text holds; null for one that cannot be read. */
  value(text: string): Plain;
  /** The text with its templates rendered; null for one that cannot be, which is then among the problems. */
  render(path: string, text: string): string | null;
}

export function createReader({
  renderTemplates,
  memory,
}: Pick<LayerOptions, 'renderTemplates' | 'memory'>): Reader {
  const before = memory?.documents;
  const known = new Map<string, PlainDocument>();
  if (memory !== undefined) memory.documents = known;
  const problems: LayerProblem[] = [];
  const read = (text: string): PlainDocument => {
    const now = known.get(text);
    if (now !== undefined) return now;
    const document = before?.get(text) ?? parsePlain(text);
    known.set(text, document);
    return document;
  };
  return {
    problems,
    read,
    value(text) {
      const document = read(text);
      return document.ok ? document.value : null;
    },
    render(path, text) {
      if (!text.includes('repl')) return text;
      const rendered = renderTemplates(path, text);
      if (typeof rendered === 'string') return rendered;
      problems.push({ path, message: rendered.error, effect: 'refused' });
      return null;
    },
  };
}
