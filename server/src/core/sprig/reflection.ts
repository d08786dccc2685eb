import { isUnknown, structured, typeOf, type Value } from '../gotemplate/value.ts';
import { define, type Functions, given, text } from './define.ts';
import { deepEqual } from './go/equal.ts';

/** Kinds of types that have names of their own. */
const namedKinds: Readonly<Record<string, string>> = {
  'time.Duration': 'int64',
  'time.Month': 'int',
  'time.Weekday': 'int',
};

/** What reflect calls a value's kind: `slice`, `float64`, `invalid`. */
export function goKind(value: Value): string {
  const one = structured(value);
  switch (one?.kind) {
    case 'int':
      return namedKinds[one.type] ?? one.type;
    case 'list':
      return 'slice';
    case 'map':
      return 'map';
    case 'object':
      return one.type.startsWith('*') ? 'ptr' : 'struct';
    case 'function':
      return 'func';
  }
  return value === null ? 'invalid' : typeOf(value);
}

export const reflection: Functions = {
  typeOf: define('any', 'string', (a) => typeOf(given(a, 0))),
  typeIs: define('string any', 'bool', (a) => text(a[0]) === typeOf(given(a, 1))),
  typeIsLike: define('string any', 'bool', (a) => {
    const type = typeOf(given(a, 1));
    return text(a[0]) === type || `*${text(a[0])}` === type;
  }),
  kindOf: define('any', 'string', (a) => goKind(given(a, 0))),
  kindIs: define('string any', 'bool', (a) => text(a[0]) === goKind(given(a, 1))),
  deepEqual: define('any any', 'bool', (a, context) => {
    const answer = deepEqual(given(a, 0), given(a, 1), context);
    return answer ?? unknownIn(given(a, 0)) ?? unknownIn(given(a, 1)) ?? false;
  }),
};

/** The first unknown within a value. */
function unknownIn(value: Value): Value {
  if (isUnknown(value)) return value;
  const one = structured(value);
  const parts =
    one?.kind === 'list'
      ? one.items
      : one?.kind === 'map'
        ? [...one.entries.values()]
        : one?.kind === 'object'
          ? [...one.fields.values()]
          : [];
  for (const part of parts) {
    const found = unknownIn(part);
    if (found !== null) return found;
  }
  return null;
}
