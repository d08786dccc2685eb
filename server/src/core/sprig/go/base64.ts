import { FunctionError } from '../../gotemplate/value.ts';

const alphabet64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const base64 = (bytes: ArrayLike<number>): string => encoded(bytes, alphabet64, 6, 4);
export const base32 = (bytes: ArrayLike<number>): string => encoded(bytes, alphabet32, 5, 8);

function encoded(bytes: ArrayLike<number>, alphabet: string, bits: number, quantum: number): string {
  const out: string[] = [];
  let held = 0;
  let have = 0;
  for (let i = 0; i < bytes.length; i++) {
    held = ((held << 8) | (bytes[i] as number)) & 0xffff;
    have += 8;
    while (have >= bits) {
      have -= bits;
      out.push(alphabet[(held >> have) & ((1 << bits) - 1)] as string);
    }
  }
  if (have > 0) out.push(alphabet[(held << (bits - have)) & ((1 << bits) - 1)] as string);
  while (out.length % quantum !== 0) out.push('=');
  return out.join('');
}

/** encoding/base64's StdEncoding. Line breaks do not count. */
export const decodeBase64 = (bytes: Uint8Array): Uint8Array => decoded(bytes, alphabet64, 6, 4, 'base64');
/** encoding/base32's StdEncoding. */
export const decodeBase32 = (bytes: Uint8Array): Uint8Array => decoded(bytes, alphabet32, 5, 8, 'base32');

function decoded(
  bytes: Uint8Array,
  alphabet: string,
  bits: number,
  quantum: number,
  name: string,
): Uint8Array {
  const corrupt = (at: number): never => {
    throw new FunctionError(`illegal ${name} data at input byte ${at}`);
  };
  // base32 takes the line breaks out first and counts without them.
  const source = name === 'base32' ? bytes.filter((byte) => byte !== 10 && byte !== 13) : bytes;
  const isBreak = (at: number): boolean => source[at] === 10 || source[at] === 13;
  const out: number[] = [];
  let at = 0;
  for (;;) {
    const digits: number[] = [];
    let padded = false;
    while (digits.length < quantum) {
      while (isBreak(at)) at++;
      if (at >= source.length) {
        if (digits.length === 0) return Uint8Array.from(out);
        return corrupt(at - digits.length);
      }
      const byte = source[at++] as number;
      if (byte === 61) {
        at = padding(digits.length, at);
        padded = true;
        break;
      }
      const digit = alphabet.indexOf(String.fromCharCode(byte));
      if (digit < 0) corrupt(at - 1);
      digits.push(digit);
    }
    let held = 0;
    let have = 0;
    for (const digit of digits) {
      held = ((held << bits) | digit) & 0xffff;
      have += bits;
      if (have >= 8) {
        have -= 8;
        out.push((held >> have) & 255);
      }
    }
    if (padded) return Uint8Array.from(out);
  }

  /** Checks the padding behind `have` digits, of which the first one was just read. */
  function padding(have: number, behind: number): number {
    let next = behind;
    if (name === 'base64') {
      if (have < 2) corrupt(next - 1);
      if (have === 2) {
        while (isBreak(next)) next++;
        if (next === source.length) corrupt(source.length);
        if (source[next] !== 61) corrupt(next - 1);
        next++;
      }
      while (isBreak(next)) next++;
      if (next < source.length) corrupt(next);
      return next;
    }
    if (have < 2 || source.length - next + have + 1 < quantum) {
      if (have < 2) corrupt(next - 1);
      corrupt(source.length);
    }
    for (let k = 0; k < quantum - 1 - have; k++)
      if (next + k < source.length && source[next + k] !== 61) corrupt(next + k - 1);
    if (have === 1 || have === 3 || have === 6) corrupt(next - 1);
    next += quantum - 1 - have;
    return next;
  }
}
