import { type CallContext, int64, list, type Value } from '../gotemplate/value.ts';
import { count, define, type Functions, fail, given, text, whole } from './define.ts';
import { add, type Decimal, decimalOf, divide, floatOf, multiply, subtract } from './go/decimal.ts';
import { parseInt64, toFloat64, toInt64, wrap64 } from './go/numbers.ts';
import { printed } from './go/print.ts';

const checkedDivisor = (value: bigint): bigint =>
  value === 0n ? fail('runtime error: integer divide by zero') : value;

const integers = (
  args: readonly Value[],
  start: bigint,
  step: (sum: bigint, next: bigint) => bigint,
): Value => int64(args.reduce<bigint>((sum, one) => wrap64(step(sum, toInt64(one))), start));

const largest = define('any ...any', 'int64', (args) =>
  integers(args.slice(1), toInt64(given(args, 0)), (a, b) => (b > a ? b : a)),
);

/** Works with decimals, so that 0.1 and 0.2 are 0.3. */
const decimals = (first: Value, others: readonly Value[], step: (a: Decimal, b: Decimal) => Decimal): Value =>
  floatOf(
    others.reduce<Decimal>((sum, one) => step(sum, decimalOf(toFloat64(one))), decimalOf(toFloat64(first))),
  );

/** The numbers from `start` to before `stop`; none where the step leads away. */
export function steps(
  start: bigint,
  stop: bigint,
  step: bigint,
  context: Pick<CallContext, 'charge'>,
): bigint[] {
  const out: bigint[] = [];
  if (stop < start ? step >= 0n : step <= 0n) return out;
  // A number of any length is an object of its own.
  context.charge((Number((stop - start) / step) + 1) * 16);
  if (stop < start) for (let i = start; i > stop; i += step) out.push(i);
  else for (let i = start; i < stop; i += step) out.push(i);
  return out;
}

const intList = (items: readonly bigint[]): Value => list(items, 'int');

/** 10 to a whole power by squaring, with the rounding of Go's math.Pow: 10 to the 100th is not quite 1e100. */
function tenTo(power: number): number {
  if (Math.abs(power) > 400) return power < 0 ? 0 : Number.POSITIVE_INFINITY;
  // 10 is 0.625 times 2 to the fourth.
  let [square, squareExponent, product, exponent] = [0.625, 4, 1, 0];
  for (let left = Math.abs(power); left !== 0; left >>= 1) {
    if (left & 1) {
      product *= square;
      exponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  if (power < 0) [product, exponent] = [1 / product, -exponent];
  const half = Math.trunc(exponent / 2);
  return product * 2 ** half * 2 ** (exponent - half);
}

export const maths: Functions = {
  atoi: define('string', 'int', (a) => parseInt64(text(a[0]), 10).value),
  int: define('any', 'int', (a) => toInt64(given(a, 0))),
  int64: define('any', 'int64', (a) => int64(toInt64(given(a, 0)))),
  float64: define('any', 'float64', (a) => toFloat64(given(a, 0))),
  toDecimal: define('any', 'int64', (a, context) => {
    const parsed = parseInt64(printed(given(a, 0), context), 8);
    return int64(parsed.error === undefined ? parsed.value : 0n);
  }),

  add1: define('any', 'int64', (a) => int64(wrap64(toInt64(given(a, 0)) + 1n))),
  add: define('...any', 'int64', (a) => integers(a, 0n, (sum, one) => sum + one)),
  sub: define('any any', 'int64', (a) => int64(wrap64(toInt64(given(a, 0)) - toInt64(given(a, 1))))),
  div: define('any any', 'int64', (a) =>
    int64(wrap64(toInt64(given(a, 0)) / checkedDivisor(toInt64(given(a, 1))))),
  ),
  mod: define('any any', 'int64', (a) => int64(toInt64(given(a, 0)) % checkedDivisor(toInt64(given(a, 1))))),
  mul: define('any ...any', 'int64', (a) =>
    integers(a.slice(1), toInt64(given(a, 0)), (product, one) => product * one),
  ),
  max: largest,
  biggest: largest,
  min: define('any ...any', 'int64', (a) =>
    integers(a.slice(1), toInt64(given(a, 0)), (least, one) => (one < least ? one : least)),
  ),

  add1f: define('any', 'float64', (a) => decimals(given(a, 0), [1n], add)),
  addf: define('...any', 'float64', (a) => decimals(0, a, add)),
  subf: define('any ...any', 'float64', (a) => decimals(given(a, 0), a.slice(1), subtract)),
  divf: define('any ...any', 'float64', (a) => decimals(given(a, 0), a.slice(1), divide)),
  mulf: define('any ...any', 'float64', (a) => decimals(given(a, 0), a.slice(1), multiply)),
  maxf: define('any ...any', 'float64', (a) => Math.max(...a.map(toFloat64))),
  minf: define('any ...any', 'float64', (a) => Math.min(...a.map(toFloat64))),

  ceil: define('any', 'float64', (a) => Math.ceil(toFloat64(given(a, 0)))),
  floor: define('any', 'float64', (a) => Math.floor(toFloat64(given(a, 0)))),
  round: define('any int ...float64', 'float64', (a) => {
    const from = a.length > 2 ? toFloat64(given(a, 2)) : 0.5;
    const power = tenTo(count(a[1]));
    const scaled = power * toFloat64(given(a, 0));
    return (scaled - Math.trunc(scaled) >= from ? Math.ceil(scaled) : Math.floor(scaled)) / power;
  }),

  until: define('int', 'ints', (a, context) => {
    const stop = whole(a[0]);
    return intList(steps(0n, stop, stop < 0n ? -1n : 1n, context));
  }),
  untilStep: define('int int int', 'ints', (a, context) =>
    intList(steps(whole(a[0]), whole(a[1]), whole(a[2]), context)),
  ),
  seq: define('...int', 'string', (a, context) => {
    const [first = 0n, second = 0n, third = 0n] = a.map(whole);
    const spaced = (start: bigint, end: bigint, step: bigint): string => {
      const behind = end < start ? end - 1n : end + 1n;
      return steps(start, behind, step, context).join(' ');
    };
    switch (a.length) {
      case 1:
        return spaced(1n, first, first < 1n ? -1n : 1n);
      case 2:
        return spaced(first, second, second < first ? -1n : 1n);
      case 3:
        return third < first && second > 0n ? '' : spaced(first, third, second);
      default:
        return '';
    }
  }),
};
