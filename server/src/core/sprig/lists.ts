import { cut } from '../gotemplate/access.ts';
import { compareStrings } from '../gotemplate/bytes.ts';
import {
  type CallContext,
  isList,
  isUnknown,
  type ListValue,
  list,
  listType,
  stringList,
  type TemplateFunction,
  type Value,
} from '../gotemplate/value.ts';
import { count, define, type Functions, fail, failNil, given } from './define.ts';
import { isEmpty } from './go/empty.ts';
import { deepEqual } from './go/equal.ts';
import { toInt64 } from './go/numbers.ts';
import { goKind } from './reflection.ts';
import { textOf, textsOf } from './strings.ts';

/** The list that a function is given; fails with Go's words (`Cannot push on type`) where it is something else. */
function listIn(value: Value, complaint: string): ListValue {
  if (isList(value)) return value;
  if (value === null) return failNil();
  return fail(`${complaint} ${goKind(value)}`);
}

const nilList = (): ListValue => ({ ...list([]), isNil: true });

/** A function that exists twice, the one with `must` in front too: in a template both fail in the same way. */
function both(name: string, made: TemplateFunction): Functions {
  const must = `must${name[0]?.toUpperCase()}${name.slice(1)}`;
  return { [name]: made, [must]: made };
}

const append = define(
  'any any',
  'list',
  (a) => {
    const source = given(a, 0);
    if (isUnknown(source)) return source;
    return list([...listIn(source, 'Cannot push on type').items, given(a, 1)]);
  },
  'take',
);

/** Whether a list holds a value; null where only an unknown could be it. */
function holds(items: readonly Value[], needle: Value, context: CallContext): boolean | null {
  let out: boolean | null = false;
  for (const item of items) {
    const equal = deepEqual(needle, item, context);
    if (equal === true) return true;
    if (equal === null) out = null;
  }
  return out;
}

function sorted(value: Value, context: CallContext): Value {
  if (!isList(value)) return stringList([textOf(value, context)]);
  return stringList(textsOf(value, context).sort(compareStrings));
}

function sliced(value: ListValue, from: number, to: number): Value {
  const room = value.capacity ?? value.items.length;
  if (from < 0 || from > to || to > room) fail('reflect.Value.Slice: slice index out of bounds');
  return { ...value, ...cut(value, from, to), capacity: room - from };
}

const listFunction = define('...any', 'list', (a) => list(a), 'take');

export const lists: Functions = {
  list: listFunction,
  tuple: listFunction,
  ...both('append', append),
  ...both('push', append),
  ...both(
    'prepend',
    define(
      'any any',
      'list',
      (a) => {
        const source = given(a, 0);
        if (isUnknown(source)) return source;
        return list([given(a, 1), ...listIn(source, 'Cannot prepend on type').items]);
      },
      'take',
    ),
  ),
  ...both(
    'first',
    define('any', 'any', (a) => listIn(given(a, 0), 'Cannot find first on type').items[0] ?? null),
  ),
  ...both(
    'last',
    define('any', 'any', (a) => listIn(given(a, 0), 'Cannot find last on type').items.at(-1) ?? null),
  ),
  ...both(
    'rest',
    define('any', 'list', (a) => {
      const { items } = listIn(given(a, 0), 'Cannot find rest on type');
      return items.length === 0 ? nilList() : list(items.slice(1));
    }),
  ),
  ...both(
    'initial',
    define('any', 'list', (a) => {
      const { items } = listIn(given(a, 0), 'Cannot find initial on type');
      return items.length === 0 ? nilList() : list(items.slice(0, -1));
    }),
  ),
  ...both(
    'reverse',
    define('any', 'list', (a) =>
      list([...listIn(given(a, 0), 'Cannot find reverse on type').items].reverse()),
    ),
  ),
  ...both(
    'compact',
    define('any', 'list', (a) =>
      list(listIn(given(a, 0), 'Cannot compact on type').items.filter((item) => isEmpty(item) !== true)),
    ),
  ),
  ...both(
    'uniq',
    define('any', 'list', (a, context) => {
      const out: Value[] = [];
      for (const item of listIn(given(a, 0), 'Cannot find uniq on type').items) {
        if (holds(out, item, context) !== true) out.push(item);
      }
      return list(out);
    }),
  ),
  ...both(
    'without',
    define('any ...any', 'list', (a, context) => {
      const omitted = a.slice(1);
      const { items } = listIn(given(a, 0), 'Cannot find without on type');
      return list(items.filter((item) => holds(omitted, item, context) !== true));
    }),
  ),
  ...both(
    'has',
    define('any any', 'bool', (a, context) => {
      const haystack = given(a, 1);
      if (haystack === null) return false;
      const { items } = listIn(haystack, 'Cannot find has on type');
      return holds(items, given(a, 0), context) ?? items.find(isUnknown) ?? false;
    }),
  ),
  ...both(
    'slice',
    define('any ...any', 'any', (a) => {
      const source = listIn(given(a, 0), 'list should be type of slice or array but');
      if (source.items.length === 0) return null;
      const from = a.length > 1 ? Number(toInt64(given(a, 1))) : 0;
      const to = a.length > 2 ? Number(toInt64(given(a, 2))) : source.items.length;
      return sliced(source, from, to);
    }),
  ),
  ...both(
    'chunk',
    define('int any', '[][]interface {}', (a, context) => {
      const size = count(a[0]);
      const { items } = listIn(given(a, 1), 'Cannot chunk type');
      if (size === 0 && items.length <= 1) fail('runtime error: makeslice: len out of range');
      const chunks = Math.floor((items.length - 1) / size) + 1;
      if (chunks < 0 || !Number.isFinite(chunks)) fail('runtime error: makeslice: len out of range');
      if (size < 0 && chunks > 0) {
        // Of one element Go makes one list, however many less than none it should hold.
        if (items.length % size === 0) fail('runtime error: makeslice: len out of range');
        return list([list(items)], listType);
      }
      context.charge(chunks);
      const out: Value[] = [];
      for (let i = 0; i < chunks; i++) out.push(list(items.slice(i * size, (i + 1) * size)));
      return list(out, listType);
    }),
  ),
  concat: define('...any', 'any', (a) => {
    const out: Value[] = [];
    for (const one of a) {
      if (one === null) failNil();
      if (!isList(one)) return fail(`Cannot concat type ${goKind(one)} as list`);
      for (const item of one.items) out.push(item);
    }
    return out.length === 0 ? nilList() : list(out);
  }),
  sortAlpha: define('any', 'strings', (a, context) => sorted(given(a, 0), context)),
};
