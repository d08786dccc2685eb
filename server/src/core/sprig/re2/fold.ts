import { cleaned, holds, MAX_RUNE, type Ranges } from './ranges.ts';

/**
 * Unicode's simple case folding, as Go's unicode.SimpleFold has it: `k`, `K` and the Kelvin sign are one. JavaScript
 * gives no such table, but its case conversions and `/iu` agree with it, so that the table can be made of them.
 */

const FIRST = 0x41;
const LAST = 0x1e943;

/** Letters of the ASCII range, whose folds need no table; `k` and `s` have one beyond ASCII each. */
function foldedAscii(low: number, high: number, out: number[]): void {
  for (let rune = low; rune <= high; rune++) {
    const upper = rune >= 0x41 && rune <= 0x5a;
    if (!upper && !(rune >= 0x61 && rune <= 0x7a)) continue;
    const lower = upper ? rune + 32 : rune;
    out.push(lower, lower, lower - 32, lower - 32);
    if (lower === 0x6b) out.push(0x212a, 0x212a);
    if (lower === 0x73) out.push(0x17f, 0x17f);
  }
}

/** All code points that are one with a code point of the set when case does not count. */
export function foldedRanges(ranges: Ranges): Ranges {
  const out = [...ranges];
  let beyond = false;
  for (let i = 0; i < ranges.length; i += 2) {
    const low = ranges[i] as number;
    const high = ranges[i + 1] as number;
    if (low <= FIRST && high >= LAST) return cleaned(out);
    foldedAscii(Math.max(low, FIRST), Math.min(high, 0x7a), out);
    if (high > 0x7f && low <= LAST) beyond = true;
  }
  if (beyond)
    for (const orbit of foldOrbits())
      if (orbit.some((rune) => holds(ranges, rune))) for (const rune of orbit) out.push(rune, rune);
  return cleaned(out);
}

let known: readonly (readonly number[])[] | null = null;

/** The sets of at least two code points that fold to each other. */
function foldOrbits(): readonly (readonly number[])[] {
  if (known !== null) return known;
  const groups = new Map<number, number[]>();
  for (let rune = FIRST; rune <= LAST; rune++) {
    if (rune === 0x3400) rune = 0xa000;
    if (rune === 0xac00) rune = 0xf900;
    if (rune === 0x12000) rune = 0x16e00;
    const text = String.fromCodePoint(rune);
    const upper = single(text.toUpperCase()) ?? text;
    const lower = single(upper.toLowerCase()) ?? text;
    const key = lower.codePointAt(0) as number;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rune]);
    else group.push(rune);
  }
  const orbits: number[][] = [];
  for (const [key, group] of groups) {
    if (group.length < 2 && group[0] === key) continue;
    const same = new RegExp(`^\\u{${key.toString(16)}}$`, 'iu');
    const members = [...new Set([key, ...group])].filter((rune) => same.test(String.fromCodePoint(rune)));
    if (members.length > 1) orbits.push(members.filter((rune) => rune <= MAX_RUNE));
  }
  known = orbits;
  return orbits;
}

function single(text: string): string | null {
  const first = text.codePointAt(0);
  return first !== undefined && text.length === (first > 0xffff ? 2 : 1) ? text : null;
}
