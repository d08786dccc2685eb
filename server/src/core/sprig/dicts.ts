import { compareStrings } from '../gotemplate/bytes.ts';
import {
  isMap,
  isUnknown,
  list,
  type MapValue,
  map,
  mapType,
  stringList,
  typeOf,
  type Value,
} from '../gotemplate/value.ts';
import { define, dictionary, type Functions, fail, given, text } from './define.ts';
import { deepCopy, mergeInto } from './go/merge.ts';
import { textOf } from './strings.ts';

/** Go goes through maps in a random order; here it is the one that printing has. */
const sortedKeys = (one: MapValue): string[] => [...one.entries.keys()].sort(compareStrings);

function pickOrOmit(source: MapValue, keys: readonly string[], picks: boolean): Value {
  const named = new Set(keys);
  return map([...source.entries].filter(([key]) => named.has(key) === picks));
}

const merging = (overwrite: boolean) =>
  define('dict ...dict', 'any', (a) => {
    const target = dictionary(a[0]);
    for (const source of a.slice(1)) mergeInto(target, dictionary(source), overwrite);
    return target;
  });
const [merge, mergeOverwrite] = [merging(false), merging(true)];

function dig(args: readonly Value[]): Value {
  if (args.length < 3) fail('dig needs at least three arguments');
  let at = given(args, args.length - 1);
  const keys = args.slice(0, -2);
  for (const [i, key] of keys.entries()) {
    if (isUnknown(at)) return at;
    if (isUnknown(key)) return key;
    if (i === 0 && !isDictionary(at)) return notDictionary(at);
    for (const one of i === 0 ? keys : [])
      if (typeof one !== 'string' && !isUnknown(one)) fail(conversion(one, 'string'));
    if (!isDictionary(at)) return notDictionary(at);
    const next = at.entries.get(key as string);
    if (next === undefined) return given(args, args.length - 2);
    at = next;
  }
  return at;
}

const isDictionary = (value: Value): value is MapValue =>
  isMap(value) && value.element === 'interface {}' && value.named === undefined;
const conversion = (value: Value, to: string): string =>
  `interface conversion: interface {} is ${value === null ? 'nil' : typeOf(value)}, not ${to}`;
const notDictionary = (value: Value): never => fail(conversion(value, mapType));

const copying = define('any', 'any', (a) => {
  const value = given(a, 0);
  return value === null ? fail('reflect: call of reflect.Value.Type on zero Value') : deepCopy(value);
});

export const dicts: Functions = {
  dict: define(
    '...any',
    'dict',
    (a, context) => {
      const out = new Map<string, Value>();
      for (let i = 0; i < a.length; i += 2) {
        const key = given(a, i);
        if (isUnknown(key)) return key;
        out.set(textOf(key, context), i + 1 < a.length ? given(a, i + 1) : '');
      }
      return map(out);
    },
    'take',
  ),
  get: define('dict string', 'any', (a) => {
    const found = dictionary(a[0]).entries.get(text(a[1]));
    return found === undefined ? '' : found;
  }),
  set: define(
    'dict string any',
    'dict',
    (a) => {
      const stranger = a.slice(0, 2).find(isUnknown);
      if (stranger !== undefined) return stranger;
      const target = dictionary(a[0]);
      if (target.isNil === true) fail('assignment to entry in nil map');
      target.entries.set(text(a[1]), given(a, 2));
      return target;
    },
    'take',
  ),
  unset: define('dict string', 'dict', (a) => {
    const target = dictionary(a[0]);
    target.entries.delete(text(a[1]));
    return target;
  }),
  hasKey: define('dict string', 'bool', (a) => dictionary(a[0]).entries.has(text(a[1]))),
  pluck: define('string ...dict', 'list', (a) =>
    list(
      a.slice(1).flatMap((one) => {
        const found = dictionary(one).entries.get(text(a[0]));
        return found === undefined ? [] : [found];
      }),
    ),
  ),
  keys: define('...dict', 'strings', (a) => stringList(a.flatMap((one) => sortedKeys(dictionary(one))))),
  values: define('dict', 'list', (a) => {
    const source = dictionary(a[0]);
    return list(sortedKeys(source).map((key) => source.entries.get(key) ?? null));
  }),
  pick: define('dict ...string', 'dict', (a) => pickOrOmit(dictionary(a[0]), a.slice(1).map(text), true)),
  omit: define('dict ...string', 'dict', (a) => pickOrOmit(dictionary(a[0]), a.slice(1).map(text), false)),
  merge,
  mustMerge: merge,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
  deepCopy: copying,
  mustDeepCopy: copying,
  dig: define('...any', 'any', dig, 'take'),
};
