import { compareStrings } from './bytes.ts';
import { type PrintContext, sprintf } from './format.ts';
import { FunctionError, integer, isTrue, kindOf, structured, typeOf, type Value } from './value.ts';

type Basic = 'bool' | 'int' | 'uint' | 'float64' | 'string';

function basicKind(value: Value): Basic | null {
  const kind = kindOf(value);
  switch (kind) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'float64':
    case 'string':
      return kind;
    default:
      return null;
  }
}

const isWhole = (kind: Basic | null): boolean => kind === 'int' || kind === 'uint';

function isNil(value: Value): boolean {
  const one = structured(value);
  return value === null || ((one?.kind === 'list' || one?.kind === 'map') && one.isNil === true);
}

function isComparable(value: Value): boolean {
  const one = structured(value);
  if (one?.kind === 'object' && !one.type.startsWith('*'))
    return [...one.fields.values()].every(isComparable);
  return one?.kind !== 'list' && one?.kind !== 'map' && one?.kind !== 'function';
}

const incompatible = (a: Value, b: Value): FunctionError =>
  new FunctionError(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`);

/** Go's `eq`: whether the first equals any of the others. */
export function equalsAny(first: Value, others: readonly Value[], context: PrintContext): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  return others.some((other) => equals(first, other, context));
}

function equals(a: Value, b: Value, context: PrintContext): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  if (isWhole(kind) && isWhole(other)) return integer(a) === integer(b);
  if (kind !== other) {
    if (a !== null && b !== null) throw incompatible(a, b);
    return false;
  }
  if (kind !== null) return a === b;
  if (a !== null && b !== null && kindOf(a) !== kindOf(b))
    throw new FunctionError(`non-comparable types ${typeOf(a)} and ${typeOf(b)}`);
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(b))
    throw new FunctionError(sprintf('non-comparable type %s: %[2]s', [b, typeOf(b)], context));
  return a === b;
}

/** Go's `lt` */
export function isLess(a: Value, b: Value): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  if (kind === null || other === null) throw new FunctionError('invalid type for comparison');
  if (isWhole(kind) && isWhole(other)) return (integer(a) as bigint) < (integer(b) as bigint);
  if (kind !== other) throw incompatible(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b) < 0;
  throw new FunctionError('invalid type for comparison');
}

/** Go's `le` */
export const isLessOrEqual = (a: Value, b: Value, context: PrintContext): boolean =>
  isLess(a, b) || equalsAny(a, [b], context);

/** Go's `not` */
export const not = (value: Value): boolean => !isTrue(value);
