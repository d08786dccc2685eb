import { sprint } from '../../../server/src/core/gotemplate/format.ts';
import { quote } from '../../../server/src/core/gotemplate/quote.ts';
import {
  anyType,
  FunctionError,
  fromJson,
  functionValue,
  integer,
  isList,
  isMap,
  list,
  listType,
  map,
  mapType,
  type ObjectValue,
  type SizedIntType,
  sizedInt,
  stringList,
  type TemplateFunction,
  type Value,
} from '../../../server/src/core/gotemplate/value.ts';

/** The functions and values that test/oracle/templates/main.go gives to templates. */
const fn = (
  parameters: readonly string[],
  result: string,
  call: TemplateFunction['call'],
  variadic?: string,
): TemplateFunction =>
  variadic === undefined ? { parameters, result, call } : { parameters, result, call, variadic };

const whole = (value: Value | undefined): bigint => integer(value ?? null) ?? 0n;
const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');

export const functions: ReadonlyMap<string, TemplateFunction> = new Map([
  ['add', fn(['int', 'int'], 'int', ([a, b]) => BigInt.asIntN(64, whole(a) + whole(b)))],
  ['half', fn(['float64'], 'float64', ([a]) => (typeof a === 'number' ? a / 2 : null))],
  ['wide', fn(['int64'], 'int64', ([a]) => sizedInt('int64', whole(a) * 2n))],
  ['small', fn(['uint8'], 'uint8', ([a]) => sizedInt('uint8', whole(a)))],
  ['upper', fn(['string'], 'string', ([a]) => text(a).toUpperCase())],
  ['join', fn(['string'], 'string', ([by, ...parts]) => parts.map(text).join(text(by)), 'string')],
  ['quote', fn(['string'], 'string', ([a]) => quote(text(a)))],
  ['list', fn([], listType, (items) => list(items), anyType)],
  ['strings', fn([], '[]string', (items) => stringList(items.map(text)), 'string')],
  ['any', fn([anyType], anyType, ([a = null]) => a)],
  ['yes', fn(['bool'], 'bool', ([a = null]) => a)],
  ['null', fn([], anyType, () => null)],
  [
    'fail',
    fn(['string'], 'string', ([message]) => {
      throw new FunctionError(text(message));
    }),
  ],
  ['keys', fn([mapType], 'int', ([m]) => BigInt(isMap(m) ? m.entries.size : 0))],
  ['count', fn([listType], 'int', ([items]) => BigInt(isList(items) ? items.items.length : 0))],
  [
    'dict',
    fn(
      [],
      mapType,
      (pairs, context) => {
        const entries = new Map<string, Value>();
        for (let i = 0; i + 1 < pairs.length; i += 2)
          entries.set(sprint([pairs[i] ?? null], context), pairs[i + 1] ?? null);
        return map(entries);
      },
      anyType,
    ),
  ],
]);

const has = (keys: readonly string[]): ReadonlyMap<string, TemplateFunction> =>
  new Map([['Has', fn(['string'], 'bool', ([key]) => keys.includes(text(key)))]]);

const point: ObjectValue = {
  kind: 'object',
  type: 'main.point',
  fields: new Map<string, Value>([
    ['X', 3n],
    ['Name', 'pea'],
    ['Inner', map([['k', 'v']])],
  ]),
  methods: new Map([
    ['Sum', fn(['int'], 'int', ([a]) => 3n + whole(a))],
    ['Hello', fn([], 'string', () => 'hello pea')],
    [
      'Fail',
      fn([], 'string', () => {
        throw new FunctionError('no luck');
      }),
    ],
    ['Join', fn([], 'string', (parts) => parts.map(text).join('+'), 'string')],
  ]),
};

const version: ObjectValue = {
  kind: 'object',
  type: 'main.version',
  fields: new Map<string, Value>([
    ['Major', 1n],
    ['Minor', 29n],
  ]),
  methods: new Map([['String', fn([], 'string', () => 'v1.29')]]),
  text: () => 'v1.29',
};

/** A value of JSON with the markers of main.go. */
export function typed(json: unknown): Value {
  if (Array.isArray(json)) return list(json.map(typed));
  if (typeof json !== 'object' || json === null) return fromJson(json);
  const entries = Object.entries(json);
  const [first] = entries;
  if (first?.[0].startsWith('$')) return marked(first[0], first[1]);
  return map(entries.map(([key, value]) => [key, typed(value)] as const));
}

function marked(kind: string, value: unknown): Value {
  switch (kind) {
    case '$int':
      return BigInt(value as string);
    case '$bytes':
      return list(
        [...Buffer.from(value as string)].map((byte) => sizedInt('uint8', BigInt(byte))),
        'uint8',
      );
    case '$func':
      return functionValue(functions.get(value as string) as TemplateFunction);
    case '$strings':
      return stringList(value as string[]);
    case '$set':
      return { ...stringList(value as string[]), named: 'main.set', methods: has(value as string[]) };
    case '$stringMap':
      return map(Object.entries(value as Record<string, string>), 'string');
    case '$values': {
      const inner = typed(value);
      return isMap(inner)
        ? { ...inner, named: 'main.values', methods: has([...inner.entries.keys()]) }
        : null;
    }
    case '$object':
      if (value === 'version') return version;
      return value === 'pointer' ? { ...point, type: '*main.point' } : point;
    default:
      return sizedInt(kind.slice(1) as SizedIntType, BigInt(value as string));
  }
}
