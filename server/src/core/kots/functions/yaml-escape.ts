import { isRawByte, toBytes } from '../../gotemplate/bytes.ts';
import { doubleQuoted, isStringPlain } from '../../manifest/emit.ts';
import { base64 } from '../../sprig/go/base64.ts';

/** What the app manager puts before each line, so that a text of several lines fits under any key. */
const MARGIN = ' '.repeat(20);
/** Of the lines of a block, in go-yaml v3. */
const INDENT = ' '.repeat(4);
/** Characters of a line in which go-yaml writes bytes. */
const BYTES_WIDTH = 70;

/** A text as a YAML document of its own, indented (KOTS, yamlEscape in pkg/template/static_context.go). */
export const yamlEscape = (text: string): string =>
  MARGIN + scalarDocument(text).replaceAll('\n', `\n${MARGIN}`);

/** A text as go-yaml v3 writes it where it is the whole document: stringv in encode.go, the styles in emitterc.go. */
function scalarDocument(text: string): string {
  if (hasRawBytes(text)) return binary(toBytes(text));
  if (text.includes('\n')) return isBlock(text) ? block(text) : double(text);
  if (!isStringPlain(text) || text.includes('\t') || isUnprintable(text)) return double(text);
  if (isPlain(text)) return `${text}\n`;
  return isSingle(text) ? single(text) : double(text);
}

const hasRawBytes = (text: string): boolean =>
  [...text].some((character) => character.length === 1 && isRawByte(character.charCodeAt(0)));

function binary(bytes: Uint8Array): string {
  const encoded = base64(bytes);
  if (encoded.length < BYTES_WIDTH) return `!!binary ${encoded}\n`;
  const lines = encoded.match(new RegExp(`.{1,${BYTES_WIDTH}}`, 'g')) ?? [];
  return `!!binary ${block(`${lines.join('\n')}\n`)}`;
}

const isUnprintable = (text: string): boolean =>
  /[\0-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]|[\ud800-\udfff]/.test(text);

/** Unicode's own line ends count as such. */
const isPlain = (text: string): boolean =>
  !/^[ #,[\]{}&*!|>'"%@`]|^[-?:](?: |$)|^---|^\.\.\.|:(?: |$)| #| $|[\u2028\u2029]/.test(text);

const isSingle = (text: string): boolean => !/ [\u2028\u2029]|[\u2028\u2029] /.test(text);

/** A block keeps no text with a space before a line end or at its end. */
const isBlock = (text: string): boolean => !/ [\n\u2028\u2029]| $/.test(text) && !isUnprintable(text);

const single = (text: string): string =>
  `'${text.replaceAll("'", "''").replace(/[\u2028\u2029]+(?=.)/gu, `$&${INDENT}`)}'\n`;

/** Behind a byte order mark go-yaml takes every character for one. */
const double = (text: string): string =>
  text.startsWith('\ufeff') ? `"${[...text].map(escaped).join('')}"\n` : `${doubleQuoted(text)}\n`;

function escaped(character: string): string {
  const known = doubleQuoted(character).slice(1, -1);
  if (known.startsWith('\\')) return known;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
}

/** A line end at the start of the text is the one behind the block's mark, so that a reader misses it. */
function block(text: string): string {
  const isEnd = (at: number): boolean => /^[\n\u2028\u2029]$/.test(text.charAt(at));
  const hint = text.startsWith(' ') || isEnd(0) ? String(INDENT.length) : '';
  const last = text.length - 1;
  const keep = isEnd(last) ? (last === 0 || isEnd(last - 1) ? '+' : '') : '-';
  const lines = text.replace(/(?<=^|[\n\u2028\u2029])(?=[^\n\u2028\u2029])/g, INDENT);
  return `|${hint}${keep}${isEnd(0) ? '' : '\n'}${lines}${keep === '-' ? '\n' : ''}`;
}
