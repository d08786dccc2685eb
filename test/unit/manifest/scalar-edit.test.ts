import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { YamlNode, YamlScalar } from '../../../server/src/core/manifest/node.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { replaceInScalar } from '../../../server/src/core/manifest/scalar-edit.ts';
import { applyEdits } from '../../../server/src/core/text/edit.ts';
import { manifestText, runs, scalars } from './support.ts';

/** The text after the first scalar value that holds `from` got `to` in its place; null where that was refused. */
function replaced(text: string, from: string, to: string): string | null {
  const scalar = scalars(parseDocument(text).root).find((candidate) => candidate.text.includes(from));
  assert.ok(scalar !== undefined, `no scalar holds ${from}`);
  const start = scalar.text.indexOf(from);
  const edit = replaceInScalar(scalar, text, { start, end: start + from.length }, to);
  return edit === null ? null : applyEdits(text, [edit]);
}

test('an edit keeps quotes, comments and line ends', () => {
  assert.equal(
    replaced('a: nginx:1 # why\r\nb: 2\r\n', 'nginx', 'x/nginx'),
    'a: x/nginx:1 # why\r\nb: 2\r\n',
  );
  assert.equal(replaced("a: 'it''s nginx' # why", 'nginx', 'x'), "a: 'it''s x' # why");
  assert.equal(replaced('a: "caf\\u00e9 nginx"', 'nginx', 'x'), 'a: "caf\\u00e9 x"');
  assert.equal(replaced('a: |\n  nginx\n  b\nc: 1\n', 'nginx', 'x'), 'a: |\n  x\n  b\nc: 1\n');
  assert.equal(replaced('a: >-\n  nginx\n  b\nc: 1\n', 'nginx', 'x'), 'a: >-\n  x\n  b\nc: 1\n');
  assert.equal(replaced('a: [nginx, {b: c}]', 'nginx', 'x:1'), 'a: [x:1, {b: c}]');
});

test('an edit is the smallest that does it', () => {
  const text = 'a: docker.io/nginx:1.27\n';
  const [, value] = scalars(parseDocument(text).root);
  assert.ok(value !== undefined);
  const edit = replaceInScalar(value, text, { start: 0, end: value.text.length }, 'docker.io/nginx:1.29');
  assert.deepEqual(edit, { span: { start: 22, end: 23 }, newText: '9' });
});

test('what the style needs is escaped', () => {
  assert.equal(replaced("a: 'x'", 'x', "it's"), "a: 'it''s'");
  assert.equal(replaced('a: "x"', 'x', 'a"b\\c\n\u0007'), 'a: "a\\"b\\\\c\\n\\u0007"');
  assert.equal(replaced("a: 'x'", 'x', 'a\nb'), 'a: "a\\nb"');
  assert.equal(replaced('a: |\n  x\n', 'x', 'one\ntwo'), 'a: |\n  one\n  two\n');
  assert.equal(replaced('a: |\r\n  x\r\n', 'x', 'one\n\ntwo'), 'a: |\r\n  one\r\n\r\n  two\r\n');
});

test('a plain scalar is put in quotes where it would turn into something else', () => {
  assert.equal(replaced('a: x # c', 'x', 'y: z'), "a: 'y: z' # c");
  assert.equal(replaced('a: x', 'x', '1.10'), "a: '1.10'");
  assert.equal(replaced('a: x', 'x', 'on'), "a: 'on'");
  assert.equal(replaced('a: x', 'x', ''), "a: ''");
  assert.equal(replaced('a: x', 'x', '# y'), "a: '# y'");
  assert.equal(replaced('a: x', 'x', 'y\nz'), 'a: "y\\nz"');
  assert.equal(replaced('a: [x]', 'x', 'y, z'), "a: ['y, z']");
  assert.equal(replaced('a: x', 'x', 'y, z'), 'a: y, z');
  assert.equal(replaced('a: 1.20', '20', '21'), 'a: 1.21');
});

test('templates stay, and new ones are written as they stand', () => {
  assert.equal(replaced("a: 'repl{{ X }}/nginx'", 'nginx', 'x'), "a: 'repl{{ X }}/x'");
  assert.equal(replaced('a: \'repl{{ X "y" }}/nginx\'', 'repl{{ X "y" }}/', ''), null);
  assert.equal(replaced('a: nginx', 'nginx', 'repl{{ X "y" }}/nginx'), 'a: repl{{ X "y" }}/nginx');
  assert.equal(replaced('a: nginx', 'nginx', '{{repl X "y" }}/nginx'), 'a: \'{{repl X "y" }}/nginx\'');
  assert.equal(replaced('a: [nginx]', 'nginx', 'repl{{ X "y" }}'), 'a: [\'repl{{ X "y" }}\']');
  assert.equal(replaced('a: "nginx"', 'nginx', 'repl{{ X `y` }}'), 'a: "repl{{ X `y` }}"');
});

test('what cannot be done safely is refused', () => {
  assert.equal(replaced('a: |\n  x\n', 'x', ' y'), null);
  assert.equal(replaced('a: |\n  x\n', 'x', 'a\rb'), null);
  assert.equal(replaced('a: >\n  x\n', 'x', 'a\nb'), null);
  assert.equal(replaced('a: x', 'x', 'repl{{ X'), null);
});

/** Every value but that of `except`, and the shape of the tree. */
test('a number that would lose digits is quoted, one that keeps them is not', () => {
  assert.equal(replaced('tag: 1.19', '1.19', '1.20'), "tag: '1.20'");
  assert.equal(replaced('tag: 1.19', '1.19', '1.21'), 'tag: 1.21');
  assert.equal(replaced('tag: 7', '7', '1_0'), "tag: '1_0'");
});

function others(node: YamlNode | null, except: number, seen = { count: 0 }): unknown {
  if (node === null) return null;
  switch (node.kind) {
    case 'scalar':
      return seen.count++ === except ? 'EDITED' : [node.style, node.text, node.value];
    case 'alias':
      return ['alias', node.name];
    case 'sequence':
      return node.items.map((item) => others(item, except, seen));
    case 'map':
      return {
        entries: node.entries.map(({ key, value }) => [
          others(key, except, seen),
          others(value, except, seen),
        ]),
      };
  }
}

const newText = fc.oneof(
  fc.constantFrom(
    'x',
    'nginx:1.27',
    '1',
    'true',
    '',
    ' ',
    'a: b',
    ' #',
    "'",
    '"',
    '\\',
    'a\nb',
    '\n',
    '- a',
    'é\u{1f600}',
  ),
  fc.constantFrom(
    'repl{{ A "b" }}',
    '{{repl A }}',
    '{',
    '}',
    '[',
    ',',
    '&a',
    '*a',
    '!x',
    '%',
    '@',
    '`',
    '---',
    '\t',
    '\r',
  ),
  fc.string({ maxLength: 6 }),
);

test('after an edit the document reads the same but for that value', () => {
  let edits = 0;
  fc.assert(
    fc.property(manifestText, fc.nat(50), fc.nat(30), fc.nat(10), newText, (text, pick, from, length, to) => {
      // Texts that are read without their else branches may be read with them after an edit.
      if (text.includes('{{repl else')) return;
      const before = parseDocument(text);
      if (before.problems.length > 0) return;
      const all: YamlScalar[] = scalars(before.root).filter(({ span }) => span.end > span.start);
      const scalar = all[pick % Math.max(1, all.length)];
      if (scalar === undefined) return;
      const start = from % (scalar.text.length + 1);
      const end = Math.min(scalar.text.length, start + length);
      const edit = replaceInScalar(scalar, text, { start, end }, to);
      if (edit === null) return;
      edits++;
      const wanted = scalar.text.slice(0, start) + to + scalar.text.slice(end);
      const after = parseDocument(applyEdits(text, [edit]));
      const index = scalars(before.root).indexOf(scalar);
      assert.equal(scalars(after.root)[index]?.text, wanted);
      assert.deepEqual(others(after.root, index), others(before.root, index));
      // A key may now be the same as another; nothing else may be wrong.
      assert.deepEqual(
        after.problems.filter(({ message }) => !message.includes('already in this map')),
        [],
      );
      if (typeof scalar.value === 'string') assert.equal(typeof scalars(after.root)[index]?.value, 'string');
    }),
    runs(3000),
  );
  assert.ok(edits > 200, `only ${edits} edits were made`);
});
