import type { GoType, TemplateFunction } from '../../../server/src/core/gotemplate/value.ts';
import { deliberate } from '../../support/golden/deliberate.ts';
import { sprigUnderTest } from '../../support/golden/sprig.ts';
import { randomFrom } from '../../support/random.ts';

/**
 * Repeatable calls of Sprig's functions, nested up to four deep, whose arguments mostly have the types that their
 * parameters want.
 */
export function generatedCalls(seed: number, count: number): string[] {
  const random = randomFrom(seed);
  const calls = new Set<string>();
  while (calls.size < count) calls.add(callOf(random, pick(random, usable), 0));
  return [...calls];
}

type Random = (limit: number) => number;
type Named = readonly [name: string, made: TemplateFunction];

const pick = <T>(random: Random, items: readonly T[]): T => items[random(items.length)] as T;

const left: ReadonlySet<string> = new Set([
  ...deliberate.flatMap(({ functions }) => functions),
  // Always an error.
  'fail',
  // Its order is that of Go's maps, which is random.
  'values',
  'keys',
  // What depends on the moment.
  'dateInZone',
  'date_in_zone',
]);
const usable: readonly Named[] = [...sprigUnderTest].filter(([name]) => !left.has(name));

/** Where a large number, as calls inside could give one, would fill the memory. */
const growing: ReadonlySet<string> = new Set([
  'repeat',
  'until',
  'untilStep',
  'seq',
  'indent',
  'nindent',
  'wrap',
  'wrapWith',
]);

const DEPTH = 4;

function callOf(random: Random, [name, made]: Named, depth: number): string {
  const types = [...made.parameters];
  if (made.variadic !== undefined) {
    // Pairs for dict, a condition's three parts, lists of a few.
    const more = name === 'dict' ? 2 * random(3) : random(4);
    for (let i = 0; i < more; i++) types.push(name === 'dict' && i % 2 === 0 ? 'key' : made.variadic);
  }
  const inner = growing.has(name) ? DEPTH : depth + 1;
  return [name, ...types.map((type, i) => argument(random, hinted(name, i, type), inner))].join(' ');
}

/** What a parameter of type `interface {}` is mostly given. */
function hinted(name: string, index: number, type: GoType): GoType {
  if (type !== 'interface {}') return type;
  if (lists.test(name) && index === (name === 'has' || name === 'mustHas' || name.endsWith('hunk') ? 1 : 0))
    return '[]interface {}';
  if (/^(?:add|sub|mul|div|mod|max|min|floor|ceil|round|biggest|int|float64|atoi)/.test(name))
    return 'number';
  if (/^(?:join|sortAlpha|toStrings)$/.test(name)) return '[]interface {}';
  return type;
}

const lists =
  /^(?:must)?(?:append|push|prepend|first|last|rest|initial|reverse|compact|uniq|without|has|slice|chunk|concat)$/i;

function argument(random: Random, type: GoType, depth: number): string {
  const makers = type === 'interface {}' ? usable : usable.filter(([, { result }]) => result === type);
  if (depth < DEPTH && makers.length > 0 && random(5) < 2)
    return `(${callOf(random, pick(random, makers), depth)})`;
  return literal(random, type);
}

const texts = [
  '""',
  '"a"',
  '"hello world"',
  '"Hello World"',
  '"a,b,,c"',
  '"1.2.3"',
  '"v1.10.0-rc.1+b"',
  '"42"',
  '"-7"',
  '"1.5"',
  '"true"',
  '"héllo ☃ 𝄞"',
  '"  padded\\t"',
  '"line one\\nline two"',
  '"snake_case_name"',
  '"CamelCaseName"',
  '"kebab-case"',
  '"/usr/local/lib.tar.gz"',
  '"https://u:p@host:8443/a/b?q=1#f"',
  '"{\\"a\\":[1,2.5,null]}"',
  '"[a-z]+"',
  '"(\\\\d+)-(\\\\w*)"',
  '"2006-01-02"',
  '"1h30m"',
  '"YWJj"',
  '"$1"',
  '"<b>&\'"',
  '">=1.0.0"',
];
const wholes = ['0', '1', '2', '3', '5', '-1', '-3', '7', '12', '100'];
const floats = ['0.0', '1.5', '-2.25', '3.14159', '1e3', '100.0'];

function literal(random: Random, type: GoType): string {
  const text = (): string => pick(random, texts);
  switch (type) {
    case 'string':
      return text();
    case 'key':
      return pick(random, ['"a"', '"b"', '"c"', '"key"', '"é"']);
    case 'int':
    case 'int64':
    case 'uint32':
      return type === 'int64' ? `(int64 ${pick(random, wholes)})` : pick(random, wholes);
    case 'float64':
      return pick(random, floats);
    case 'number':
      return pick(random, [...wholes, ...floats, '"3"', 'nil', 'true']);
    case 'bool':
      return pick(random, ['true', 'false']);
    case '[]interface {}':
      return pick(random, [
        '(list)',
        '(list 1 2 3)',
        '(list "b" "a" "b")',
        '(list 1 "a" nil true 2.5)',
        '(list (list 1) (dict "a" 1))',
        `(list ${text()} ${text()})`,
      ]);
    case '[]string':
      return '(splitList "," "b,a,,c")';
    case 'map[string]interface {}':
      return pick(random, [
        '(dict)',
        '(dict "a" 1)',
        '(dict "a" (dict "b" 2) "c" nil)',
        `(dict "key" ${text()} "b" (list 1 2))`,
      ]);
    case 'time.Time':
      return '(toDate "2006-01-02" "2020-02-29")';
    default:
      return pick(random, [
        text(),
        text(),
        pick(random, wholes),
        pick(random, floats),
        'nil',
        'true',
        'false',
        '(list 1 "a")',
        '(list)',
        '(dict "a" 1 "b" "x")',
        '(dict)',
      ]);
  }
}
