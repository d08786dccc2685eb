import { byteLength, sliceBytes } from '../../gotemplate/bytes.ts';

/** The quoting of package time: all beyond ASCII by its bytes. */
export function quoted(text: string): string {
  let out = '"';
  for (const letter of text) {
    if (letter === '"' || letter === '\\') out += `\\${letter}`;
    else if (letter >= ' ' && letter <= '\x7f') out += letter;
    else for (let i = 0; i < byteLength(letter); i++) out += `\\x${byteHex(sliceBytes(letter, i, i + 1))}`;
  }
  return `${out}"`;
}

const byteHex = (one: string): string => (one.charCodeAt(0) & 0xff).toString(16).padStart(2, '0');
