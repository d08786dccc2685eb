/** SHA-1, SHA-256 and SHA-512 (FIPS 180-4) and Adler-32, in hexadecimal where Sprig gives it so. */

const MASK = 2n ** 64n - 1n;

/** The largest whole number whose `power`-th power is not above `value`. */
function root(value: bigint, power: bigint): bigint {
  let low = 0n;
  let high = 1n << 80n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const primes: readonly bigint[] = (() => {
  const out: number[] = [];
  for (let n = 2; out.length < 80; n++) if (out.every((prime) => n % prime !== 0)) out.push(n);
  return out.map(BigInt);
})();

interface Constants {
  readonly rounds64: readonly bigint[];
  readonly start64: readonly bigint[];
  readonly rounds32: readonly number[];
  readonly start32: readonly number[];
}

let made: Constants | null = null;

/** The first bits behind the point of the roots of primes, which is what these constants are. */
function constants(): Constants {
  if (made !== null) return made;
  const rounds64 = primes.map((prime) => root(prime << 192n, 3n) & MASK);
  const start64 = primes.slice(0, 8).map((prime) => root(prime << 128n, 2n) & MASK);
  const high = (value: bigint): number => Number(value >> 32n) | 0;
  made = { rounds64, start64, rounds32: rounds64.slice(0, 64).map(high), start32: start64.map(high) };
  return made;
}

/** The message with its length, filled up to whole blocks. */
function padded(bytes: Uint8Array, block: number): Uint8Array {
  const length = Math.ceil((bytes.length + 1 + block / 8) / block) * block;
  const out = new Uint8Array(length);
  out.set(bytes);
  out[bytes.length] = 0x80;
  let bits = BigInt(bytes.length) * 8n;
  for (let i = length - 1; bits > 0n; i--) {
    out[i] = Number(bits & 255n);
    bits >>= 8n;
  }
  return out;
}

const word32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 24) |
  ((bytes[at + 1] as number) << 16) |
  ((bytes[at + 2] as number) << 8) |
  (bytes[at + 3] as number);

const left = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
const right = (value: number, by: number): number => (value >>> by) | (value << (32 - by));
const hex32 = (words: readonly number[]): string =>
  words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

export function sha1(bytes: Uint8Array): string {
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const message = padded(bytes, 64);
  const w = new Int32Array(80);
  for (let block = 0; block < message.length; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = word32(message, block + i * 4);
    for (let i = 16; i < 80; i++)
      w[i] = left(
        (w[i - 3] as number) ^ (w[i - 8] as number) ^ (w[i - 14] as number) ^ (w[i - 16] as number),
        1,
      );
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const mixed = i < 20 ? (b & c) | (~b & d) : i >= 40 && i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const constant = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
      const next = (left(a, 5) + mixed + e + constant + (w[i] as number)) | 0;
      [a, b, c, d, e] = [next, a, left(b, 30), c, d];
    }
    state = [a, b, c, d, e].map((word, i) => (word + (state[i] as number)) | 0);
  }
  return hex32(state);
}

export function sha256(bytes: Uint8Array): string {
  const { rounds32, start32 } = constants();
  let state: readonly number[] = start32;
  const message = padded(bytes, 64);
  const w = new Int32Array(64);
  for (let block = 0; block < message.length; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = word32(message, block + i * 4);
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15] as number, w[i - 2] as number];
      const s0 = right(x, 7) ^ right(x, 18) ^ (x >>> 3);
      const s1 = right(y, 17) ^ right(y, 19) ^ (y >>> 10);
      w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
      const one = (h + s1 + ((e & f) ^ (~e & g)) + (rounds32[i] as number) + (w[i] as number)) | 0;
      const s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => (word + (state[i] as number)) | 0);
  }
  return hex32(state);
}

const right64 = (value: bigint, by: bigint): bigint => (value >> by) | ((value << (64n - by)) & MASK);

export function sha512(bytes: Uint8Array): string {
  const { rounds64, start64 } = constants();
  let state: readonly bigint[] = start64;
  const message = padded(bytes, 128);
  const w: bigint[] = [];
  for (let block = 0; block < message.length; block += 128) {
    for (let i = 0; i < 16; i++) {
      let word = 0n;
      for (let k = 0; k < 8; k++) word = (word << 8n) | BigInt(message[block + i * 8 + k] as number);
      w[i] = word;
    }
    for (let i = 16; i < 80; i++) {
      const [x, y] = [w[i - 15] as bigint, w[i - 2] as bigint];
      const s0 = right64(x, 1n) ^ right64(x, 8n) ^ (x >> 7n);
      const s1 = right64(y, 19n) ^ right64(y, 61n) ^ (y >> 6n);
      w[i] = ((w[i - 16] as bigint) + s0 + (w[i - 7] as bigint) + s1) & MASK;
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < 80; i++) {
      const s1 = right64(e, 14n) ^ right64(e, 18n) ^ right64(e, 41n);
      const one = (h + s1 + ((e & f) ^ (~e & MASK & g)) + (rounds64[i] as bigint) + (w[i] as bigint)) & MASK;
      const s0 = right64(a, 28n) ^ right64(a, 34n) ^ right64(a, 39n);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & MASK;
      [a, b, c, d, e, f, g, h] = [(one + two) & MASK, a, b, c, (d + one) & MASK, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => (word + (state[i] as bigint)) & MASK);
  }
  return state.map((word) => word.toString(16).padStart(16, '0')).join('');
}

export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
