import { byteLength, sliceBytes, toBytes } from './bytes.ts';
import {
  FunctionError,
  type GoType,
  integer,
  kindOf,
  type ListValue,
  sizedInt,
  structured,
  typeOf,
  type Value,
  zeroOf,
} from './value.ts';

/** Go's `len` */
export function length(value: Value): bigint {
  if (value === null) throw new FunctionError('len of nil pointer');
  if (typeof value === 'string') return BigInt(byteLength(value));
  const one = structured(value);
  if (one?.kind === 'list') return BigInt(one.items.length);
  if (one?.kind === 'map') return BigInt(one.entries.size);
  throw new FunctionError(`len of type ${typeOf(value)}`);
}

/** Go's `index` */
export function index(value: Value, indexes: readonly Value[]): Value {
  if (value === null) throw new FunctionError('index of untyped nil');
  let item: Value = value;
  for (const key of indexes) {
    if (item === null) throw new FunctionError('index of nil pointer');
    const one = structured(item);
    if (typeof item === 'string') {
      const at = position(key, byteLength(item));
      const byte = toBytes(item)[at];
      if (byte === undefined) throw new FunctionError('reflect: string index out of range');
      item = sizedInt('uint8', BigInt(byte));
    } else if (one?.kind === 'list') {
      const at = position(key, one.items.length);
      const found: Value | undefined = one.items[at];
      if (found === undefined) throw new FunctionError('reflect: slice index out of range');
      item = found;
    } else if (one?.kind === 'map') {
      const name = prepareArgument(key, 'string') as string;
      item = one.entries.get(name) ?? zeroOf(one.element);
    } else throw new FunctionError(`can't index item of type ${typeOf(item)}`);
  }
  return item;
}

/** Go's `slice` */
export function slice(value: Value, indexes: readonly Value[]): Value {
  if (value === null) throw new FunctionError('slice of untyped nil');
  if (indexes.length > 3) throw new FunctionError(`too many slice indexes: ${indexes.length}`);
  const one = structured(value);
  let length: number;
  let capacity: number;
  if (typeof value === 'string') {
    if (indexes.length === 3) throw new FunctionError('cannot 3-index slice a string');
    length = byteLength(value);
    capacity = length;
  } else if (one?.kind === 'list') {
    length = one.items.length;
    capacity = one.capacity ?? length;
  } else throw new FunctionError(`can't slice item of type ${typeOf(value)}`);
  const positions = indexes.map((key) => position(key, capacity));
  const [from = 0, to = length, limit] = positions;
  if (from > to) throw new FunctionError(`invalid slice index: ${from} > ${to}`);
  if (limit !== undefined && to > limit) throw new FunctionError(`invalid slice index: ${to} > ${limit}`);
  if (typeof value === 'string') return sliceBytes(value, from, to);
  if (one?.kind !== 'list') return null;
  return { kind: 'list', element: one.element, ...cut(one, from, to), capacity: (limit ?? capacity) - from };
}

/** The elements of a part of a list, which may reach behind its end, and what stands behind that part. */
export function cut(
  { items, behind = [], element }: ListValue,
  from: number,
  to: number,
): { readonly items: readonly Value[]; readonly behind: readonly Value[] } {
  const all = [...items, ...behind];
  while (all.length < to) all.push(zeroOf(element));
  return { items: all.slice(from, to), behind: all.slice(to) };
}

function position(key: Value, limit: number): number {
  if (key === null) throw new FunctionError('cannot index slice/array with nil');
  const at = integer(key);
  if (at === null) throw new FunctionError(`cannot index slice/array with type ${typeOf(key)}`);
  if (at < 0n || at > BigInt(limit)) throw new FunctionError(`index out of range: ${at}`);
  return Number(at);
}

/** An argument made fit for a parameter as `index` and `call` do it: integers of one size become those of another. */
export function prepareArgument(value: Value, type: GoType): Value {
  if (value === null) {
    const zero = zeroOf(type);
    if (canBeNil(type)) return zero;
    throw new FunctionError(`value is nil; should be of type ${type}`);
  }
  if (isAssignable(value, type)) return value;
  const whole = integer(value);
  if (whole !== null && /^u?int(8|16|32|64|ptr)?$/.test(type)) {
    const bits = Number(/\d+$/.exec(type)?.[0] ?? 64);
    const wrapped = type.startsWith('u') ? BigInt.asUintN(bits, whole) : BigInt.asIntN(bits, whole);
    return type === 'int' ? wrapped : { kind: 'int', type, value: wrapped };
  }
  throw new FunctionError(`value has type ${typeOf(value)}; should be ${type}`);
}

export const canBeNil = (type: GoType): boolean =>
  type === 'interface {}' ||
  type === 'reflect.Value' ||
  type === 'error' ||
  type.startsWith('[]') ||
  type.startsWith('map[') ||
  type.startsWith('*') ||
  type.startsWith('func(');

/** Whether Go would let a value of this type be assigned to that one. */
export function isAssignable(value: Value, type: GoType): boolean {
  if (type === 'interface {}' || type === 'reflect.Value') return true;
  if (kindOf(value) === 'unknown' || typeOf(value) === type) return true;
  const one = structured(value);
  // A named slice or map goes where the plain one is wanted.
  if (one?.kind === 'list') return type === `[]${one.element}`;
  if (one?.kind === 'map') return type === `map[string]${one.element}`;
  return one?.kind === 'object' && one.type === `*${type}`;
}
