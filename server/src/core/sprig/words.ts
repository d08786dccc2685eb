import { byteLength, fromBytes, joinBytes, sliceBytes, toBytes } from '../gotemplate/bytes.ts';
import {
  isLetter,
  isLower,
  isNumber,
  isPunct,
  isSpace,
  isTitle,
  isUpper,
  lower,
  lowerRune,
  mapRunes,
  titleRune,
  upperRune,
} from './go/runes.ts';

/** What Sprig takes from Masterminds/goutils and huandu/xstrings: words, their cases, their wrapping. */

/** goutils goes by bytes and takes each for a letter of Latin 1, which changes all letters beyond ASCII. */
const latin = (byte: number): string => String.fromCharCode(byte);

export function withoutSpace(text: string): string {
  const bytes = toBytes(text);
  const kept = [...bytes].map(latin).filter((one) => !isSpace(one));
  return kept.length === bytes.length ? text : kept.join('');
}

export function initials(text: string): string {
  let out = '';
  let gap = true;
  for (const byte of toBytes(text)) {
    const letter = latin(byte);
    if (isSpace(letter)) gap = true;
    else if (gap) {
      out += letter;
      gap = false;
    }
  }
  return out;
}

/** Changes the first letter of each word. */
function eachWord(text: string, change: (rune: string) => string): string {
  let first = true;
  return mapRunes(text, (rune) => {
    if (isSpace(rune)) {
      first = true;
      return rune;
    }
    const out = first ? change(rune) : rune;
    first = false;
    return out;
  });
}

export const uncapitalized = (text: string): string => eachWord(text, lowerRune);

/** strings.Title: words begin behind all that is neither letter, digit nor underscore. */
export function titled(text: string): string {
  let before = ' ';
  return mapRunes(text, (rune) => {
    const begins = isSeparator(before);
    before = rune;
    return begins ? titleRune(rune) : rune;
  });
}

function isSeparator(rune: string): boolean {
  if (rune <= '\x7f') return !/[0-9A-Za-z_]/.test(rune);
  return !isLetter(rune) && !/\p{Nd}/u.test(rune) && isSpace(rune);
}

export function swappedCase(text: string): string {
  let space = true;
  return mapRunes(text, (rune) => {
    if (isUpper(rune) || isTitle(rune)) {
      space = false;
      return lowerRune(rune);
    }
    if (isLower(rune)) {
      const out = space ? titleRune(rune) : upperRune(rune);
      space = false;
      return out;
    }
    space = isSpace(rune);
    return rune;
  });
}

/** goutils.AbbreviateFull. */
export function abbreviated(text: string, left: number, width: number): string {
  const length = byteLength(text);
  if (text === '' || width < 4) return '';
  if (length <= width) return text;
  let offset = Math.min(left, length);
  if (length - offset < width - 3) offset = length - (width - 3);
  if (offset <= 4) return `${sliceBytes(text, 0, width - 3)}...`;
  if (width < 7) return '';
  if (offset + width - 3 < length) return `...${abbreviated(sliceBytes(text, offset, length), 0, width - 3)}`;
  return `...${sliceBytes(text, length - (width - 3), length)}`;
}

const SPACE = 32;

/** goutils.WrapCustom. */
export function wrapped(text: string, width: number, separator: string, breakWords: boolean): string {
  const bytes = toBytes(text);
  const size = Math.max(1, width);
  const newLine = separator === '' ? '\n' : separator;
  const parts: string[] = [];
  const take = (from: number, to: number): void => {
    parts.push(fromBytes(bytes.slice(from, to)), newLine);
  };
  let at = 0;
  while (bytes.length - at > size) {
    if (bytes[at] === SPACE) {
      at++;
      continue;
    }
    const space = bytes.lastIndexOf(SPACE, at + size);
    if (space >= at) {
      take(at, space);
      at = space + 1;
    } else if (breakWords) {
      take(at, at + size);
      at += size;
    } else {
      const next = bytes.indexOf(SPACE, at + size);
      if (next < 0) {
        parts.push(fromBytes(bytes.slice(at)));
        at = bytes.length;
      } else {
        take(at, next);
        at = next + 1;
      }
    }
  }
  parts.push(fromBytes(bytes.slice(at)));
  return parts.join('');
}

const isConnector = (rune: string): boolean => rune === '-' || rune === '_' || isSpace(rune);

/** xstrings.ToPascalCase. */
export function pascalCase(text: string): string {
  const runes = [...mapRunes(text, (rune) => rune)];
  let out = '';
  let at = 0;
  while (at < runes.length && isConnector(runes[at] as string)) out += runes[at++];
  // xstrings writes the last letter of a text of connectors twice.
  if (at >= runes.length) return out + (runes.at(-1) ?? '');
  let firstUpper = isUpper(runes[at] as string);
  let current = upperRune(runes[at++] as string);
  for (; at < runes.length; at++) {
    const before = current;
    current = runes[at] as string;
    if (isConnector(current) && isConnector(before)) {
      out += before;
      continue;
    }
    if (isConnector(before)) {
      firstUpper = isUpper(current);
      current = upperRune(current);
    } else {
      if (firstUpper) {
        if (isUpper(current)) current = lowerRune(current);
        else firstUpper = false;
      }
      out += before;
    }
  }
  return out + current;
}

/** A letter that xstrings makes words of: not one of the Chinese ones. */
const isAlphabet = (rune: string): boolean =>
  isLetter(rune) &&
  !/[\u3400-\u4db5\u4e00-\u9fcc\u{20000}-\u{2a6d6}\u{2a700}-\u{2b734}\u{2b740}-\u{2b81d}]/u.test(rune);

type WordKind = 'none' | 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other';
interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

/** A byte that is no UTF-8, or the letter that Go reads for one: xstrings counts it to the word that it stands in. */
const isInvalid = (rune: string): boolean => rune === '\ufffd' || /^[\ud800-\udfff]$/.test(rune);

/** xstrings' words: `HTTPStatus` is `HTTP` and `Status`. */
function wordsOf(text: string): Word[] {
  const runes = [...text];
  const out: Word[] = [];
  let at = 0;
  /** The next valid letter and where it ends; at the end of the text the one before counts once more. */
  const next = (before: string): { rune: string; end: number } => {
    let end = at;
    while (end < runes.length && isInvalid(runes[end] as string)) end++;
    return end < runes.length ? { rune: runes[end] as string, end: end + 1 } : { rune: before, end };
  };
  /** Takes letters as long as it holds; gives where the last one began and the letter that it was looked at last. */
  const run = (first: string, holds: (rune: string) => boolean): { last: number; rune: string } => {
    let [last, rune] = [at, first];
    while (at < runes.length) {
      const one = next(rune);
      rune = one.rune;
      if (!holds(rune)) break;
      last = at;
      at = one.end;
    }
    return { last, rune };
  };
  const lowerLetters = (rune: string): boolean => isAlphabet(rune) && !isUpper(rune);
  while (at < runes.length) {
    const start = at;
    const { rune, end } = next('');
    at = end;
    let kind: WordKind;
    if (rune === '') kind = 'none';
    else if (isConnector(rune)) {
      kind = 'connector';
      run(rune, isConnector);
    } else if (isPunct(rune)) {
      kind = 'punctuation';
      run(rune, isPunct);
    } else if (isUpper(rune)) {
      kind = 'upper';
      const following = at < runes.length ? next(rune).rune : '';
      if (following !== '' && isUpper(following)) {
        const more = run(rune, isUpper);
        // The last capital belongs to the letters behind it.
        if (at < runes.length && isAlphabet(more.rune)) at = more.last;
      } else if (following !== '' && isAlphabet(following)) run(rune, lowerLetters);
    } else if (isAlphabet(rune)) {
      kind = 'letters';
      run(rune, lowerLetters);
    } else if (isNumber(rune)) {
      kind = 'number';
      run(rune, isNumber);
    } else {
      kind = 'other';
      run(rune, (one) => !(isConnector(one) || isAlphabet(one) || isNumber(one) || isPunct(one)));
    }
    out.push({ kind, text: runes.slice(start, at).join('') });
  }
  return out;
}

/** xstrings.ToSnakeCase and ToKebabCase. */
export function connectedCase(text: string, connector: '_' | '-'): string {
  const words = wordsOf(text);
  let at = 0;
  const none: Word = { kind: 'none', text: '' };
  const nextWord = (): Word => words[at++] ?? none;
  const more = (): boolean => at < words.length;
  let out = '';
  const write = (word: Word): void => {
    if (word.kind === 'connector')
      out += mapRunes(word.text, (rune) => (isConnector(rune) ? connector : rune));
    else out += word.kind === 'upper' ? lower(word.text) : word.text;
  };
  if (words.length === 0) return '';
  let word = nextWord();
  const lettersAndNumbers = (): void => {
    while (word.kind === 'letters' || word.kind === 'number') {
      write(word);
      word = nextWord();
    }
    if (word.kind !== 'none' && word.kind !== 'punctuation' && word.kind !== 'connector') out += connector;
  };
  while (more()) {
    if (word.kind !== 'connector') write(word);
    const before = word;
    word = nextWord();
    if (before.kind === 'number') lettersAndNumbers();
    else if (before.kind === 'connector') write(before);
    else if (before.kind !== 'punctuation') {
      if (word.kind !== 'number') {
        if (word.kind !== 'connector' && word.kind !== 'punctuation') out += connector;
        continue;
      }
      if (!more()) continue;
      const number = word;
      word = nextWord();
      if (word.kind !== 'letters') {
        write(number);
        if (word.kind !== 'connector' && word.kind !== 'punctuation') out += connector;
        continue;
      }
      out += connector;
      write(number);
      lettersAndNumbers();
    }
  }
  write(word);
  return joinBytes(out);
}
