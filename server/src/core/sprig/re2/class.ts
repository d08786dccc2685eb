import { escapeAt, runeAt } from './escape.ts';
import { foldedRanges } from './fold.ts';
import { cleaned, negated, type Ranges } from './ranges.ts';
import { RegexpError } from './syntax.ts';
import { unicodeTable } from './unicode.ts';

export interface ReadClass {
  readonly ranges: Ranges;
  readonly end: number;
}

const digit: Ranges = [0x30, 0x39];
const word: Ranges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];

const perl: Readonly<Record<string, Ranges>> = { d: digit, s: [9, 10, 12, 13, 32, 32], w: word };

const posix: Readonly<Record<string, Ranges>> = {
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0, 0x7f],
  blank: [9, 9, 32, 32],
  cntrl: [0, 0x1f, 0x7f, 0x7f],
  digit,
  graph: [0x21, 0x7e],
  lower: [0x61, 0x7a],
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [9, 13, 32, 32],
  upper: [0x41, 0x5a],
  word,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
};

function signed(ranges: Ranges, positive: boolean, fold: boolean): Ranges {
  const folded = fold ? foldedRanges(ranges) : ranges;
  return positive ? folded : negated(folded);
}

/** Reads `\d`, `\S` and the like; null where there is none. */
export function groupAt(text: string, at: number, fold: boolean): ReadClass | null {
  const letter = text[at + 1];
  if (text[at] !== '\\' || letter === undefined) return null;
  const lower = letter.toLowerCase();
  const ranges = Object.hasOwn(perl, lower) ? perl[lower] : undefined;
  return ranges === undefined ? null : { ranges: signed(ranges, letter === lower, fold), end: at + 2 };
}

/** Reads `\pN`, `\p{Greek}`, `\P{^Greek}`; null where there is none. */
export function unicodeClassAt(text: string, at: number, fold: boolean): ReadClass | null {
  if (text[at] !== '\\' || (text[at + 1] !== 'p' && text[at + 1] !== 'P')) return null;
  let positive = text[at + 1] === 'p';
  let end: number;
  let name: string;
  if (text[at + 2] === '{') {
    const close = text.indexOf('}', at);
    if (close < 0) throw new RegexpError('invalid character class range', text.slice(at));
    end = close + 1;
    name = text.slice(at + 3, close);
  } else {
    end = at + 2 + (runeAt(text, at + 2) > 0xffff ? 2 : 1);
    name = text.slice(at + 2, end);
  }
  if (name.startsWith('^')) {
    positive = !positive;
    name = name.slice(1);
  }
  const table = unicodeTable(name);
  if (table === null) throw new RegexpError('invalid character class range', text.slice(at, end));
  return { ranges: signed(table, positive, fold), end };
}

/** Reads `[:alpha:]` inside a class; null where there is none. */
function posixAt(text: string, at: number, fold: boolean): ReadClass | null {
  if (!text.startsWith('[:', at)) return null;
  const close = text.indexOf(':]', at + 2);
  if (close < 0) return null;
  const name = text.slice(at + 2, close);
  const positive = !name.startsWith('^');
  const plain = positive ? name : name.slice(1);
  if (!Object.hasOwn(posix, plain))
    throw new RegexpError('invalid character class range', text.slice(at, close + 2));
  return { ranges: signed(posix[plain] as Ranges, positive, fold), end: close + 2 };
}

/** Reads the class `[…]` that starts at `start`. */
export function parseClass(text: string, start: number, fold: boolean): ReadClass {
  const pairs: number[] = [];
  let at = start + 1;
  const positive = text[at] !== '^';
  if (!positive) at++;
  const oneAt = (offset: number): { rune: number; end: number } => {
    if (offset >= text.length) throw new RegexpError('missing closing ]', text.slice(start));
    if (text[offset] === '\\') return escapeAt(text, offset);
    const rune = runeAt(text, offset);
    return { rune, end: offset + (rune > 0xffff ? 2 : 1) };
  };
  for (let first = true; first || text[at] !== ']'; first = false) {
    const group = posixAt(text, at, fold) ?? unicodeClassAt(text, at, fold) ?? groupAt(text, at, fold);
    if (group !== null) {
      pairs.push(...group.ranges);
      at = group.end;
      continue;
    }
    const low = oneAt(at);
    let high = low;
    if (text[low.end] === '-' && low.end + 1 < text.length && text[low.end + 1] !== ']') {
      high = oneAt(low.end + 1);
      if (high.rune < low.rune)
        throw new RegexpError('invalid character class range', text.slice(at, high.end));
    }
    if (fold) pairs.push(...foldedRanges([low.rune, high.rune]));
    else pairs.push(low.rune, high.rune);
    at = high.end;
  }
  const ranges = cleaned(pairs);
  return { ranges: positive ? ranges : negated(ranges), end: at + 1 };
}
