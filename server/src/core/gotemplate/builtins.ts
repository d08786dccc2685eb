import { index, length, slice } from './access.ts';
import { equalsAny, isLess, isLessOrEqual, not } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { printable, sprint, sprintf, sprintln } from './format.ts';
import {
  anyType,
  type CallContext,
  FunctionError,
  type GoType,
  isFunction,
  isUnknown,
  partlyKnown,
  reflectType,
  type TemplateFunction,
  typeOf,
  type Value,
} from './value.ts';

type Body = (args: readonly Value[], context: CallContext) => Value;

const of = (
  parameters: readonly GoType[],
  variadic: GoType | null,
  result: GoType,
  call: Body,
): TemplateFunction =>
  variadic === null ? { parameters, result, call } : { parameters, variadic, result, call };

/** A function that prints: what is unknown in its arguments makes the result unknown, but leaves it its text. */
function printing(
  parameters: readonly GoType[],
  print: (args: readonly Value[], context: CallContext) => string,
): TemplateFunction {
  return {
    parameters,
    variadic: anyType,
    result: 'string',
    unknowns: 'take',
    call(args, context) {
      const text = print(args, context);
      const missing = args.find(isUnknown);
      return missing === undefined ? text : partlyKnown(missing.label, text);
    },
  };
}

const comparing = (compare: (a: Value, b: Value, context: CallContext) => boolean): TemplateFunction =>
  of([reflectType, reflectType], null, 'bool', ([a = null, b = null], context) => compare(a, b, context));

/** The escapers print nil as an action does, and all else as `print`. */
const escaping = (rewrite: (text: string) => string): TemplateFunction =>
  of([], anyType, 'string', (args, context) => {
    const printed = args.map(printable);
    const text = sprint(printed, context);
    context.charge(text.length);
    return rewrite(text);
  });

/** Go's own functions. `and`, `or` and `call` are done by the execution, because they are more than functions. */
export const builtins: ReadonlyMap<string, TemplateFunction> = new Map([
  ['and', of([reflectType], reflectType, reflectType, unreachable)],
  ['or', of([reflectType], reflectType, reflectType, unreachable)],
  ['call', of([reflectType], reflectType, reflectType, unreachable)],
  ['not', of([reflectType], null, 'bool', ([value = null]) => not(value))],
  ['len', of([reflectType], null, 'int', ([value = null]) => length(value))],
  ['index', of([reflectType], reflectType, reflectType, ([value = null, ...keys]) => index(value, keys))],
  [
    'slice',
    of([reflectType], reflectType, reflectType, ([value = null, ...keys], context) => {
      const part = slice(value, keys);
      context.charge(Number(length(part)));
      return part;
    }),
  ],
  ['print', printing([], sprint)],
  ['println', printing([], sprintln)],
  [
    'printf',
    printing(['string'], ([format, ...args], context) =>
      typeof format === 'string' ? sprintf(format, args, context) : sprint([format ?? null], context),
    ),
  ],
  ['html', escaping(escapeHtml)],
  ['js', escaping(escapeJs)],
  ['urlquery', escaping(escapeQuery)],
  [
    'eq',
    of([reflectType], reflectType, 'bool', ([first = null, ...others], context) =>
      equalsAny(first, others, context),
    ),
  ],
  ['ne', comparing((a, b, context) => !equalsAny(a, [b], context))],
  ['lt', comparing(isLess)],
  ['le', comparing(isLessOrEqual)],
  ['gt', comparing((a, b, context) => !isLessOrEqual(a, b, context))],
  ['ge', comparing((a, b) => !isLess(a, b))],
]);

function unreachable(): Value {
  throw new FunctionError('unreachable');
}

/** The function that `call` is given, with its arguments counted. */
export function callee(name: string, value: Value, count: number): TemplateFunction {
  if (value === null) throw new FunctionError('call of nil');
  if (!isFunction(value)) throw new FunctionError(`non-function ${name} of type ${typeOf(value)}`);
  const { parameters, variadic } = value.function;
  if (variadic === undefined && count !== parameters.length)
    throw new FunctionError(`wrong number of args for ${name}: got ${count} want ${parameters.length}`);
  if (count < parameters.length)
    throw new FunctionError(
      `wrong number of args for ${name}: got ${count} want at least ${parameters.length}`,
    );
  return value.function;
}
