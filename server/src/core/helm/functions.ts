import { parseTemplate } from '../gotemplate/parse.ts';
import { quote } from '../gotemplate/quote.ts';
import {
  type CallContext,
  FunctionError,
  isList,
  isMap,
  list,
  listType,
  type MapValue,
  map,
  mapType,
  type TemplateFunction,
  typeOf,
  type Value,
} from '../gotemplate/value.ts';
import { emitYaml } from '../manifest/emit.ts';
import { type Plain, parsePlain, plainMap } from '../manifest/plain.ts';
import { define, type Functions, fail, given, text } from '../sprig/define.ts';
import { sprigFunctions } from '../sprig/functions.ts';
import { marshal, unmarshal } from '../sprig/go/json.ts';
import { templateValue } from './values.ts';

/** What stands around a message of the chart's own. */
const START = 'HELM_ERR_START';
const END = 'HELM_ERR_END';

/** The message of a chart's own in an error; null where there is none. */
export function toldIn(error: string): string | null {
  const start = error.indexOf(START);
  const end = error.lastIndexOf(END);
  return start < 0 || end < start ? null : error.slice(start + START.length, end);
}

const tell = (message: string): never => fail(START + message + END);

/** The name that Helm gives to what `tpl` is handed. */
const TPL = 'gotpl';

/** Missing values print as nothing in charts. */
export const withoutNoValue = (output: string): string => output.replaceAll('<no value>', '');

/**
 * The functions of a chart's templates (Helm 3, pkg/engine): Sprig's but `env` and `expandenv`, and Helm's own. There
 * is no cluster to look anything up in, as for the app manager, which renders on the client alone.
 *
 * @param unseen hears of what a preview cannot do
 */
export function helmFunctions(unseen: (what: string) => void): ReadonlyMap<string, TemplateFunction> {
  const { env: _, expandenv: __, ...sprig } = Object.fromEntries(sprigFunctions({ now: 0n }));
  const functions = new Map(Object.entries({ ...sprig, ...own }));
  functions.set(
    'tpl',
    define('string any', 'any', (a, context) => {
      const source = text(a[0]);
      context.charge(source.length);
      const file = parseTemplate(TPL, source, { functions });
      const [problem] = file.problems;
      if (problem !== undefined) fail(`cannot parse template ${quote(source)}: ${problem.error}`);
      return orElse(
        () => withoutNoValue(text(context.render(file, given(a, 1)))),
        (message) => fail(`error during tpl function execution for ${quote(source)}: ${message}`),
      );
    }),
  );
  functions.set(
    'toToml',
    define('any', 'string', () => {
      unseen('toToml');
      return fail('toToml is not known here');
    }),
  );
  return functions;
}

const own: Functions = {
  include: define('string any', 'string', (a, context) =>
    orElse(
      () => context.include(text(a[0]), given(a, 1)),
      (message) =>
        fail(message.replace(/^(template: no template .+ associated with template )".*"$/, `$1"${TPL}"`)),
    ),
  ),
  required: define('string any', 'any', (a) => {
    const value = given(a, 1);
    return value === null || value === '' ? tell(text(a[0])) : value;
  }),
  fail: define('string', 'string', (a) => tell(text(a[0]))),
  lookup: define('string string string string', 'dict', () => map()),
  getHostByName: define('string', 'string', () => ''),
  toYaml: define('any', 'string', (a, context) =>
    orElse(
      () => yaml(given(a, 0), context),
      () => '',
    ),
  ),
  fromYaml: define('string', 'dict', (a, context) =>
    // Nothing leaves the empty map that is there, where JSON's null takes it away.
    asMap(() => readYaml(text(a[0]), context) ?? map(), YAML_MISMATCH),
  ),
  fromYamlArray: define('string', 'list', (a, context) =>
    asList(() => readYaml(text(a[0]), context) ?? list([]), YAML_MISMATCH),
  ),
  fromJson: define('string', 'dict', (a) => asMap(() => unmarshal(text(a[0])))),
  fromJsonArray: define('string', 'list', (a) => asList(() => unmarshal(text(a[0])))),
};

const YAML_MISMATCH = 'error unmarshaling JSON: while decoding JSON: ';

/** As sigs.k8s.io/yaml writes it, by way of JSON, without the last line's end. */
function yaml(value: Value, context: CallContext): string {
  const json = marshal(value, true, context);
  context.charge(json.length);
  return emitYaml(plainOf(unmarshal(json))).replace(/\n$/, '');
}

function readYaml(source: string, context: CallContext): Value {
  context.charge(source.length);
  const read = parsePlain(source);
  return read.ok ? templateValue(read.value) : fail(`error converting YAML to JSON: yaml: ${read.message}`);
}

/** What is no map is told in the map's place, and so is what cannot be read. */
function asMap(read: () => Value, prefix = ''): Value {
  const told = (message: string): MapValue => map([['Error', message]]);
  return orElse(() => {
    const value = read();
    if (value === null) return { ...map(), isNil: true };
    return isMap(value) ? value : told(prefix + mismatch(value, mapType));
  }, told);
}

function asList(read: () => Value, prefix = ''): Value {
  const told = (message: string): Value => list([message]);
  return orElse(() => {
    const value = read();
    if (value === null) return { ...list([]), isNil: true };
    return isList(value) ? value : told(prefix + mismatch(value, listType));
  }, told);
}

function mismatch(value: Value, type: string): string {
  const names: Readonly<Record<string, string>> = { boolean: 'bool', number: 'number', string: 'string' };
  const found = names[typeof value] ?? (isList(value) ? 'array' : isMap(value) ? 'object' : typeOf(value));
  return `json: cannot unmarshal ${found} into Go value of type ${type}`;
}

/** What decoding JSON has given, as YAML. */
function plainOf(value: Value): Plain {
  if (isList(value)) return value.items.map(plainOf);
  if (isMap(value)) return plainMap([...value.entries].map(([key, one]) => [key, plainOf(one)] as const));
  return typeof value === 'object' && value !== null ? null : value;
}

function orElse(attempt: () => Value, otherwise: (message: string) => Value): Value {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof FunctionError) return otherwise(error.message);
    throw error;
  }
}
