import { RegexpError } from './syntax.ts';

/** The code point at an offset; a surrogate that stands alone is what Go reads for bytes that are no UTF-8. */
export function runeAt(text: string, at: number): number {
  const rune = text.codePointAt(at) ?? -1;
  return rune >= 0xd800 && rune <= 0xdfff ? 0xfffd : rune;
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Reads the escape of one character that starts with the backslash at `at`. */
export function escapeAt(text: string, at: number): { readonly rune: number; readonly end: number } {
  const letter = text[at + 1];
  if (letter === undefined) throw new RegexpError('trailing backslash at end of expression', '');
  const rest = text.slice(at + 1, at + 4);
  // A single digit from 1 on would be a reference back, which RE2 does not have.
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (octal !== null) return { rune: Number.parseInt(octal[0], 8), end: at + 1 + octal[0].length };
  if (letter === 'x') return hexAt(text, at);
  const control = Object.hasOwn(controls, letter) ? controls[letter] : undefined;
  if (control !== undefined) return { rune: control, end: at + 2 };
  const rune = runeAt(text, at + 1);
  const end = at + (rune > 0xffff ? 3 : 2);
  if (rune < 0x80 && !/[0-9A-Za-z]/.test(letter)) return { rune, end };
  throw new RegexpError('invalid escape sequence', text.slice(at, end));
}

const isHex = (text: string | undefined): boolean => text !== undefined && /^[0-9a-fA-F]$/.test(text);

function hexAt(text: string, at: number): { rune: number; end: number } {
  const wrong = (end: number): RegexpError =>
    new RegexpError('invalid escape sequence', text.slice(at, Math.min(end, text.length)));
  const width = (offset: number): number => (runeAt(text, offset) > 0xffff ? 2 : 1);
  if (text[at + 2] !== '{') {
    if (text.length <= at + 2) throw wrong(at + 2);
    const second = at + 2 + width(at + 2);
    if (second >= text.length) throw wrong(second);
    const end = second + width(second);
    if (!isHex(text[at + 2]) || !isHex(text[second])) throw wrong(end);
    return { rune: Number.parseInt(text.slice(at + 2, end), 16), end };
  }
  let rune = 0;
  for (let i = at + 3; ; i++) {
    if (i >= text.length) throw wrong(text.length);
    if (text[i] === '}') {
      if (i === at + 3) throw wrong(i + 1);
      return { rune, end: i + 1 };
    }
    if (!isHex(text[i])) throw wrong(i + width(i));
    rune = rune * 16 + Number.parseInt(text[i] as string, 16);
    if (rune > 0x10ffff) throw wrong(i + 1);
  }
}
