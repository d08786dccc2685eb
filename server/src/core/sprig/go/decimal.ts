import { FunctionError } from '../../gotemplate/value.ts';
import { printedFloat } from './print.ts';

/** shopspring/decimal: a whole number times a power of ten. */
export interface Decimal {
  readonly digits: bigint;
  readonly power: number;
}

/** The decimal with the fewest digits that is this float64. */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) throw new FunctionError(`Cannot create a Decimal from ${printedFloat(value)}`);
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const point = mantissa.indexOf('.');
  const decimals = point < 0 ? 0 : mantissa.length - point - 1;
  return { digits: BigInt(mantissa.replace('.', '')), power: Number(exponent) - decimals };
}

const scaled = (value: Decimal, power: number): bigint => value.digits * 10n ** BigInt(value.power - power);

export function add(a: Decimal, b: Decimal): Decimal {
  const power = Math.min(a.power, b.power);
  return { digits: scaled(a, power) + scaled(b, power), power };
}

export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, { digits: -b.digits, power: b.power });

export const multiply = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  power: a.power + b.power,
});

const PRECISION = 16;

/** Divides to 16 decimals, halves away from zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw new FunctionError('decimal division by 0');
  const shift = a.power - b.power + PRECISION;
  const top = shift >= 0 ? a.digits * 10n ** BigInt(shift) : a.digits;
  const bottom = shift >= 0 ? b.digits : b.digits * 10n ** BigInt(-shift);
  const quotient = top / bottom;
  const rest = top % bottom;
  const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
  const away = absolute(rest) * 2n >= absolute(bottom);
  const negative = a.digits < 0n !== b.digits < 0n;
  return { digits: away ? quotient + (negative ? -1n : 1n) : quotient, power: -PRECISION };
}

export const floatOf = (value: Decimal): number => Number(`${value.digits}e${value.power}`);
