import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HazardKind, rawHazards } from '../../../server/src/core/manifest/hazards.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { plain } from './support.ts';

/** Texts that YAML misreads before they are rendered: what our tree says, and what is reported. */
const misread: readonly [text: string, tree: unknown, hazards: readonly HazardKind[]][] = [
  ['a: {{repl ConfigOption "x" }}', [['a', '{{repl ConfigOption "x" }}']], ['flow-map']],
  ['- {{repl ConfigOption "x" }}', { items: ['{{repl ConfigOption "x" }}'] }, ['flow-map']],
  ['{{repl ConfigOption "x" }}: 1', [['{{repl ConfigOption "x" }}', '1']], ['flow-map']],
  ['a: repl{{ print "x #y" }}', [['a', 'repl{{ print "x #y" }}']], ['comment']],
  ['a: [repl{{ A "x" }}, b]', [['a', { items: ['repl{{ A "x" }}', 'b'] }]], ['flow-structure']],
  ['a: {b: repl{{ A "x" }}}', [['a', [['b', 'repl{{ A "x" }}']]]], ['flow-structure']],
  ['a: repl{{ if eq "a: b" "c" }}x', [['a', 'repl{{ if eq "a: b" "c" }}x']], ['nested-map']],
  ['a: "repl{{ ConfigOption "x" }}"', [['a', 'repl{{ ConfigOption "x" }}']], ['quote']],
  ["a: 'repl{{ print 'x' }}'", [['a', "repl{{ print 'x' }}"]], ['quote']],
  ['a: "repl{{ print `\\d` }}"', [['a', 'repl{{ print `\\d` }}']], ['escape']],
  ['a: {{repl A}}-{{repl B}}', [['a', '{{repl A}}-{{repl B}}']], ['flow-map']],
  ['{{repl if A }}\na: 1\n{{repl end}}', [['a', '1']], ['own-line', 'own-line']],
  ['x:\n  repl{{ if A }}\n  a: 1\n  repl{{ end }}', [['x', [['a', '1']]]], ['own-line', 'own-line']],
  ['a: "x" repl{{ end }}', [['a', 'x']], ['behind-value']],
  ['a: |\n  x\n{{repl if A }}\n  y', [['a', 'x\n{{repl if A }}\ny']], ['line-break']],
  ['# {{repl if\nx }}\na: 1', [['a', '1']], ['line-break']],
];

for (const [text, tree, hazards] of misread)
  test(`read right and reported: ${JSON.stringify(text)}`, () => {
    const document = parseDocument(text);
    assert.deepEqual(document.problems, []);
    assert.deepEqual(plain(document.root), tree);
    assert.deepEqual(
      rawHazards(document).map(({ kind }) => kind),
      hazards,
    );
  });

for (const text of [
  'a: repl{{ ConfigOption "x" }}:80',
  '- repl{{ ConfigOption "x" }}',
  'repl{{ ConfigOption "x" }}: 1',
  'a: x{{repl B}}',
  'a: \'repl{{ ConfigOption "x" }}\'',
  'a: \'{{repl ConfigOption "x" }}\'',
  'a: "repl{{ ConfigOption `x` }}"',
  'a: |\n  {{repl if A }}\n  x {{repl "y: z # w" }}',
  'a:\n  repl{{ A | nindent 4 }}',
  'a: 1 # {{repl "x" }}',
])
  test(`nothing to report: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(rawHazards(parseDocument(text)), []);
  });
