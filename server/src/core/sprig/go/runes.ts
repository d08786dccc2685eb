/** Letters as Go's package unicode sees them: one code point becomes one code point. */

/** Those that have a title case of their own. */
const titles: ReadonlyMap<string, string> = new Map([
  ...['Ǆ', 'ǅ', 'ǆ'].map((one) => [one, 'ǅ'] as const),
  ...['Ǉ', 'ǈ', 'ǉ'].map((one) => [one, 'ǈ'] as const),
  ...['Ǌ', 'ǋ', 'ǌ'].map((one) => [one, 'ǋ'] as const),
  ...['Ǳ', 'ǲ', 'ǳ'].map((one) => [one, 'ǲ'] as const),
]);

export function upperRune(rune: string): string {
  const code = rune.codePointAt(0) as number;
  // Greek letters with iota below have a capital that JavaScript writes as two.
  if (code >= 0x1f80 && code <= 0x1faf && (code & 8) === 0) return String.fromCharCode(code + 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCharCode(code + 9);
  return single(rune.toUpperCase(), rune);
}

export function lowerRune(rune: string): string {
  return rune === 'İ' ? 'i' : single(rune.toLowerCase(), rune);
}

export function titleRune(rune: string): string {
  const code = rune.codePointAt(0) as number;
  // Georgian has capitals that no title uses.
  if ((code >= 0x10d0 && code <= 0x10ff) || (code >= 0x1c90 && code <= 0x1cbf)) return rune;
  return titles.get(rune) ?? upperRune(rune);
}

function single(mapped: string, otherwise: string): string {
  const first = mapped.codePointAt(0) ?? 0;
  return mapped.length === (first > 0xffff ? 2 : 1) ? mapped : otherwise;
}

/** Maps each letter; bytes that are no UTF-8 become U+FFFD, as in strings.Map. */
export function mapRunes(text: string, mapping: (rune: string) => string): string {
  const out: string[] = [];
  for (const rune of text) out.push(mapping(rune.length === 1 && isSurrogate(rune) ? '\ufffd' : rune));
  return out.join('');
}

function isSurrogate(unit: string): boolean {
  const code = unit.charCodeAt(0);
  return code >= 0xd800 && code <= 0xdfff;
}

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

export const upper = (text: string): string =>
  isAscii(text) ? text.toUpperCase() : mapRunes(text, upperRune);
export const lower = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : mapRunes(text, lowerRune);

/** unicode.IsSpace. */
export const isSpace = (rune: string): boolean =>
  /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(rune);
export const isUpper = (rune: string): boolean => /^\p{Lu}$/u.test(rune);
export const isLower = (rune: string): boolean => /^\p{Ll}$/u.test(rune);
export const isTitle = (rune: string): boolean => /^\p{Lt}$/u.test(rune);
export const isLetter = (rune: string): boolean => /^\p{L}$/u.test(rune);
export const isNumber = (rune: string): boolean => /^\p{N}$/u.test(rune);
export const isPunct = (rune: string): boolean => /^\p{P}$/u.test(rune);

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start] as string)) start++;
  while (end > start && isSpace(text[end - 1] as string)) end--;
  return text.slice(start, end);
}

/** strings.Trim: takes letters of a set away at both ends. */
export function trimSet(text: string, cutset: string): string {
  const runes = [...text];
  const set = new Set(cutset);
  let start = 0;
  let end = runes.length;
  while (start < end && set.has(runes[start] as string)) start++;
  while (end > start && set.has(runes[end - 1] as string)) end--;
  return runes.slice(start, end).join('');
}
