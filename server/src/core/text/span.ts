/** A half-open range of UTF-16 offsets in one text: `start` is inside, `end` is not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a text as editors count it: 0-based line, 0-based UTF-16 unit within the line. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A half-open range of positions. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export const span = (start: number, end: number): Span => ({ start, end });

/** The same span, `by` units further on. */
export const shift = (s: Span, by: number): Span => ({ start: s.start + by, end: s.end + by });

/** Whether the two spans share at least one unit. */
export const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** Whether `outer` holds all of `inner` (equal spans do). */
export const contains = (outer: Span, inner: Span): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;

/** Whether an offset touches the span; the end counts, so that a caret behind the last letter is in it. */
export const touches = (s: Span, offset: number): boolean => s.start <= offset && offset <= s.end;
