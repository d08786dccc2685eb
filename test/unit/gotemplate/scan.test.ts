import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  chartDelimiters,
  type Delimiter,
  kotsDelimiters,
  scanTemplates,
  scanTemplatesWithReach,
} from '../../../server/src/core/gotemplate/scan.ts';
import { root } from '../../support/paths.ts';

const found = (text: string, delimiters = kotsDelimiters): string[] =>
  scanTemplates(text, delimiters).map(({ start, end }) => text.slice(start, end));

test('both delimiters of KOTS are found, in order', () => {
  assert.deepEqual(found('a: repl{{ A }} {{repl B}}-repl{{C}}'), ['repl{{ A }}', '{{repl B}}', 'repl{{C}}']);
  assert.deepEqual(found('a: {{ .Values.x }} {{}}'), []);
  assert.deepEqual(found('a: {{ .Values.x }} {{}}', chartDelimiters), ['{{ .Values.x }}', '{{}}']);
});

test('what starts like a delimiter opens an action, as it does for KOTS', () => {
  assert.deepEqual(found('{{replicas}} {{ replicas }}'), ['{{replicas}}']);
  assert.deepEqual(found('repl{{repl X}}'), ['{{repl X}}']);
});

test('closing braces in strings, raw strings, characters and comments do not close', () => {
  for (const action of [
    'repl{{ print "}}" }}',
    'repl{{ print "\\"}}" }}',
    'repl{{ print `}}` }}',
    'repl{{ print `}}\n"` }}',
    "repl{{ print '}' }}",
    "repl{{ print '\\'' \"}}\" }}",
    'repl{{/* }} " */}}',
    'repl{{- /* }}\n ` */ -}}',
    '{{repl- "}}" -}}',
  ])
    assert.deepEqual(found(`a: ${action}b`), [action]);
});

test('an action goes on over lines while its text can be one', () => {
  const action = 'repl{{ if and\n  (ConfigOptionEquals "a" "1")\n  (ne $x.y -1) | x := 2 -}}';
  assert.deepEqual(found(`a: ${action}b`), [action]);
});

test('an action that is not closed ends with its line or at the next braces on it', () => {
  const scan = (text: string) =>
    scanTemplates(text).map(({ start, end, terminated }) => [text.slice(start, end), terminated]);
  assert.deepEqual(scan('a: repl{{ ConfigOption "x"\nb: repl{{ B }}'), [
    ['repl{{ ConfigOption "x"', false],
    ['repl{{ B }}', true],
  ]);
  assert.deepEqual(scan('a: repl{{ ConfigOption "x }}\nb: 1'), [['repl{{ ConfigOption "x }}', false]]);
  assert.deepEqual(scan('a: "repl{{ A \\"x\\" }}"\nb: 1'), [['repl{{ A \\"x\\" }}', false]]);
  assert.deepEqual(scan('a: {{repl A\r\n- b }}'), [['{{repl A', false]]);
  assert.deepEqual(scan('{{repl/* never closed\n---\n'), [['{{repl/* never closed', false]]);
  assert.deepEqual(scan('repl{{ A repl{{ B }}'), [['repl{{ A repl{{ B }}', false]]);
});

test('the second pass swallows what the first found inside its action', () => {
  assert.deepEqual(found('repl{{ print "{{repl A }}" }}'), ['repl{{ print "{{repl A }}" }}']);
  assert.deepEqual(found('repl{{ print "{{repl print "}}" }}" }}x'), [
    'repl{{ print "{{repl print "}}" }}" }}',
  ]);
  assert.deepEqual(found('{{repl print "repl{{ A }}" }}'), ['{{repl print "repl{{ A }}" }}']);
});

test('the first word tells what an action does', () => {
  const keyword = (action: string) => scanTemplates(action)[0]?.keyword;
  assert.equal(keyword('repl{{ if A }}'), 'if');
  assert.equal(keyword('{{repl else}}'), 'else');
  assert.equal(keyword('{{repl- end -}}'), 'end');
  assert.equal(keyword('{{repl else if A }}'), 'else');
  assert.equal(keyword('repl{{ ifx }}'), null);
  assert.equal(keyword('repl{{ $x := 1 }}'), 'assignment');
  assert.equal(keyword('repl{{ $x = 1 }}'), 'assignment');
  assert.equal(keyword('repl{{ $x }}'), null);
  assert.equal(keyword('repl{{/* if */}}'), 'comment');
  assert.equal(keyword('repl{{- /* if */ -}}'), 'comment');
  assert.equal(keyword('repl{{ range $i, $x := list }}'), 'range');
});

test('an unterminated action says how much text that rests on', () => {
  const reach = (text: string) => [...scanTemplatesWithReach(text).reach.values()];
  assert.deepEqual(reach('a: repl{{/* x'), [Number.POSITIVE_INFINITY]);
  assert.deepEqual(reach('a: repl{{ `x'), [Number.POSITIVE_INFINITY]);
  assert.ok((reach('a: repl{{ x\nb: 1\nc: 2')[0] as number) < 18);
});

test('actions are found where Go finds them', () => {
  const path = join(root, 'test/fixtures/gotemplate/scan.json');
  const cases = JSON.parse(readFileSync(path, 'utf8')) as {
    text: string;
    left: Delimiter;
    actions: number[][];
  }[];
  assert.ok(cases.length >= 400);
  for (const { text, left, actions } of cases) {
    const joined: number[][] = [];
    for (const { start, end, terminated } of scanTemplates(text, [left])) {
      assert.ok(terminated, JSON.stringify(text));
      // Go's tree does not tell where one of two adjacent actions ends.
      const last = joined[joined.length - 1];
      if (last?.[1] === start) last[1] = end;
      else joined.push([start, end]);
    }
    assert.deepEqual(joined, actions, JSON.stringify(text));
  }
});

const piece = fc.constantFrom(
  'repl{{',
  '{{repl',
  '{{',
  '}}',
  '"',
  "'",
  '`',
  '\\',
  '/*',
  '*/',
  '*/}}',
  '\n',
  '\r\n',
  ' ',
  'x',
  ':',
  '- ',
  '---',
  'if ',
);

test('any text: spans are in order, inside the text, and start with their delimiter', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      for (const delimiters of [kotsDelimiters, chartDelimiters]) {
        let before = 0;
        for (const { start, end, delimiter, terminated } of scanTemplates(text, delimiters)) {
          assert.ok(start >= before && end <= text.length && start < end);
          assert.ok(text.startsWith(delimiter, start));
          if (terminated) assert.equal(text.slice(end - 2, end), '}}');
          else assert.ok(!/[\r\n]/.test(text.slice(start, end)));
          before = end;
        }
      }
    }),
    { numRuns: process.env.WAYBILL_SOAK === '1' ? 100_000 : 3000 },
  );
});

test('text that opens actions again and again is scanned in linear time', () => {
  // Each of these takes minutes where every action is tried to the end of the text.
  for (const unit of [
    'repl{{',
    '{{repl ` `',
    'repl{{ "\\"',
    "repl{{ '",
    'repl{{ ` "',
    '{{repl/* ',
    'repl{{ {{repl x }} ',
    'repl{{ x\n',
    'repl{{/*\n',
    'repl{{ `\n"',
  ])
    assert.ok(scanTemplates(unit.repeat(200_000)).length > 0);
});
