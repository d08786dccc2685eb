import { structured, type Value } from '../../gotemplate/value.ts';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const UNSIGNED_MAX = 2n ** 64n - 1n;

export const wrap64 = (value: bigint): bigint => BigInt.asIntN(64, value);

/** What strconv's parsers give: the value, which Go gives beside an error too, and the kind of error. */
interface Parsed<T> {
  readonly value: T;
  readonly error?: 'syntax' | 'range';
}

/** strconv.ParseInt with 64 bits. */
export function parseInt64(text: string, base: number): Parsed<bigint> {
  const negative = text.startsWith('-');
  const digits = negative || text.startsWith('+') ? text.slice(1) : text;
  const { value, error } = parseUint64(digits, base);
  if (error === 'syntax') return { value: 0n, error };
  if (negative) return -value < MIN ? { value: MIN, error: 'range' } : { value: -value };
  return value > MAX ? { value: MAX, error: 'range' } : { value };
}

/** strconv.ParseUint with 64 bits. What follows the digit at which it grows too large is not looked at. */
export function parseUint64(text: string, base: number): Parsed<bigint> {
  const wrong = { value: 0n, error: 'syntax' } as const;
  const prefix = base === 0 ? (/^0[xXbBoO](?=.)|^0(?=.)/s.exec(text)?.[0] ?? '') : '';
  const radix = base === 0 ? (prefixes[prefix.toLowerCase()] ?? 10) : base;
  const digits = text.slice(prefix.length);
  if (digits === '' || radix < 2 || radix > 36) return wrong;
  let value = 0n;
  for (const character of digits) {
    if (character === '_' && base === 0) continue;
    const digit = digitOf(character);
    if (digit >= radix) return wrong;
    value = value * BigInt(radix) + BigInt(digit);
    if (value > UNSIGNED_MAX) return { value: UNSIGNED_MAX, error: 'range' };
  }
  // Between digits, and behind a prefix, one line under may stand.
  const joined = digits.includes('_') ? /^_?[0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*$/.test(digits) : true;
  return joined && (prefix !== '' || !digits.startsWith('_')) ? { value } : wrong;
}

const prefixes: Readonly<Record<string, number>> = { '0x': 16, '0b': 2, '0o': 8, '0': 8, '': 10 };

function digitOf(character: string): number {
  if (!/^[0-9a-zA-Z]$/.test(character)) return Number.POSITIVE_INFINITY;
  return Number.parseInt(character, 36);
}

/** strconv.ParseFloat with 64 bits; null where it gives an error. */
export function parseFloat64(text: string): number | null {
  const { value, error } = readFloat64(text);
  return error === undefined ? value : null;
}

/** strconv.ParseFloat with 64 bits. */
export function readFloat64(text: string): Parsed<number> {
  const special = /^([+-]?)(?:(inf|infinity)|(nan))$/i.exec(text);
  if (special !== null) {
    if (special[3] !== undefined)
      return special[1] === '' ? { value: Number.NaN } : { value: 0, error: 'syntax' };
    return { value: special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY };
  }
  const hex =
    /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?[0-9]+(?:_[0-9]+)*)$/.exec(
      text,
    );
  let value: number;
  if (hex !== null) {
    const head = (hex[2] ?? '').replaceAll('_', '');
    const tail = (hex[3] ?? '').replaceAll('_', '');
    if (head === '' && tail === '') return { value: 0, error: 'syntax' };
    const mantissa = Number(BigInt(`0x${head}${tail}`));
    const power = Number(hex[4]?.replaceAll('_', '')) - 4 * tail.length;
    value = mantissa === 0 ? 0 : mantissa * 2 ** power;
    if (hex[1] === '-') value = -value;
  } else {
    const plain = text.replaceAll(/(?<=[0-9])_(?=[0-9])/g, '');
    if (!/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(plain))
      return { value: 0, error: 'syntax' };
    value = Number(plain);
  }
  return Number.isFinite(value) ? { value } : { value, error: 'range' };
}

/** The integer part as the hardware of Go's amd64 converts it: what does not fit becomes the smallest number. */
function truncated(value: number): bigint {
  if (!Number.isFinite(value)) return MIN;
  const whole = BigInt(Math.trunc(value));
  return whole < MIN || whole > MAX ? MIN : whole;
}

const sized: ReadonlySet<string> = new Set([
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
]);
const countedTypes: ReadonlySet<string> = new Set(['time.Month', 'time.Weekday']);

/** spf13/cast's ToInt64, which gives 0 for all that is no number. */
export function toInt64(value: Value): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return truncated(value);
    case 'boolean':
      return value ? 1n : 0n;
    case 'string': {
      const parsed = parseInt64(withoutZeroDecimals(value), 0);
      return parsed.error === undefined ? parsed.value : 0n;
    }
  }
  const one = structured(value);
  if (one?.kind !== 'int') return 0n;
  return sized.has(one.type) || countedTypes.has(one.type) ? wrap64(one.value) : 0n;
}

/** `12.00` is 12; `12.50` stays. */
function withoutZeroDecimals(text: string): string {
  const match = /^(.*)\.0+$/s.exec(text);
  return match === null ? text : (match[1] as string);
}

/** spf13/cast's ToFloat64. */
export function toFloat64(value: Value): number {
  switch (typeof value) {
    case 'bigint':
      return Number(value);
    case 'number':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return parseFloat64(value) ?? 0;
  }
  const one = structured(value);
  if (one?.kind !== 'int') return 0;
  return sized.has(one.type) || countedTypes.has(one.type) ? Number(one.value) : 0;
}
