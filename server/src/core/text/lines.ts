import type { Position, Range, Span } from './span.ts';

/**
 * The line starts of one text. Lines end at `\n`, `\r\n` or a lone `\r`, as LSP has it.
 * Made once per text and never changed.
 */
export class LineIndex {
  readonly #starts: readonly number[];
  readonly #length: number;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.#length = text.length;
    this.#starts = lineStarts(text);
  }

  /** How many lines there are; an empty text has one. */
  get lineCount(): number {
    return this.#starts.length;
  }

  /** The position of an offset. Offsets outside the text are moved to its nearest end. */
  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= at) low = middle;
      else high = middle;
    }
    return { line: low, character: at - (this.#starts[low] as number) };
  }

  /** The offset of a position. A character past the end of its line means the end of that line. */
  offsetAt(position: Position): number {
    if (position.line < 0) return 0;
    const start = this.#starts[position.line];
    if (start === undefined) return this.#length;
    let end = this.#starts[position.line + 1] ?? this.#length;
    while (end > start && isLineEnd(this.#text.charCodeAt(end - 1))) end--;
    return Math.min(start + Math.max(0, position.character), end);
  }

  rangeOf(s: Span): Range {
    return { start: this.positionAt(s.start), end: this.positionAt(s.end) };
  }

  spanOf(range: Range): Span {
    return { start: this.offsetAt(range.start), end: this.offsetAt(range.end) };
  }
}

const isLineEnd = (unit: number): boolean => unit === 10 || unit === 13;

/** The offsets at which lines start; the first is 0. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10) starts.push(i + 1);
    else if (unit === 13) {
      if (text.charCodeAt(i + 1) === 10) i++;
      starts.push(i + 1);
    }
  }
  return starts;
}
