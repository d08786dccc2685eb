import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ActionPlace,
  actionAt,
  callsIn,
  placeInAction,
} from '../../../server/src/core/gotemplate/calls.ts';
import { scanTemplates } from '../../../server/src/core/gotemplate/scan.ts';

const mark = '¦';

function placeAt(marked: string): ActionPlace | null {
  const at = marked.indexOf(mark);
  const text = marked.replace(mark, '');
  const action = actionAt(text, scanTemplates(text), at);
  return action === null ? null : placeInAction(text, action, at);
}

/** In words: `word Conf`, `string ConfigOption[0] "x"`. */
function said(marked: string): string | null {
  const place = placeAt(marked);
  if (place === null) return null;
  const text = marked.replace(mark, '').slice(place.span.start, place.span.end);
  return place.kind === 'word'
    ? `word "${text}"${place.startsAction ? ' first' : ''}`
    : `string ${place.call.name}[${place.index}] "${text}"`;
}

const places: readonly (readonly [marked: string, expected: string | null])[] = [
  // Names, whole and half typed.
  ['a: repl{{ Config¦Option "x" }}', 'word "ConfigOption" first'],
  ['a: {{repl ConfigOption¦ "x" }}', 'word "ConfigOption" first'],
  ['a: repl{{ Conf¦ }}', 'word "Conf" first'],
  ['a: repl{{ Conf¦', 'word "Conf" first'],
  ["a: 'repl{{ Conf¦'", 'word "Conf" first'],
  ['a: "repl{{ Conf¦"', 'word "Conf" first'],
  ['a: repl{{¦', 'word "" first'],
  ['a: repl{{¦}}', 'word "" first'],
  ['a: repl{{ ¦ }}', 'word "" first'],
  ['a: repl{{- ¦ -}}', 'word "" first'],
  ['a: repl{{ if ¦ }}', 'word ""'],
  ['a: repl{{ i¦ }}', 'word "i" first'],
  ['a: repl{{ if¦ }}', 'word "if" first'],
  ['a: repl{{ $x := ¦ }}', 'word ""'],
  ['a: repl{{ A | te¦ }}', 'word "te"'],
  ['a: repl{{ A |¦ }}', 'word ""'],
  ['a: repl{{ A (¦) }}', 'word ""'],
  ['a: repl{{ print (Con¦ "x") }}', 'word "Con"'],
  ['a: repl{{ ternary LocalRegistry¦Host "b" }}', 'word "LocalRegistryHost"'],
  ['a: repl{{ ConfigOption "x" # Co¦ }}', 'word "Co"'],
  // Strings.
  ['a: repl{{ ConfigOption "¦" }}', 'string ConfigOption[0] ""'],
  ['a: repl{{ ConfigOption "da¦ta" }}', 'string ConfigOption[0] "data"'],
  ['a: repl{{ ConfigOption `da¦ta` }}', 'string ConfigOption[0] "data"'],
  ['a: repl{{ ConfigOption "da¦ }}', 'string ConfigOption[0] "da"'],
  ["a: 'repl{{ ConfigOption \"da¦'", 'string ConfigOption[0] "da"'],
  ['a: repl{{ ConfigOption "¦ }}', 'string ConfigOption[0] ""'],
  ['a: repl{{ ConfigOptionEquals "x" "¦1" }}', 'string ConfigOptionEquals[1] "1"'],
  ['a: repl{{ if and (ConfigOptionEquals "¦x" "1") B }}', 'string ConfigOptionEquals[0] "x"'],
  ['a: repl{{ if or (eq (ConfigOption "a") "1") (ConfigOption "¦b") }}', 'string ConfigOption[0] "b"'],
  ['a: repl{{ "¦x" | ConfigOption }}', 'string ConfigOption[0] "x"'],
  ['a: repl{{ ConfigOption "x" | ternary "¦y" "z" }}', 'string ternary[0] "y"'],
  ['a: repl{{ eq .Values.a.b "¦y" }}', 'string eq[1] "y"'],
  ['# repl{{ ConfigOption "¦x" }}', 'string ConfigOption[0] "x"'],
  ['a: repl{{ A }} 😀 {{repl ConfigOption "😀¦x" }}', 'string ConfigOption[0] "😀x"'],
  // Nothing.
  ['a: ¦repl{{ ConfigOption "x" }}', null],
  ['a: repl{{ ConfigOption "x" }}¦', null],
  ['a: repl{{ ConfigOption "x"¦ }}', null],
  ['a: repl{{ .¦ }}', null],
  ['a: repl{{ $¦ }}', null],
  ['a: repl{{ 12¦ }}', null],
  ['a: repl{{/* Conf¦ */}}', null],
  ['a: {{ Conf¦ }}', null],
];

for (const [marked, expected] of places)
  test(`what stands in ${marked}`, () => {
    assert.equal(said(marked), expected);
  });

test('all calls of an action, with their arguments and what they make by themselves', () => {
  const text =
    'a: repl{{ if and (ConfigOptionEquals "a" "1") (HasLocalRegistry | ternary LocalRegistryHost "b") }}';
  const [action] = scanTemplates(text);
  assert.ok(action);
  assert.deepEqual(
    callsIn(text, action).map(({ name, args, expression }) => [
      name,
      args.map((argument) => argument.text),
      text.slice(expression.start, expression.end),
    ]),
    [
      [
        'and',
        [null, null],
        'and (ConfigOptionEquals "a" "1") (HasLocalRegistry | ternary LocalRegistryHost "b")',
      ],
      ['ConfigOptionEquals', ['a', '1'], 'ConfigOptionEquals "a" "1"'],
      ['HasLocalRegistry', [], 'HasLocalRegistry'],
      ['ternary', [null, 'b'], 'HasLocalRegistry | ternary LocalRegistryHost "b"'],
      ['LocalRegistryHost', [], 'LocalRegistryHost'],
    ],
  );
});

test('whatever is typed, what is found lies in the action, around the caret', () => {
  const pieces = fc.constantFrom(
    ...[
      'ConfigOption',
      ' ',
      '"',
      '`',
      "'",
      '(',
      ')',
      '|',
      '$x',
      '.a',
      ':=',
      '12',
      '#',
      '\\',
      '}}',
      '{{repl',
      'repl{{',
      'if',
      '\n',
      '😀',
      '- ',
      ',',
    ],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 14 }), fc.nat(), (parts, anywhere) => {
      const text = `a: repl{{ ${parts.join('')}`;
      const at = anywhere % (text.length + 1);
      const action = actionAt(text, scanTemplates(text), at);
      if (action === null) return;
      const place = placeInAction(text, action, at);
      for (const { nameSpan, name } of callsIn(text, action))
        assert.equal(text.slice(nameSpan.start, nameSpan.end), name);
      if (place === null) return;
      assert.ok(place.span.start <= at && at <= place.span.end);
      assert.ok(action.start <= place.span.start && place.span.end <= action.end);
    }),
    { numRuns: 3000 },
  );
});
