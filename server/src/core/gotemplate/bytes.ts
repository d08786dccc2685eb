/**
 * Go's strings are bytes and ours are UTF-16. A byte that belongs to no valid UTF-8, which only a cut within a letter
 * or an escape such as `\xff` can bring about, is kept as the lone surrogate U+DC00 + byte (U+DC80 to U+DCFF).
 */

/** How many bytes a string has in Go. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes++;
    else if (isPair(text, i)) {
      bytes += 2;
      i++;
    } else if (!isRawByte(unit)) bytes += 2;
  }
  return bytes;
}

export function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(byteLength(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes[at++] = unit;
    else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 63);
    } else if (isPair(text, i)) {
      const code = text.codePointAt(i) as number;
      i++;
      bytes[at++] = 0xf0 | (code >> 18);
      bytes[at++] = 0x80 | ((code >> 12) & 63);
      bytes[at++] = 0x80 | ((code >> 6) & 63);
      bytes[at++] = 0x80 | (code & 63);
    } else if (isRawByte(unit)) bytes[at++] = unit - 0xdc00;
    else {
      const code = isSurrogate(unit) ? 0xfffd : unit;
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 63);
      bytes[at++] = 0x80 | (code & 63);
    }
  }
  return bytes;
}

export function fromBytes(bytes: Uint8Array): string {
  const units: number[] = [];
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const size = sequenceLength(bytes, i);
    const first = bytes[i] as number;
    const part = (n: number): number => (bytes[i + n] as number) & 63;
    if (size === 0) units.push(0xdc00 + first);
    else if (size === 1) units.push(first);
    else if (size === 2) units.push(((first & 31) << 6) | part(1));
    else if (size === 3) units.push(((first & 15) << 12) | (part(1) << 6) | part(2));
    else {
      const code = (((first & 7) << 18) | (part(1) << 12) | (part(2) << 6) | part(3)) - 0x10000;
      units.push(0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
    }
    i += size || 1;
    if (units.length > 4096) {
      out += String.fromCharCode(...units);
      units.length = 0;
    }
  }
  return out + String.fromCharCode(...units);
}

/** The length of the valid UTF-8 sequence at an offset; 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  if (first < 0xe0) return 2;
  if (((bytes[at + 2] ?? 0) & 0xc0) !== 0x80) return 0;
  if (first < 0xf0) return 3;
  return ((bytes[at + 3] ?? 0) & 0xc0) === 0x80 ? 4 : 0;
}

/** A string from pieces that were joined: single bytes that now make a letter become that letter. */
export const joinBytes = (text: string): string => (rawBytes.test(text) ? fromBytes(toBytes(text)) : text);

/** The part of a string between two of its bytes, as Go's `s[from:to]` is. */
export function sliceBytes(text: string, from: number, to: number): string {
  return byteLength(text) === text.length ? text.slice(from, to) : fromBytes(toBytes(text).slice(from, to));
}

/** Compares as Go does, byte by byte: negative, 0 or positive. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    if (x < 0xd800 && y < 0xd800) return x - y;
    return compareBytes(toBytes(a), toBytes(b));
  }
  return a.length - b.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}

const rawBytes = /[\udc80-\udcff]/;
/** Whether a UTF-16 unit stands for a byte; it must not be the second half of a pair. */
export const isRawByte = (unit: number): boolean => unit >= 0xdc80 && unit <= 0xdcff;
const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
function isPair(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}
