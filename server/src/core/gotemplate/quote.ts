import { isRawByte, joinBytes } from './bytes.ts';

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Whether Go would print a letter as it is: `strconv.IsPrint`. */
export const isPrint = (code: number): boolean =>
  code < 0x7f
    ? code >= 0x20
    : !(code >= 0xd800 && code <= 0xdfff) && code <= 0x10ffff && printable.test(String.fromCodePoint(code));

const short: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  92: '\\\\',
};

/** A string as Go's `strconv.Quote` writes it; with `ascii` as `QuoteToASCII` does. */
export function quote(text: string, ascii = false): string {
  let out = '"';
  for (const letter of text) out += escaped(letter.codePointAt(0) as number, '"', ascii);
  return `${out}"`;
}

/** A letter as Go's `%q` writes it: `'x'`. */
export function quoteRune(code: number, ascii = false): string {
  const valid = code <= 0x10ffff && code >= 0 && !(code >= 0xd800 && code <= 0xdfff) ? code : 0xfffd;
  return `'${escaped(valid, "'", ascii)}'`;
}

function escaped(code: number, mark: string, ascii: boolean): string {
  if (isRawByte(code)) return `\\x${hex(code - 0xdc00, 2)}`;
  if (code === mark.charCodeAt(0)) return `\\${mark}`;
  const brief = short[code];
  if (brief !== undefined) return brief;
  if (ascii ? code < 0x7f && code >= 0x20 : isPrint(code)) return String.fromCodePoint(code);
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** Whether a string can stand in backquotes: `strconv.CanBackquote`. */
export const canBackquote = (text: string): boolean =>
  !/[\0-\x08\x0a-\x1f\x7f`\ufeff\udc80-\udcff]/.test(text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, ''));

/** What a string literal of Go with its quotes means; null where `strconv.Unquote` finds no valid syntax. */
export function unquote(literal: string): string | null {
  const mark = literal[0];
  if (literal.length < 2 || literal[literal.length - 1] !== mark) return null;
  const body = literal.slice(1, -1);
  if (mark === '`') return body.includes('`') ? null : body.replaceAll('\r', '');
  if (mark !== '"' || body.includes('\n')) return null;
  if (!body.includes('\\')) return body.includes('"') ? null : body;
  let out = '';
  for (let i = 0; i < body.length; ) {
    const unit = unquoteUnit(body, i, '"');
    if (unit === null) return null;
    out += unit.text;
    i = unit.end;
  }
  return joinBytes(out);
}

/** The letter that a character constant of Go with its quotes stands for; a message where it is none. */
export function unquoteRune(literal: string): number | string {
  const unit = unquoteUnit(literal, 1, "'");
  if (unit === null) return 'invalid syntax';
  if (literal.slice(unit.end) !== "'") return `malformed character constant: ${literal}`;
  return unit.code;
}

interface Unit {
  readonly text: string;
  readonly code: number;
  readonly end: number;
}

/** `strconv.UnquoteChar`: one letter or escape at an offset. */
function unquoteUnit(text: string, at: number, mark: string): Unit | null {
  const code = text.codePointAt(at);
  if (code === undefined) return null;
  const letter = String.fromCodePoint(code);
  if (letter === mark) return null;
  if (letter !== '\\') return { text: letter, code, end: at + letter.length };
  const kind = text[at + 1];
  const plain = (value: number): Unit => ({ text: String.fromCharCode(value), code: value, end: at + 2 });
  switch (kind) {
    case 'a':
      return plain(7);
    case 'b':
      return plain(8);
    case 'f':
      return plain(12);
    case 'n':
      return plain(10);
    case 'r':
      return plain(13);
    case 't':
      return plain(9);
    case 'v':
      return plain(11);
    case '\\':
      return plain(92);
    case "'":
    case '"':
      return kind === mark ? plain(kind.charCodeAt(0)) : null;
    case 'x':
      return numbered(text, at + 2, 2, 16);
    case 'u':
      return numbered(text, at + 2, 4, 16);
    case 'U':
      return numbered(text, at + 2, 8, 16);
    default:
      return kind !== undefined && kind >= '0' && kind <= '7' ? numbered(text, at + 1, 3, 8) : null;
  }
}

function numbered(text: string, start: number, digits: number, base: 8 | 16): Unit | null {
  const word = text.slice(start, start + digits);
  if (word.length < digits || !(base === 16 ? /^[0-9a-fA-F]+$/ : /^[0-7]+$/).test(word)) return null;
  const code = Number.parseInt(word, base);
  const end = start + digits;
  if (base === 8 || digits === 2) {
    if (code > 255) return null;
    return { text: String.fromCharCode(code < 0x80 ? code : 0xdc00 + code), code, end };
  }
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  return { text: String.fromCodePoint(code), code, end };
}
