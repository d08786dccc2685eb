import { FunctionError } from '../../gotemplate/value.ts';
import { quoted } from './quoted.ts';

const MAX = 2n ** 63n - 1n;
export const MICRO = 1000n;
export const MILLI = 1_000_000n;
export const SECOND = 1_000_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: MICRO,
  µs: MICRO,
  μs: MICRO,
  ms: MILLI,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
};

/** time.ParseDuration, in nanoseconds; fails with its words. */
export function parseDuration(text: string): bigint {
  const fail = (message: string): never => {
    throw new FunctionError(`time: ${message}`);
  };
  const invalid = (): never => fail(`invalid duration ${quoted(text)}`);
  const negative = text.startsWith('-');
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') invalid();
  let total = 0n;
  while (rest !== '') {
    const number = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest) as RegExpExecArray;
    const [, whole = '', part = ''] = number;
    if (whole === '' && part === '') invalid();
    const value = BigInt(whole === '' ? '0' : whole);
    if (value > MAX + 1n) invalid();
    rest = rest.slice(number[0].length);
    const name = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (name === '') fail(`missing unit in duration ${quoted(text)}`);
    const unit = Object.hasOwn(units, name) ? units[name] : undefined;
    if (unit === undefined) return fail(`unknown unit ${quoted(name)} in duration ${quoted(text)}`);
    rest = rest.slice(name.length);
    let nanos = value * unit;
    if (part !== '') {
      const kept = part.slice(0, 18);
      nanos += BigInt(Math.trunc(Number(BigInt(kept)) * (Number(unit) / 10 ** kept.length)));
    }
    total += nanos;
    if (total > MAX + 1n) invalid();
  }
  if (negative) return -total;
  return total > MAX ? invalid() : total;
}

/** Duration.String. */
export function durationText(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  const decimal = (unit: bigint, name: string): string => {
    const width = String(unit).length - 1;
    const digits =
      width === 0
        ? ''
        : String(size % unit)
            .padStart(width, '0')
            .replace(/0+$/, '');
    return `${size / unit}${digits === '' ? '' : `.${digits}`}${name}`;
  };
  if (size < MICRO) return `${sign}${size}ns`;
  if (size < MILLI) return sign + decimal(MICRO, 'µs');
  if (size < SECOND) return sign + decimal(MILLI, 'ms');
  const fraction = String(size % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const seconds = `${(size / SECOND) % 60n}${fraction === '' ? '' : `.${fraction}`}s`;
  if (size < MINUTE) return sign + seconds;
  const minutes = `${(size / MINUTE) % 60n}m${seconds}`;
  return size < HOUR ? sign + minutes : `${sign}${size / HOUR}h${minutes}`;
}

/** Keeps a difference within what Go's Duration can hold. */
export const saturated = (nanos: bigint): bigint =>
  nanos > MAX ? MAX : nanos < -MAX - 1n ? -MAX - 1n : nanos;

/** Duration.Round to seconds. */
export function roundedToSeconds(nanos: bigint): bigint {
  const rest = nanos % SECOND;
  const size = rest < 0n ? -rest : rest;
  const rounded = size * 2n < SECOND ? nanos - rest : nanos - rest + (nanos < 0n ? -SECOND : SECOND);
  return saturated(rounded);
}
