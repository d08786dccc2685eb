/** AES with keys of 256 bits (FIPS 197) in CBC mode. Not made against timing: it only previews. */

const ROUNDS = 14;

interface Boxes {
  readonly forward: Uint8Array;
  readonly backward: Uint8Array;
}

const double = (value: number): number => ((value << 1) ^ (value & 0x80 ? 0x11b : 0)) & 0xff;

function multiply(a: number, b: number): number {
  let out = 0;
  for (let [x, y] = [a, b]; y > 0; y >>= 1, x = double(x)) if ((y & 1) === 1) out ^= x;
  return out;
}

let made: Boxes | null = null;

function boxes(): Boxes {
  if (made !== null) return made;
  const forward = new Uint8Array(256);
  const backward = new Uint8Array(256);
  let [p, q] = [1, 1];
  const set = (index: number, value: number): void => {
    forward[index] = value;
    backward[value] = index;
  };
  const turn = (value: number, by: number): number => ((value << by) | (value >> (8 - by))) & 0xff;
  do {
    p ^= double(p);
    // Divided by 3.
    q ^= q << 1;
    q ^= q << 2;
    q ^= q << 4;
    q &= 0xff;
    if ((q & 0x80) !== 0) q ^= 0x09;
    set(p, q ^ turn(q, 1) ^ turn(q, 2) ^ turn(q, 3) ^ turn(q, 4) ^ 0x63);
  } while (p !== 1);
  set(0, 0x63);
  made = { forward, backward };
  return made;
}

function expandedKey(key: Uint8Array): Uint8Array {
  const { forward } = boxes();
  const words = key.length / 4;
  const out = new Uint8Array(16 * (ROUNDS + 1));
  out.set(key);
  let constant = 1;
  for (let i = words; i < 4 * (ROUNDS + 1); i++) {
    let word = [...out.slice(i * 4 - 4, i * 4)];
    if (i % words === 0) {
      word = [...word.slice(1), word[0] as number].map((byte) => forward[byte] as number);
      word[0] = (word[0] as number) ^ constant;
      constant = double(constant);
    } else if (i % words === 4) word = word.map((byte) => forward[byte] as number);
    for (let k = 0; k < 4; k++) out[i * 4 + k] = (out[(i - words) * 4 + k] as number) ^ (word[k] as number);
  }
  return out;
}

function addKey(state: Uint8Array, key: Uint8Array, round: number): void {
  for (let i = 0; i < 16; i++) state[i] = (state[i] as number) ^ (key[round * 16 + i] as number);
}

function mixColumns(state: Uint8Array, factors: readonly number[]): void {
  for (let column = 0; column < 16; column += 4) {
    const old = state.slice(column, column + 4);
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum ^= multiply(old[k] as number, factors[(k - row + 4) % 4] as number);
      state[column + row] = sum;
    }
  }
}

/** Replaces bytes and turns rows, by `direction` 1 to encrypt and -1 to decrypt. */
function substituteAndShift(state: Uint8Array, box: Uint8Array, direction: 1 | -1): void {
  const old = state.slice();
  for (let column = 0; column < 4; column++)
    for (let row = 0; row < 4; row++)
      state[column * 4 + row] = box[old[((column + direction * row + 4) % 4) * 4 + row] as number] as number;
}

function encryptBlock(block: Uint8Array, key: Uint8Array): Uint8Array {
  const state = block.slice();
  addKey(state, key, 0);
  for (let round = 1; round <= ROUNDS; round++) {
    substituteAndShift(state, boxes().forward, 1);
    if (round < ROUNDS) mixColumns(state, [2, 3, 1, 1]);
    addKey(state, key, round);
  }
  return state;
}

function decryptBlock(block: Uint8Array, key: Uint8Array): Uint8Array {
  const state = block.slice();
  addKey(state, key, ROUNDS);
  for (let round = ROUNDS - 1; round >= 0; round--) {
    substituteAndShift(state, boxes().backward, -1);
    addKey(state, key, round);
    if (round > 0) mixColumns(state, [14, 11, 13, 9]);
  }
  return state;
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ (b[i] as number));

/** Whole blocks only; the key has 32 bytes. */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const words = expandedKey(key);
  const out = new Uint8Array(plain.length);
  let before = iv;
  for (let at = 0; at < plain.length; at += 16) {
    before = encryptBlock(xor(plain.slice(at, at + 16), before), words);
    out.set(before, at);
  }
  return out;
}

export function decryptCbc(key: Uint8Array, iv: Uint8Array, secret: Uint8Array): Uint8Array {
  const words = expandedKey(key);
  const out = new Uint8Array(secret.length);
  let before = iv;
  for (let at = 0; at < secret.length; at += 16) {
    const block = secret.slice(at, at + 16);
    out.set(xor(decryptBlock(block, words), before), at);
    before = block;
  }
  return out;
}
