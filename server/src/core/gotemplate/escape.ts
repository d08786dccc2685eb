import { isRawByte, toBytes } from './bytes.ts';
import { isPrint } from './quote.ts';

/** `template.HTMLEscapeString` */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[\0"'&<>]/g, (letter) => html[letter] as string);
}

const html: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** `template.JSEscapeString` */
export function escapeJs(text: string): string {
  if (!/[\\'"<>&=\0-\x1f\x7f-\uffff]/.test(text)) return text;
  let out = '';
  for (const letter of text) {
    const code = letter.codePointAt(0) as number;
    const special = js[letter];
    if (special !== undefined) out += special;
    else if (code < 0x20) out += `\\u00${code.toString(16).toUpperCase().padStart(2, '0')}`;
    else if (code < 0x80 || isRawByte(code) || isPrint(code)) out += letter;
    else out += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return out;
}

const js: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

/** `url.QueryEscape` */
export function escapeQuery(text: string): string {
  if (/^[A-Za-z0-9_.~-]*$/.test(text)) return text;
  let out = '';
  for (const byte of toBytes(text)) {
    const letter = String.fromCharCode(byte);
    if (byte < 0x80 && /[A-Za-z0-9_.~-]/.test(letter)) out += letter;
    else if (letter === ' ') out += '+';
    else out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
