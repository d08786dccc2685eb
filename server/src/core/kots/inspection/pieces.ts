import { execute } from '../../gotemplate/execute.ts';
import { parseTemplate } from '../../gotemplate/parse.ts';
import { templateSet } from '../../gotemplate/set.ts';
import type { TemplateFunction } from '../../gotemplate/value.ts';
import type { Span } from '../../text/span.ts';
import { passes } from '../functions/passes.ts';

/** A part of a rendered text and where it comes from. */
export interface Piece {
  readonly text: string;
  readonly source: Span;
  /** Whether it stands in the source as it is; else the action at `source` made it. */
  readonly literal: boolean;
}

/** Stands for what nobody can know; no text of a release holds it (a private use character). */
export const UNKNOWN = '\ue07b';

/** What a text may cost at each key; one that takes more is looked at by the preview alone. */
const limits = { steps: 200_000, output: 4 * 1024 * 1024, work: 8 * 1024 * 1024 };

/**
 * A text rendered as the app manager renders it, with the source of each part; joined the parts are the result. Null
 * where it cannot be rendered.
 */
export function renderedPieces(
  text: string,
  functions: ReadonlyMap<string, TemplateFunction>,
): readonly Piece[] | null {
  let pieces: readonly Piece[] = [{ text, source: { start: 0, end: text.length }, literal: true }];
  for (const delims of passes) {
    const current = textOf(pieces);
    if (!current.includes(delims.left)) continue;
    const made: Piece[] = [];
    const set = templateSet([parseTemplate('', current, { delims, functions })]);
    const { error } = execute(set, '', null, {
      functions,
      limits,
      placeholder: ({ text: known }) => known ?? UNKNOWN,
      trace: (node, written) =>
        made.push({
          text: written,
          source: { start: node.start, end: node.end },
          literal: node.kind === 'text',
        }),
    });
    if (error !== null) return null;
    pieces = traced(made, pieces);
  }
  return pieces;
}

export const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

/** The parts of the second pass with their sources in the text that the first one was given. */
function traced(made: readonly Piece[], before: readonly Piece[]): Piece[] {
  const starts: number[] = [];
  let length = 0;
  for (const { text } of before) {
    starts.push(length);
    length += text.length;
  }
  /** The last part that starts at or before an offset and is not empty. */
  const at = (offset: number): number => {
    let low = 0;
    let high = before.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low;
  };
  const sourceOf = (offset: number, side: 'start' | 'end'): number => {
    const i = at(side === 'start' ? offset : Math.max(0, offset - 1));
    const piece = before[i] as Piece;
    return piece.literal ? piece.source.start + offset - (starts[i] as number) : piece.source[side];
  };
  return made.flatMap(({ text, source: { start, end }, literal }): Piece[] => {
    if (before.length === 0) return [];
    if (!literal || start === end)
      return [{ text, source: { start: sourceOf(start, 'start'), end: sourceOf(end, 'end') }, literal }];
    const parts: Piece[] = [];
    for (let i = at(start); i < before.length && (starts[i] as number) < end; i++) {
      const piece = before[i] as Piece;
      const from = Math.max(start, starts[i] as number);
      const to = Math.min(end, (starts[i] as number) + piece.text.length);
      if (to < from || (to === from && piece.literal)) continue;
      const offset = piece.source.start + from - (starts[i] as number);
      parts.push({
        text: text.slice(from - start, to - start),
        source: piece.literal ? { start: offset, end: offset + to - from } : piece.source,
        literal: piece.literal,
      });
    }
    return parts;
  });
}
