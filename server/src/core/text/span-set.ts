import type { Span } from './span.ts';

/** Spans of one text that do not touch each other, found quickly. */
export class SpanSet {
  /** Sorted by start; as they do not overlap, by end too. */
  readonly #spans: Span[] = [];

  /** Whether any span of the set overlaps this one or starts and ends where it does. */
  clashes(span: Span): boolean {
    const at = this.#indexOf(span.start);
    const before = this.#spans[at - 1];
    const next = this.#spans[at];
    if (before !== undefined && before.end > span.start) return true;
    return next !== undefined && (next.start < span.end || next.start === span.start);
  }

  add(span: Span): void {
    this.#spans.splice(this.#indexOf(span.start), 0, span);
  }

  /** The index of the first span that starts at or behind `start`. */
  #indexOf(start: number): number {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spans[middle] as Span).start < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
