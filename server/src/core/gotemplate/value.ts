import type { TemplateFile } from './template.ts';

/**
 * What a template can hold, told apart as Go tells it apart. A value is never a bare JavaScript object or array, so
 * that nothing of JavaScript's (prototypes, `toString`, number formats) can shine through.
 *
 * | Go | here |
 * |---|---|
 * | nil | `null` |
 * | bool, string, float64 | `boolean`, `string`, `number` |
 * | int | `bigint` |
 * | int64, uint8, … | `SizedInt` |
 * | slice | `ListValue` |
 * | map with string keys | `MapValue` |
 * | struct, pointer to one | `ObjectValue` |
 * | func | `FunctionValue` |
 * | what nobody can know here | `UnknownValue` |
 *
 * Strings are UTF-16 here and bytes in Go. A byte that is no UTF-8 (of a string cut within a letter) is the lone
 * surrogate U+DC00 + byte; see bytes.ts.
 */
export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | SizedInt
  | ListValue
  | MapValue
  | ObjectValue
  | FunctionValue
  | UnknownValue;

/** A type as Go writes it: `interface {}`, `string`, `[]interface {}`, `map[string]interface {}`, `time.Time`. */
export type GoType = string;

export const anyType = 'interface {}';
/** The type of parameters that take a value as it is, a missing one too (as `index` and `eq` do). */
export const reflectType = 'reflect.Value';
export const listType = '[]interface {}';
export const mapType = 'map[string]interface {}';

export type SizedIntType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'uintptr';

/** An integer of a type other than `int`. */
export interface SizedInt {
  readonly kind: 'int';
  readonly type: SizedIntType | GoType;
  readonly value: bigint;
}

/** A slice. Functions of Go that change a list in place do not exist in templates, so it is never changed. */
export interface ListValue {
  readonly kind: 'list';
  /** The type of its elements, `interface {}` by default. */
  readonly element: GoType;
  readonly items: readonly Value[];
  /** How many elements there is room for, as `slice` may look behind the last one; as many as there are by default. */
  readonly capacity?: number;
  /** What stands behind the last element, as far as it is known: the rest of the list that this one was cut from. */
  readonly behind?: readonly Value[];
  readonly isNil?: boolean;
  /** Its type's own name if it has one. */
  readonly named?: GoType;
  readonly methods?: ReadonlyMap<string, TemplateFunction>;
}

/** A map. It has identity and can be changed, because Sprig's `set` and `unset` do. */
export interface MapValue {
  readonly kind: 'map';
  /** The type of its elements, `interface {}` by default. */
  readonly element: GoType;
  readonly entries: Map<string, Value>;
  readonly isNil?: boolean;
  readonly named?: GoType;
  readonly methods?: ReadonlyMap<string, TemplateFunction>;
}

/** A struct that the host gives, or a pointer to one. */
export interface ObjectValue {
  readonly kind: 'object';
  /** As Go writes it, with a star in front for a pointer. */
  readonly type: GoType;
  /** Exported fields in their order. */
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods?: ReadonlyMap<string, TemplateFunction>;
  /** What `String()` or `Error()` gives, where the type has one of them. */
  readonly text?: () => string;
  /** What a copy of its exported fields alone is, where it has others. */
  readonly copy?: () => ObjectValue;
  /** Whether all of it is Go's zero value, which functions such as `empty` ask about. */
  readonly isZero?: boolean;
  /** What functions of the same host keep in it. */
  readonly data?: unknown;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly function: TemplateFunction;
}

/** A value that nobody can know in an editor. Every operation on it gives an unknown again. */
export interface UnknownValue {
  readonly kind: 'unknown';
  /** What it is, for people: `LicenseFieldValue "seats"`. */
  readonly label: string;
  /** What it prints as where a part of it is known, as of `print .host "/app"`; placeholders stand for the rest. */
  readonly text?: string;
}

/**
 * A function or method. Arguments reach `call` checked against the parameters' types, so that a wrong one fails with
 * the words of Go: `wrong type for value; expected string; got int`.
 */
export interface TemplateFunction {
  /** The types of the fixed parameters. */
  readonly parameters: readonly GoType[];
  /** The type of each further argument, if any number may follow. */
  readonly variadic?: GoType;
  /**
   * What becomes of unknown arguments: by default such a call is not made and its result is unknown. `take` makes
   * the call, for functions that can do better (`list`, `dict`, `default`).
   */
  readonly unknowns?: 'take';
  /** The result's type, for people and for `%T` of the function. */
  readonly result?: GoType;
  /** @throws {FunctionError} where Go's function would return an error or panic. */
  call(args: readonly Value[], context: CallContext): Value;
}

/** What a function may ask of the execution that calls it. */
export interface CallContext {
  /**
   * Counts work that grows with an argument (`repeat`, `until`): units are about one byte or element made. To be
   * called before the work is done; it ends the execution where the caller's limit is passed.
   */
  charge(units: number): void;
  /** The text of an unknown, as the template would print it. */
  placeholder(unknown: UnknownValue): string;
  /** Executes another template of the set, as `include` does. */
  include(name: string, data: Value): Value;
  /** Executes a text that knows the templates of the set, and they not it, as `tpl` does. */
  render(file: TemplateFile, data: Value): Value;
}

/** An error that a function returns; its message stands in the execution's error. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

export const sizedInt = (type: SizedIntType, value: bigint): SizedInt => ({ kind: 'int', type, value });

/** A Go `int`. */
export const int = (value: number | bigint): bigint => BigInt(value);

export const int64 = (value: number | bigint): SizedInt => sizedInt('int64', BigInt(value));

export const list = (items: readonly Value[], element: GoType = anyType): ListValue => ({
  kind: 'list',
  element,
  items,
});

export const stringList = (items: readonly string[]): ListValue => list(items, 'string');

export const map = (
  entries: Map<string, Value> | Iterable<readonly [string, Value]> = [],
  element: GoType = anyType,
): MapValue => ({
  kind: 'map',
  element,
  entries: entries instanceof Map ? entries : new Map<string, Value>(entries),
});

export const unknown = (label: string): UnknownValue => ({ kind: 'unknown', label });

/** An unknown text of which a part is known. */
export const partlyKnown = (label: string, text: string): UnknownValue => ({ kind: 'unknown', label, text });

export const functionValue = (fn: TemplateFunction): FunctionValue => ({ kind: 'function', function: fn });

/** The value, if it is one of the structured ones (a sized integer, list, map, object, function or unknown). */
export function structured(
  value: Value | undefined,
): SizedInt | ListValue | MapValue | ObjectValue | FunctionValue | UnknownValue | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

export const isUnknown = (value: Value | undefined): value is UnknownValue =>
  structured(value)?.kind === 'unknown';
export const isList = (value: Value | undefined): value is ListValue => structured(value)?.kind === 'list';
export const isMap = (value: Value | undefined): value is MapValue => structured(value)?.kind === 'map';
export const isObject = (value: Value | undefined): value is ObjectValue =>
  structured(value)?.kind === 'object';
export const isFunction = (value: Value | undefined): value is FunctionValue =>
  structured(value)?.kind === 'function';

/** An integer of any type as a number without loss; null for every other value. */
export function integer(value: Value | undefined): bigint | null {
  if (typeof value === 'bigint') return value;
  const one = structured(value);
  return one?.kind === 'int' ? one.value : null;
}

/** Whether a value is Go's notion of true: not the zero value of its type, not nil, not empty. */
export function isTrue(value: Value | undefined): boolean {
  switch (typeof value) {
    case 'undefined':
      return false;
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
  }
  if (value === null) return false;
  switch (value.kind) {
    case 'int':
      return value.value !== 0n;
    case 'list':
      return value.items.length > 0;
    case 'map':
      return value.entries.size > 0;
    default:
      return true;
  }
}

/** The zero value of a type. */
export function zeroOf(type: GoType): Value {
  switch (type) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int':
      return 0n;
    case 'float64':
      return 0;
  }
  if (/^u?int(8|16|32|64|ptr)?$/.test(type)) return { kind: 'int', type, value: 0n };
  if (type.startsWith('[]')) return { kind: 'list', element: type.slice(2), items: [], isNil: true };
  if (type.startsWith('map[string]'))
    return { kind: 'map', element: type.slice('map[string]'.length), entries: new Map(), isNil: true };
  return null;
}

/** A value's type as Go's `%T` and reflect write it; `<nil>` for nil. */
export function typeOf(value: Value): GoType {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'number':
      return 'float64';
    case 'bigint':
      return 'int';
  }
  if (value === null) return '<nil>';
  switch (value.kind) {
    case 'int':
    case 'object':
      return value.type;
    case 'list':
      return value.named ?? `[]${value.element}`;
    case 'map':
      return value.named ?? `map[string]${value.element}`;
    case 'function':
      return functionType(value.function);
    case 'unknown':
      return 'unknown';
  }
}

function functionType(fn: TemplateFunction): GoType {
  const parameters = [...fn.parameters, ...(fn.variadic === undefined ? [] : [`...${fn.variadic}`])];
  return `func(${parameters.join(', ')}) ${fn.result ?? anyType}`;
}

export type Kind =
  | 'invalid'
  | 'bool'
  | 'string'
  | 'int'
  | 'uint'
  | 'float64'
  | 'slice'
  | 'map'
  | 'struct'
  | 'ptr'
  | 'func'
  | 'unknown';

/** What family a value is of, as reflect's kinds are; all sizes of an integer are one kind. */
export function kindOf(value: Value | undefined): Kind {
  switch (typeof value) {
    case 'undefined':
      return 'invalid';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'number':
      return 'float64';
    case 'bigint':
      return 'int';
  }
  if (value === null) return 'invalid';
  switch (value.kind) {
    case 'int':
      return value.type.startsWith('u') ? 'uint' : 'int';
    case 'list':
      return 'slice';
    case 'map':
      return 'map';
    case 'object':
      return value.type.startsWith('*') ? 'ptr' : 'struct';
    case 'function':
      return 'func';
    case 'unknown':
      return 'unknown';
  }
}

/**
 * A value of what JSON or YAML decoders give in Go (`map[string]interface {}`, `[]interface {}`, float64, …).
 *
 * @param number what a number becomes: float64, as encoding/json has it, unless another rule is given.
 */
export function fromJson(json: unknown, number: (value: number) => Value = (value) => value): Value {
  if (json === null || json === undefined) return null;
  if (typeof json === 'number') return number(json);
  if (typeof json === 'string' || typeof json === 'boolean' || typeof json === 'bigint') return json;
  if (Array.isArray(json)) return list(json.map((one) => fromJson(one, number)));
  if (typeof json === 'object')
    return map(Object.entries(json).map(([key, value]) => [key, fromJson(value, number)] as const));
  return null;
}
