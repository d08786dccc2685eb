import { type CallContext, isList, isMap, type TemplateFunction, type Value } from '../gotemplate/value.ts';

/** What look at one element, or hand a value on: however large it is, they cost the same. */
const constant: ReadonlySet<string> = new Set([
  ...['get', 'set', 'unset', 'hasKey', 'dig', 'first', 'mustFirst', 'last', 'mustLast'],
  ...['list', 'tuple', 'dict', 'default', 'coalesce', 'ternary', 'empty', 'all', 'any', 'fail'],
  ...['kindOf', 'kindIs', 'typeOf', 'typeIs', 'typeIsLike'],
]);

/** What go through all that is inside of a value, where the same may stand at many places. */
const deep: ReadonlySet<string> = new Set([
  ...['toJson', 'mustToJson', 'toPrettyJson', 'mustToPrettyJson', 'toRawJson', 'mustToRawJson'],
  ...['deepCopy', 'mustDeepCopy', 'merge', 'mustMerge', 'mergeOverwrite', 'mustMergeOverwrite'],
  ...['quote', 'squote', 'cat', 'join', 'toString', 'toStrings', 'sortAlpha', 'deepEqual'],
]);

/** What take a text letter by letter. */
const byLetter: ReadonlySet<string> = new Set([
  ...['upper', 'lower', 'title', 'untitle', 'swapcase', 'snakecase', 'camelcase', 'kebabcase', 'initials'],
  ...['nospace', 'trimAll', 'trimall', 'abbrev', 'abbrevboth', 'wrap', 'wrapWith', 'shuffle', 'splitList'],
  ...['b64enc', 'b64dec', 'b32enc', 'b32dec', 'sha1sum', 'sha256sum', 'sha512sum', 'adler32sum'],
  ...['urlParse', 'urlJoin', 'encryptAES', 'decryptAES', 'bcrypt', 'htpasswd', 'derivePassword', 'fromJson'],
]);

/** What a comparison of versions costs, however short they are. */
const OF_VERSIONS = 4000;

/** What one value costs to write, in units of text. */
const OF_VALUE = 16;

/** So deep nothing is nested that a function takes. */
const DEEPEST = 1000;

/** The function, whose calls are charged for what it goes through and what it makes. */
export function charged(name: string, fn: TemplateFunction): TemplateFunction {
  if (constant.has(name)) return fn;
  if (byLetter.has(name)) return chargedByLetter(fn);
  return {
    ...fn,
    call(args, context) {
      if (deep.has(name)) for (const arg of args) chargeWhole(arg, context, 0);
      else context.charge(sum(args.map(elementsOf)));
      if (/^(mustR|r)egex/.test(name)) context.charge(costOfSearch(args));
      if (name.startsWith('semver')) context.charge(OF_VERSIONS);
      const result = fn.call(args, context);
      if (!args.includes(result)) context.charge(elementsOf(result));
      return result;
    },
  };
}

/** The function, whose calls are charged for each letter that it is given. */
export const chargedByLetter = (fn: TemplateFunction): TemplateFunction => ({
  ...fn,
  call(args, context) {
    context.charge(sum(args.map((arg) => (typeof arg === 'string' ? arg.length * 4 : elementsOf(arg)))));
    return fn.call(args, context);
  },
});

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Elements of a list or map, or half the length of a text, of which most functions are quick to read. */
const elementsOf = (value: Value): number => {
  if (typeof value === 'string') return value.length >> 1;
  return isList(value) ? value.items.length : isMap(value) ? value.entries.size : 0;
};

function chargeWhole(value: Value, context: CallContext, depth: number): void {
  context.charge(typeof value === 'string' ? OF_VALUE + value.length : OF_VALUE);
  if (depth > DEEPEST) return;
  const inside = isList(value) ? value.items : isMap(value) ? value.entries.values() : [];
  for (const one of inside) chargeWhole(one, context, depth + 1);
}

/** A search is linear in the text, and its steps are as long as the expression. */
function costOfSearch([expression, text]: readonly Value[]): number {
  const lengthOf = (value: Value | undefined): number => (typeof value === 'string' ? value.length : 0);
  return lengthOf(text) * (8 + lengthOf(expression));
}
