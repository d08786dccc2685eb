import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rawHazards } from '../../../server/src/core/manifest/hazards.ts';
import type { YamlNode } from '../../../server/src/core/manifest/node.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { full, manifestText, runs } from './support.ts';

const n = 10_000;
const lines = (line: (i: number) => string, count = n): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** Texts that have brought parsers down. Every one of them hangs or overflows where it is not provided for. */
const hostile: Readonly<Record<string, string>> = {
  'open brackets': '['.repeat(n),
  'closed brackets': '['.repeat(n) + ']'.repeat(n),
  'open braces': '{a: '.repeat(n),
  'closing brackets': ']'.repeat(n),
  'nested dashes': `${'- '.repeat(n)}x`,
  'nested question marks': '? '.repeat(n),
  'nested keys': lines((i) => `${' '.repeat(i)}a:`, 1500),
  'billion laughs': lines((i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, `.repeat(9)}]`, 500),
  'aliases of themselves': 'a: &a [*a, &b {x: *a, y: *b, <<: *b}]\nb: *a\n',
  'NUL bytes': '\0'.repeat(n),
  'NUL lines': '\0\n'.repeat(n),
  'lone surrogates': '\ud800'.repeat(n),
  tabs: '\ta:\n'.repeat(n),
  'lone returns': 'a: 1\r'.repeat(n),
  'open quotes': 'a: "b\n'.repeat(n),
  directives: '%YAML 1.2\n'.repeat(n),
  tags: '!a '.repeat(n),
  anchors: '&a '.repeat(n),
  'long key': `${'x'.repeat(n)}: 1`,
  'blank lines in a block': `a: |\n${'\n'.repeat(n)}   \n x`,
  'errors in every line': 'a: b: c\n'.repeat(n),
  'open templates': 'a: repl{{ "x\n'.repeat(n),
  'open comments': '{{repl/*\n'.repeat(n),
  'nested ifs': '{{repl if x }}\nk: 1\n'.repeat(n),
  'nested ifs with quotes': '{{repl if x }}\na: "\n{{repl else}}\n'.repeat(n / 10),
  'templates in one line': `a: ${'repl{{ x }}'.repeat(n)}`,
};

function visit(node: YamlNode | null, length: number): number {
  if (node === null) return 0;
  assert.ok(node.span.start <= node.span.end && node.span.end <= length);
  switch (node.kind) {
    case 'map':
      return node.entries.reduce((sum, { key, value }) => sum + visit(key, length) + visit(value, length), 1);
    case 'sequence':
      return node.items.reduce((sum, item) => sum + visit(item, length), 1);
    default:
      return 1;
  }
}

for (const [name, text] of Object.entries(hostile))
  test(`survives ${name}`, () => {
    const document = parseDocument(text);
    visit(document.root, text.length);
    assert.ok(document.problems.length <= 100);
    for (const { span } of document.problems) assert.ok(span.start <= span.end && span.end <= text.length);
  });

test('nesting beyond reason is said to be', () => {
  for (const text of ['['.repeat(n) + ']'.repeat(n), `${'- '.repeat(n)}x`]) {
    const { problems } = parseDocument(text);
    assert.ok(problems.some(({ message }) => message.includes('nests too deeply')));
  }
  assert.deepEqual(parseDocument('['.repeat(300) + ']'.repeat(300)).problems, []);
});

test('an alias means the anchor before it and never itself', () => {
  const { root, problems } = parseDocument('a: &x 1\nb: *x\nc: &y [*y]\n');
  assert.ok(root?.kind === 'map');
  const [a, b, c] = root.entries.map(({ value }) => value);
  assert.ok(b?.kind === 'alias' && c?.kind === 'sequence');
  assert.equal(b.target, a);
  const [inner] = c.items;
  assert.ok(inner?.kind === 'alias');
  assert.equal(inner.target, null);
  assert.deepEqual(
    problems.map(({ span }) => span),
    [inner.span],
  );
});

test('any text gives a tree and problems inside it, the same every time', () => {
  fc.assert(
    fc.property(fc.oneof(manifestText, fc.string({ unit: 'binary', maxLength: 60 })), (text) => {
      const document = parseDocument(text);
      visit(document.root, text.length);
      for (const { span } of document.problems) assert.ok(span.start <= span.end && span.end <= text.length);
      for (const { template } of rawHazards(document)) assert.ok(document.templates.includes(template));
      assert.deepEqual(full(parseDocument(text).root), full(document.root));
    }),
    runs(1500),
  );
});
