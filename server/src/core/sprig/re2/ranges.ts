/** A set of code points: pairs of first and last, ascending, neither overlapping nor touching. */
export type Ranges = readonly number[];

export const MAX_RUNE = 0x10ffff;
export const anything: Ranges = [0, MAX_RUNE];
export const anythingButLineFeed: Ranges = [0, 9, 11, MAX_RUNE];

/** Sorts pairs and joins those that overlap or touch. */
export function cleaned(pairs: readonly number[]): Ranges {
  const sorted: (readonly [number, number])[] = [];
  for (let i = 0; i < pairs.length; i += 2) sorted.push([pairs[i] as number, pairs[i + 1] as number]);
  sorted.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [low, high] of sorted) {
    const last = out.length - 1;
    if (last >= 0 && low <= (out[last] as number) + 1) {
      if (high > (out[last] as number)) out[last] = high;
    } else out.push(low, high);
  }
  return out;
}

export function negated(ranges: Ranges): Ranges {
  const out: number[] = [];
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const low = ranges[i] as number;
    if (next < low) out.push(next, low - 1);
    next = (ranges[i + 1] as number) + 1;
  }
  if (next <= MAX_RUNE) out.push(next, MAX_RUNE);
  return out;
}

export function holds(ranges: Ranges, rune: number): boolean {
  let low = 0;
  let high = ranges.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rune < (ranges[middle * 2] as number)) high = middle;
    else if (rune > (ranges[middle * 2 + 1] as number)) low = middle + 1;
    else return true;
  }
  return false;
}
