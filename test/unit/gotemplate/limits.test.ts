import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExecuteOptions, execute } from '../../../server/src/core/gotemplate/execute.ts';
import { parseTemplate } from '../../../server/src/core/gotemplate/parse.ts';
import { templateSet } from '../../../server/src/core/gotemplate/set.ts';
import type { TemplateFunction } from '../../../server/src/core/gotemplate/value.ts';
import { sprigFunctions } from '../../../server/src/core/sprig/functions.ts';
import { functions as host } from './host.ts';

const include: TemplateFunction = {
  parameters: ['string', 'interface {}'],
  call: ([name, data], context) => context.include(name as string, data ?? null),
};
const functions = new Map([...host, ['include', include] as const]);
const run = (text: string, options: ExecuteOptions = {}) =>
  execute(templateSet([parseTemplate('t', text, { functions })]), 't', null, { functions, ...options });

/** With Sprig's functions, as the app manager has them. */
const withSprig = sprigFunctions({ now: 0n });
const runSprig = (text: string) =>
  execute(templateSet([parseTemplate('t', text, { functions: withSprig })]), 't', null, {
    functions: withSprig,
  });

const deep = (count: number, inside: string): string =>
  '{{if true}}'.repeat(count) + inside + '{{end}}'.repeat(count);

const hostile: readonly (readonly [string, string, ExecuteOptions?])[] = [
  ['depth', '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}'],
  ['depth', '{{define "a"}}{{include "a" .}}{{end}}{{include "a" .}}'],
  ['nesting', `{{define "a"}}${deep(250, '{{template "a"}}')}{{end}}{{template "a"}}`],
  ['nesting', `{{define "a"}}${deep(250, '{{include "a" .}}')}{{end}}{{template "a"}}`],
  ['steps', '{{range 1000000000}}{{end}}'],
  ['steps', '{{range 9223372036854775807}}{{range 9223372036854775807}}{{end}}{{end}}'],
  ['output', '{{range 1000000000}}0123456789012345678901234567890123456789{{end}}'],
  ['output', '{{define "a"}}{{.}}{{.}}{{end}}{{range 5}}x{{end}}', { limits: { output: 3 } }],
  ['work', '{{$x := "x"}}{{range 100}}{{$x = print $x $x}}{{end}}'],
  ['work', '{{$x := "<"}}{{range 100}}{{$x = html $x $x}}{{end}}'],
  ['work', '{{range 1000}}{{$x := printf "%999999d" 1}}{{end}}'],
  ['work', '{{range 1000}}{{$x := printf "%.999999f" 1.5}}{{end}}'],
  ['work', '{{range 1000}}{{$x := printf "%.999999d" 1}}{{end}}'],
  ['work', '{{$x := list 1}}{{range 60}}{{$x = list $x $x}}{{end}}{{$x}}'],
  ['execution', '{{$x := list 1}}{{range 1000}}{{$x = list $x}}{{end}}{{$x}}'],
  [
    'steps',
    `${'{{define "a0"}}x{{end}}'}${Array.from({ length: 40 }, (_, i) => `{{define "a${i + 1}"}}{{template "a${i}"}}{{template "a${i}"}}{{end}}`).join('')}{{template "a40"}}`,
  ],
];

for (const [code, text, options] of hostile)
  test(`${code}: ${text.slice(0, 60)}`, () => {
    const start = performance.now();
    const { error } = run(text, options);
    assert.equal(error?.code, code, error?.message);
    assert.match(error?.message ?? '', /^template: t:\d+:\d+: executing "/);
    assert.ok(performance.now() - start < 8000);
  });

/** A value that is small in memory, and endless to who goes through all of it. */
const listOfLists = '{{$l := list 1}}{{range until 60}}{{$l = list $l $l}}{{end}}';
const dictOfDicts = '{{$l := dict "a" 1}}{{range until 60}}{{$l = dict "a" $l "b" $l}}{{end}}';
const longText = '{{$l := repeat 4000000 "aé "}}{{range until 1000000}}';

for (const text of [
  '{{$l := list 1}}{{range until 100000}}{{$l = append $l 1}}{{end}}',
  '{{$l := list 1}}{{range until 100000}}{{$l = concat $l $l}}{{end}}',
  '{{range $i := until 60000000}}x{{end}}',
  '{{$l := until 1000000}}{{range until 1000000}}{{$_ := has -1 $l}}{{end}}',
  '{{$l := until 1000000}}{{range until 1000000}}{{$_ := rest $l}}{{end}}',
  '{{$l := until 1000000}}{{range until 1000000}}{{$_ := without $l 1}}{{end}}',
  '{{range until 1000000}}{{$_ := semverCompare ">=1.2.3 <4 || ^5" "1.2.3"}}{{end}}',
  `${listOfLists}{{toJson $l}}`,
  `${listOfLists}{{join "," $l}}`,
  `${listOfLists}{{len (deepCopy $l)}}`,
  `${listOfLists}{{has $l (list (list 3) $l)}}{{uniq (list $l $l)}}`,
  `${listOfLists}{{$m := $l}}${listOfLists}{{deepEqual $l $m}}`,
  `${dictOfDicts}{{toPrettyJson $l}}`,
  `${dictOfDicts}{{len (deepCopy $l)}}`,
  `${dictOfDicts}{{len (merge (dict "a" (dict "b" 2)) $l)}}`,
  `${longText}{{$_ := contains "b" $l}}{{end}}`,
  `${longText}{{$_ := upper $l}}{{end}}`,
  `${longText}{{$_ := snakecase $l}}{{end}}`,
  `${longText}{{$_ := sha256sum $l}}{{end}}`,
  `${longText}{{$_ := regexMatch "(a|b)*c" $l}}{{end}}`,
  `${longText}{{$_ := eq $l "b"}}{{$_ = len $l}}{{end}}`,
])
  test(`work of Sprig: ${text.slice(0, 110)}`, () => {
    const { error } = runSprig(text);
    assert.equal(error?.code, 'work', error?.message);
  });

test('what charts do with long values stays within the limit', () => {
  const text =
    '{{$t := repeat 20000 "line\\n"}}{{range until 20}}{{$_ := $t | indent 2 | quote | sha256sum}}{{end}}' +
    '{{$l := list}}{{range until 2000}}{{$l = append $l .}}{{end}}{{range until 2000}}{{if has . $l}}{{end}}{{end}}' +
    '{{$d := dict}}{{range until 2000}}{{$_ := set $d (toString .) $l}}{{end}}{{range until 2000}}{{$_ := get $d "5"}}{{end}}' +
    '{{range until 500}}{{$_ := semverCompare ">=1.20-0" "1.31.0"}}{{end}}';
  assert.equal(runSprig(text).error, null);
});

test('recursion that ends is fine', () => {
  const text =
    '{{define "a"}}{{if .}}{{len .}}{{template "a" (slice . 1)}}{{end}}{{end}}{{template "a" "0123456789"}}';
  assert.equal(run(text).output, '10987654321');
  const nested = deep(250, 'x');
  assert.equal(run(nested).output, 'x');
  assert.equal(run(`{{${'('.repeat(250)}1${')'.repeat(250)}}}`).output, '1');
});

test('an error within an include can be told apart from a limit', () => {
  const { error } = run('{{define "a"}}{{fail "no"}}{{end}}{{include "a" .}}');
  assert.equal(
    error?.message,
    'template: t:1:36: executing "t" at <include "a" .>: error calling include: ' +
      'template: t:1:16: executing "a" at <fail "no">: error calling fail: no',
  );
});
