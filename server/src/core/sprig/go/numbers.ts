import { structured, type Value } from '../../gotemplate/value.ts';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

export const wrap64 = (value: bigint): bigint => BigInt.asIntN(64, value);

/** strconv.ParseInt with 64 bits; the kind of error where there is one, with what Go gives beside it. */
export function parseInt64(
  text: string,
  base: 0 | 8 | 10,
): { readonly value: bigint; readonly error?: 'syntax' | 'range' } {
  const match = /^([+-]?)(.+)$/s.exec(text);
  const digits = match === null ? null : digitsOf(match[2] as string, base);
  if (digits === null) return { value: 0n, error: 'syntax' };
  const value = match?.[1] === '-' ? -digits : digits;
  if (value < MIN) return { value: MIN, error: 'range' };
  if (value > MAX) return { value: MAX, error: 'range' };
  return { value };
}

function digitsOf(text: string, base: 0 | 8 | 10): bigint | null {
  if (base === 10) return /^[0-9]+$/.test(text) ? BigInt(text) : null;
  if (base === 8) return /^[0-7]+$/.test(text) ? BigInt(`0o${text}`) : null;
  const known =
    /^(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/.test(
      text,
    );
  if (!known) return null;
  const plain = text.replaceAll('_', '').toLowerCase();
  return BigInt(/^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain);
}

/** strconv.ParseFloat with 64 bits; null where it gives an error. */
export function parseFloat64(text: string): number | null {
  const special = /^([+-]?)(?:(inf|infinity)|(nan))$/i.exec(text);
  if (special !== null) {
    if (special[3] !== undefined) return special[1] === '' ? Number.NaN : null;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const hex =
    /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?[0-9]+(?:_[0-9]+)*)$/.exec(
      text,
    );
  let value: number;
  if (hex !== null) {
    const head = (hex[2] ?? '').replaceAll('_', '');
    const tail = (hex[3] ?? '').replaceAll('_', '');
    if (head === '' && tail === '') return null;
    value = Number(BigInt(`0x${head}${tail}`)) * 2 ** (Number(hex[4]?.replaceAll('_', '')) - 4 * tail.length);
    if (hex[1] === '-') value = -value;
  } else {
    const plain = text.replaceAll(/(?<=[0-9])_(?=[0-9])/g, '');
    if (!/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(plain)) return null;
    value = Number(plain);
  }
  return Number.isFinite(value) ? value : null;
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
