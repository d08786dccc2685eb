import {
  anyType,
  type CallContext,
  FunctionError,
  type GoType,
  integer,
  isList,
  isMap,
  isObject,
  type ListValue,
  listType,
  type MapValue,
  mapType,
  type ObjectValue,
  type TemplateFunction,
  type Value,
} from '../gotemplate/value.ts';

export type Functions = Readonly<Record<string, TemplateFunction>>;

const types: Readonly<Record<string, GoType>> = {
  any: anyType,
  dict: mapType,
  list: listType,
  strings: '[]string',
  texts: 'map[string]string',
  ints: '[]int',
  time: 'time.Time',
};

/**
 * Defines a function by its Go parameters, apart by spaces: `int string ...any`. `any`, `dict`, `list` and `time`
 * stand for the long names of these types.
 */
export function define(
  parameters: string,
  result: string,
  call: (args: readonly Value[], context: CallContext) => Value,
  unknowns?: 'take',
): TemplateFunction {
  const fixed: GoType[] = [];
  let variadic: GoType | undefined;
  for (const word of parameters.split(' ')) {
    if (word === '') continue;
    if (word.startsWith('...')) variadic = typeNamed(word.slice(3));
    else fixed.push(typeNamed(word));
  }
  return {
    parameters: fixed,
    ...(variadic === undefined ? {} : { variadic }),
    ...(unknowns === undefined ? {} : { unknowns }),
    result: typeNamed(result),
    call,
  };
}

const typeNamed = (name: string): GoType => types[name] ?? name;

export function fail(message: string): never {
  throw new FunctionError(message);
}

/** What Go says where a function is given nil and asks for its type. */
export const failNil = (): never => fail('runtime error: invalid memory address or nil pointer dereference');

/** An argument whose parameter is a string. */
export const text = (value: Value | undefined): string =>
  typeof value === 'string' ? value : wrong('string');

/** An argument whose parameter is an int. */
export const whole = (value: Value | undefined): bigint => integer(value) ?? wrong('int');

/** An argument whose parameter is an int and that counts or is an offset. */
export const count = (value: Value | undefined): number => Number(whole(value));

export const dictionary = (value: Value | undefined): MapValue => (isMap(value) ? value : wrong(mapType));
export const listOf = (value: Value | undefined): ListValue => (isList(value) ? value : wrong(listType));
export const objectOf = (value: Value | undefined): ObjectValue =>
  isObject(value) ? value : wrong('struct');

/** Cannot be: arguments come checked. */
const wrong = (expected: GoType): never => fail(`wrong type for value; expected ${expected}`);

export const given = (args: readonly Value[], index: number): Value => args[index] ?? null;
