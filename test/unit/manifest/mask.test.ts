import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanTemplates } from '../../../server/src/core/gotemplate/scan.ts';
import { maskTemplates } from '../../../server/src/core/manifest/mask.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { manifestText, plain, runs } from './support.ts';

const T = (text: string): unknown => {
  const { root, problems } = parseDocument(text);
  assert.deepEqual(problems, [], text);
  return plain(root);
};

test('templates in values and keys are part of their text', () => {
  assert.deepEqual(T('a: repl{{ ConfigOption "x" }}:80\n'), [['a', 'repl{{ ConfigOption "x" }}:80']]);
  assert.deepEqual(T('a: {{repl A}}-{{repl B}}'), [['a', '{{repl A}}-{{repl B}}']]);
  assert.deepEqual(T('repl{{ A }}: 1\nrepl{{ B }}: 2\n'), [
    ['repl{{ A }}', '1'],
    ['repl{{ B }}', '2'],
  ]);
  assert.deepEqual(T('a: [repl{{ A "x" }}, {b: {{repl B }}}]'), [
    ['a', { items: ['repl{{ A "x" }}', [['b', '{{repl B }}']]] }],
  ]);
  assert.deepEqual(T('- repl{{ A }}\n- {{repl B }}\n'), { items: ['repl{{ A }}', '{{repl B }}'] });
});

test('lines of control actions are no part of the tree', () => {
  assert.deepEqual(T('{{repl if A }}\na: 1\n{{repl else }}\nb: 2\n{{repl end }}\n'), [
    ['a', '1'],
    ['b', '2'],
  ]);
  assert.deepEqual(T('x:\n  repl{{ if A }}\n  - a\n  repl{{ end }}\n  - b\n'), [
    ['x', { items: ['a', 'b'] }],
  ]);
  assert.deepEqual(T('x:\n- {{repl if A }}\n  a: 1\n  {{repl end }}\n- b\n'), [
    ['x', { items: [[['a', '1']], 'b'] }],
  ]);
  assert.deepEqual(T('a: "x" {{repl end }}\nb: [c] {{repl end }}\n'), [
    ['a', 'x'],
    ['b', { items: ['c'] }],
  ]);
  assert.deepEqual(T('{{repl if A }}\na: nginx {{repl else }}{{repl end }} # c\n'), [['a', 'nginx']]);
  assert.deepEqual(T('a: x {{repl if A }} y {{repl end }}\n'), [['a', 'x {{repl if A }} y {{repl end }}']]);
  assert.deepEqual(T('{{repl/* a: [ \n---\n" */}}\na: 1\n'), [['a', '1']]);
  assert.deepEqual(T('a: {{repl/* note */}} "x"\n'), [['a', 'x']]);
  assert.deepEqual(T('a: 1 # {{repl if\n  x }}\nb: 2\n'), [
    ['a', '1'],
    ['b', '2'],
  ]);
});

test('an output alone on its line is the value that is waited for, unless it lays out lines of its own', () => {
  assert.deepEqual(T('a:\n  repl{{ A }}\nb: 1\n'), [
    ['a', 'repl{{ A }}'],
    ['b', '1'],
  ]);
  assert.deepEqual(T('a:\n  repl{{ A | nindent 4 }}\nb: 1\n'), [
    ['a', null],
    ['b', '1'],
  ]);
  assert.deepEqual(T('a:\n  b: 1\n  repl{{ A }}\nc: 1\n'), [
    ['a', [['b', '1']]],
    ['c', '1'],
  ]);
});

test('templates in a block scalar are its text, wherever they start', () => {
  assert.deepEqual(T('a: |\n  x\n{{repl if A }}\n  y\n{{repl end }}\n  z\nb: 1\n'), [
    ['a', 'x\n{{repl if A }}\ny\n{{repl end }}\nz\n'],
    ['b', '1'],
  ]);
  assert.deepEqual(T('a: |\n{{repl if A }}\n  x\nb: 1\n'), [
    ['a', '{{repl if A }}\nx\n'],
    ['b', '1'],
  ]);
  assert.deepEqual(T('x:\n  a: |\n{{repl A | indent 4 }}\nb: 1\n'), [
    ['x', [['a', '{{repl A | indent 4 }}\n']]],
    ['b', '1'],
  ]);
});

test('control actions behind a block scalar are not its text', () => {
  assert.deepEqual(T('{{repl if A }}\nx:\n  a: |\n    x\n{{repl end }}\nb: 1\n'), [
    ['x', [['a', 'x\n']]],
    ['b', '1'],
  ]);
  assert.deepEqual(T('x:\n  - a: |\n      x\n{{repl if A }}\n  - b\n{{repl end }}\n'), [
    ['x', { items: [[['a', 'x\n']], 'b'] }],
  ]);
});

test('what looks like YAML inside strings and comments is none', () => {
  assert.deepEqual(
    T('a: \'x: |\'\nb: repl{{ B }}\n# c: |\nd: {{repl D }} # \'e\nf: "g # h repl{{ "i" }}"\n'),
    [
      ['a', 'x: |'],
      ['b', 'repl{{ B }}'],
      ['d', '{{repl D }}'],
      ['f', 'g # h repl{{ "i" }}'],
    ],
  );
  assert.deepEqual(T('a: it\'s\nb: repl{{ B }}\nc: d "e\nf: {{repl F }}\n'), [
    ['a', "it's"],
    ['b', 'repl{{ B }}'],
    ['c', 'd "e'],
    ['f', '{{repl F }}'],
  ]);
});

test('alternatives that cannot stand beside each other are read without the else', () => {
  assert.deepEqual(T('a: {{repl if A }}"x: y"{{repl else }}"z"{{repl end }}\n'), [['a', 'x: y']]);
  assert.deepEqual(T('a:\n{{repl if A }}\n  b: 1\n{{repl else }}\n  - c\n{{repl end }}\n'), [
    ['a', [['b', '1']]],
  ]);
});

test('a mask keeps the length and every line end', () => {
  fc.assert(
    fc.property(manifestText, fc.boolean(), (text, dropAlternatives) => {
      const templates = scanTemplates(text);
      const masked = maskTemplates(text, templates, dropAlternatives);
      assert.equal(masked.text.length, text.length);
      assert.deepEqual(masked.text.match(/\r\n|\n/g)?.length, text.match(/\r\n|\n|\r/g)?.length);
      assert.equal(
        masked.text.replace(/[^\n]/g, '.'),
        text.replace(/\r(?!\n)/g, '\n').replace(/[^\n]/g, '.'),
      );
      assert.deepEqual(
        masked.templates.map(({ span }) => span),
        templates,
      );
      // Outside of templates nothing else is touched.
      if (dropAlternatives) return;
      let at = 0;
      for (const { start, end } of [...templates, { start: text.length, end: text.length }]) {
        assert.equal(masked.text.slice(at, start), text.slice(at, start).replace(/\r(?!\n)/g, '\n'));
        at = end;
      }
    }),
    runs(1000),
  );
});
