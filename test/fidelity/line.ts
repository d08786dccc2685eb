/** One line of the table: how much was held against the real thing, and what differs. */
export interface Line {
  /** What is compared, and with what. */
  readonly what: string;
  readonly compared: number;
  /** What differs, a sentence or a few lines each. */
  readonly differing: readonly string[];
  /** What else there is to know: why it was not measured, what is left out on purpose. */
  readonly note: string;
  /** False where what it takes is not there. */
  readonly measured: boolean;
}

export const line = (
  what: string,
  compared: number,
  differing: readonly string[],
  note: string = '',
): Line => ({ what, compared, differing, note, measured: true });

export const notMeasured = (what: string, why: string): Line => ({
  what,
  compared: 0,
  differing: [],
  note: `not measured: ${why}`,
  measured: false,
});

/** Promises about the golden cases themselves. */
export interface Demand {
  readonly what: string;
  readonly value: string;
  /** `at least 10` */
  readonly bound: string;
  readonly holds: boolean;
}
