import { isUnknown, unknown } from '../gotemplate/value.ts';
import { define, type Functions, fail, given, text } from './define.ts';
import { isEmpty } from './go/empty.ts';

/** Functions that decide: defaults, conditions and `fail`. They make of unknown values what can be known. */
export const flow: Functions = {
  default: define(
    'any ...any',
    'any',
    (a) => {
      if (a.length < 2) return given(a, 0);
      const empty = isEmpty(given(a, 1));
      return empty === true ? given(a, 0) : given(a, 1);
    },
    'take',
  ),
  empty: define('any', 'bool', (a) => isEmpty(given(a, 0)) === true),
  coalesce: define('...any', 'any', (a) => a.find((one) => isEmpty(one) !== true) ?? null, 'take'),
  all: define(
    '...any',
    'bool',
    (a) => {
      if (a.some((one) => isEmpty(one) === true)) return false;
      return a.find(isUnknown) ?? true;
    },
    'take',
  ),
  any: define(
    '...any',
    'bool',
    (a) => {
      if (a.some((one) => isEmpty(one) === false)) return true;
      return a.find(isUnknown) ?? false;
    },
    'take',
  ),
  ternary: define(
    'any any bool',
    'any',
    (a) => {
      const condition = given(a, 2);
      if (isUnknown(condition)) return unknown(condition.label);
      return condition === true ? given(a, 0) : given(a, 1);
    },
    'take',
  ),
  fail: define('string', 'string', (a) => fail(text(a[0]))),
};
