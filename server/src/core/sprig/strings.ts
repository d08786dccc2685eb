import { byteLength, fromBytes, joinBytes, sliceBytes } from '../gotemplate/bytes.ts';
import { quote } from '../gotemplate/quote.ts';
import {
  type CallContext,
  integer,
  isList,
  isUnknown,
  map,
  partlyKnown,
  stringList,
  type TemplateFunction,
  type Value,
} from '../gotemplate/value.ts';
import { count, define, type Functions, fail, given, text, whole } from './define.ts';
import { printed } from './go/print.ts';
import { lower, trimSet, trimSpace, upper } from './go/runes.ts';
import {
  abbreviated,
  connectedCase,
  initials,
  pascalCase,
  swappedCase,
  titled,
  uncapitalized,
  withoutSpace,
  wrapped,
} from './words.ts';

/** Sprig's strval: a value as text. */
export function textOf(value: Value, context: CallContext): string {
  if (isList(value) && value.element === 'uint8' && value.named === undefined)
    return fromBytes(Uint8Array.from(value.items.map((item) => Number(integer(item)))));
  return printed(value, context);
}

/** Sprig's strslice: a value as a list of texts; nil is left out of lists of any kind of value. */
export function textsOf(value: Value, context: CallContext): string[] {
  if (value === null) return [];
  if (!isList(value)) return [textOf(value, context)];
  return value.items.filter((item) => item !== null).map((item) => textOf(item, context));
}

/** strings.Split and SplitN. */
function splitText(whole: string, separator: string, limit: number): string[] {
  if (limit === 0) return [];
  if (separator === '') {
    const runes = [...whole];
    if (limit < 0 || runes.length <= limit) return runes;
    return [...runes.slice(0, limit - 1), runes.slice(limit - 1).join('')];
  }
  const parts = whole.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

const numbered = (parts: readonly string[]): Value =>
  map(
    parts.map((part, i) => [`_${i}`, part] as const),
    'string',
  );

function replaced(whole: string, old: string, by: string, context: CallContext): string {
  if (old === by) return whole;
  if (old === '') {
    const runes = [...whole];
    context.charge(whole.length + (runes.length + 1) * by.length);
    return by + runes.map((rune) => rune + by).join('');
  }
  const parts = whole.split(old);
  context.charge(whole.length + parts.length * by.length);
  return joinBytes(parts.join(by));
}

function indented(spaces: bigint, whole: string, context: CallContext): string {
  const pad = repeated(' ', spaces, context);
  const lines = whole.split('\n');
  context.charge(whole.length + lines.length * pad.length);
  return pad + lines.join(`\n${pad}`);
}

/** What nobody knows is put where it will stand, because what is around it may need a new line there. */
const indenting = (before: string): TemplateFunction =>
  define(
    'int string',
    'string',
    ([spaces = null, source = null], context) => {
      if (isUnknown(spaces)) return spaces;
      if (!isUnknown(source)) return before + indented(whole(spaces), text(source), context);
      const shown = context.placeholder(source);
      return partlyKnown(source.label, before + indented(whole(spaces), shown, context));
    },
    'take',
  );

function repeated(part: string, times: bigint, context: CallContext): string {
  if (times < 0n) fail('strings: negative Repeat count');
  const bytes = BigInt(byteLength(part)) * times;
  if (bytes > 2n ** 63n - 1n) fail('strings: Repeat output length overflow');
  context.charge(Number(bytes));
  return part === '' ? '' : part.repeat(Number(times));
}

/** A slice of a string's bytes, or the panic of Go's runtime. */
function sliced(whole: string, start: bigint, end: bigint | null): string {
  const length = BigInt(byteLength(whole));
  if (end !== null && (end < 0n || end > length))
    fail(`runtime error: slice bounds out of range [:${end}]${end < 0n ? '' : ` with length ${length}`}`);
  const stop = end ?? length;
  if (start < 0n || start > stop)
    fail(
      start < 0n
        ? `runtime error: slice bounds out of range [${start}:]`
        : `runtime error: slice bounds out of range [${start}:${stop}]`,
    );
  return sliceBytes(whole, Number(start), Number(stop));
}

const trimAll = define('string string', 'string', (a) => trimSet(text(a[1]), text(a[0])));

export const strings: Functions = {
  hello: define('', 'string', () => 'Hello!'),
  toString: define('any', 'string', (a, context) => textOf(given(a, 0), context)),
  toStrings: define('any', 'strings', (a, context) => stringList(textsOf(given(a, 0), context))),

  trim: define('string', 'string', (a) => trimSpace(text(a[0]))),
  trimAll,
  trimall: trimAll,
  trimPrefix: define('string string', 'string', (a) => {
    const [prefix, whole] = [text(a[0]), text(a[1])];
    return whole.startsWith(prefix) ? whole.slice(prefix.length) : whole;
  }),
  trimSuffix: define('string string', 'string', (a) => {
    const [suffix, whole] = [text(a[0]), text(a[1])];
    return whole.endsWith(suffix) ? whole.slice(0, whole.length - suffix.length) : whole;
  }),
  nospace: define('string', 'string', (a) => withoutSpace(text(a[0]))),

  upper: define('string', 'string', (a) => upper(text(a[0]))),
  lower: define('string', 'string', (a) => lower(text(a[0]))),
  title: define('string', 'string', (a) => titled(text(a[0]))),
  untitle: define('string', 'string', (a) => uncapitalized(text(a[0]))),
  swapcase: define('string', 'string', (a) => swappedCase(text(a[0]))),
  snakecase: define('string', 'string', (a) => connectedCase(text(a[0]), '_')),
  kebabcase: define('string', 'string', (a) => connectedCase(text(a[0]), '-')),
  camelcase: define('string', 'string', (a) => pascalCase(text(a[0]))),
  initials: define('string', 'string', (a) => initials(text(a[0]))),

  trunc: define('int string', 'string', (a) => {
    const whole = text(a[1]);
    const length = byteLength(whole);
    const wanted = count(a[0]);
    if (wanted < 0) return length + wanted > 0 ? sliceBytes(whole, length + wanted, length) : whole;
    return length > wanted ? sliceBytes(whole, 0, wanted) : whole;
  }),
  substr: define('int int string', 'string', (a) => {
    const [start, end, source] = [whole(a[0]), whole(a[1]), text(a[2])];
    if (start < 0n) return sliced(source, 0n, end);
    return sliced(source, start, end < 0n || end > BigInt(byteLength(source)) ? null : end);
  }),
  abbrev: define('int string', 'string', (a) => {
    const width = count(a[0]);
    return width < 4 ? text(a[1]) : abbreviated(text(a[1]), 0, width);
  }),
  abbrevboth: define('int int string', 'string', (a) => {
    const [left, right] = [count(a[0]), count(a[1])];
    return right < 4 || (left > 0 && right < 7) ? text(a[2]) : abbreviated(text(a[2]), left, right);
  }),
  wrap: define('int string', 'string', (a) => wrapped(text(a[1]), count(a[0]), '', false)),
  wrapWith: define('int string string', 'string', (a, context) => {
    const [width, separator, whole] = [count(a[0]), text(a[1]), text(a[2])];
    context.charge((whole.length / Math.max(1, width)) * separator.length);
    return wrapped(whole, width, separator, true);
  }),

  contains: define('string string', 'bool', (a) => text(a[1]).includes(text(a[0]))),
  hasPrefix: define('string string', 'bool', (a) => text(a[1]).startsWith(text(a[0]))),
  hasSuffix: define('string string', 'bool', (a) => text(a[1]).endsWith(text(a[0]))),

  quote: define('...any', 'string', (a, context) =>
    a
      .filter((one) => one !== null)
      .map((one) => quote(textOf(one, context)))
      .join(' '),
  ),
  squote: define('...any', 'string', (a, context) =>
    a
      .filter((one) => one !== null)
      .map((one) => `'${printed(one, context)}'`)
      .join(' '),
  ),
  cat: define('...any', 'string', (a, context) =>
    a
      .filter((one) => one !== null)
      .map((one) => printed(one, context))
      .join(' '),
  ),
  indent: indenting(''),
  nindent: indenting('\n'),
  replace: define('string string string', 'string', (a, context) =>
    replaced(text(a[2]), text(a[0]), text(a[1]), context),
  ),
  repeat: define('int string', 'string', (a, context) => repeated(text(a[1]), whole(a[0]), context)),
  plural: define('string string int', 'string', (a) => (whole(a[2]) === 1n ? text(a[0]) : text(a[1]))),

  split: define('string string', 'texts', (a) => numbered(splitText(text(a[1]), text(a[0]), -1))),
  splitn: define('string int string', 'texts', (a) =>
    numbered(splitText(text(a[2]), text(a[0]), count(a[1]))),
  ),
  splitList: define('string string', 'strings', (a) => stringList(splitText(text(a[1]), text(a[0]), -1))),
  join: define('string any', 'string', (a, context) => {
    const parts = textsOf(given(a, 1), context);
    context.charge(parts.length * text(a[0]).length);
    return joinBytes(parts.join(text(a[0])));
  }),
};
