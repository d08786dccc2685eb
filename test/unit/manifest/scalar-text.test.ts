import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { YamlScalar } from '../../../server/src/core/manifest/node.ts';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';
import { SourceScalar, scalarSource } from '../../../server/src/core/manifest/scalar.ts';
import { decodeScalar } from '../../../server/src/core/manifest/scalar-text.ts';
import { manifestText, runs, scalars } from './support.ts';

function valueIn(text: string): YamlScalar {
  const { root, problems } = parseDocument(text);
  assert.deepEqual(problems, []);
  assert.ok(root?.kind === 'map');
  const value = root.entries[0]?.value;
  assert.ok(value?.kind === 'scalar');
  return value;
}

/** What the source holds for a word of the scalar's text. */
function sourceOfWord(text: string, word: string): string {
  const scalar = valueIn(text);
  const start = scalar.text.indexOf(word);
  assert.ok(start >= 0, `${JSON.stringify(scalar.text)} holds no ${word}`);
  const span = scalar.sourceOf({ start, end: start + word.length });
  return text.slice(span.start, span.end);
}

test('parts of a text are found in the source of every style', () => {
  assert.equal(sourceOfWord('a: one two\n', 'two'), 'two');
  assert.equal(sourceOfWord('a: one\n  two three\n', 'three'), 'three');
  assert.equal(sourceOfWord('a: one\n  two\n', 'one two'), 'one\n  two');
  assert.equal(sourceOfWord('a: one\n\n  two\n', 'e\nt'), 'e\n\n  t');
  assert.equal(sourceOfWord("a: 'it''s two'\n", 'two'), 'two');
  assert.equal(sourceOfWord("a: 'it''s two'\n", "t's"), "t''s");
  assert.equal(sourceOfWord('a: "x\\u00e9y two"\n', 'two'), 'two');
  assert.equal(sourceOfWord('a: "x\\u00e9y"\n', 'é'), '\\u00e9');
  assert.equal(sourceOfWord('a: "x\\U0001F600y"\n', 'y'), 'y');
  assert.equal(sourceOfWord('a: "on\\\n   e two"\n', 'one'), 'on\\\n   e');
  assert.equal(sourceOfWord('a: |\n  one\n  two\n', 'two'), 'two');
  assert.equal(sourceOfWord('a: |\n  one\n  two\n', 'one\ntwo'), 'one\n  two');
  assert.equal(sourceOfWord('a: |2-\n   one\n  two', 'two'), 'two');
  assert.equal(sourceOfWord('a: >\n  one\n  two\n\n  three\n', 'two'), 'two');
  assert.equal(sourceOfWord('a: >\n  one\n  two\n\n  three\n', 'three'), 'three');
  assert.equal(sourceOfWord('a: "one\r\n  two"\r\n', 'two'), 'two');
  assert.equal(sourceOfWord('a: |\r\n  one\r\n  two\r\n', 'two'), 'two');
  assert.equal(sourceOfWord('a: |\r  one\r  two\r', 'two'), 'two');
});

test('templates are part of the text as they stand, and so is what follows them', () => {
  for (const text of [
    'a: repl{{ ConfigOption "x" }}:80 end\n',
    'a: "repl{{ ConfigOption "x" }}\\u00e9 end"\n',
    "a: 'it''s repl{{ ConfigOption ''x'' }} end'\n",
    'a: |\n  one {{repl ConfigOption "x" }}\n  end\n',
    'a: >\n  one\n  {{repl if and\n"x" }}\n  end\n',
    'a: |\n  one\n{{repl if X }}\n  end\n{{repl end }}\n  last\n',
    'a: repl{{ if and\n     x }} end\n',
  ]) {
    const scalar = valueIn(text);
    for (const template of scalar.templates) {
      const source = scalar.sourceOf(template);
      assert.equal(text.slice(source.start, source.end), scalar.text.slice(template.start, template.end));
    }
    assert.ok(scalar.templates.length > 0);
    assert.equal(typeof scalar.value, 'string');
    assert.equal(sourceOfWord(text, 'end'), 'end');
  }
});

test('a scalar gives its value by the core schema, one with a template its text', () => {
  assert.equal(valueIn('a: 0x1F').value, 31);
  assert.equal(valueIn('a: yes').value, 'yes');
  assert.equal(valueIn('a: ~').value, null);
  assert.equal(valueIn('a: "1"').value, '1');
  assert.equal(valueIn('a: !!str 1').value, '1');
  assert.equal(valueIn('a: 1repl{{ x }}').value, '1repl{{ x }}');
});

test('spans leave out quotes, headers and comments where they should', () => {
  const quoted = valueIn('a: "x" # c');
  assert.deepEqual(quoted.span, { start: 3, end: 6 });
  assert.deepEqual(quoted.content, { start: 4, end: 5 });
  const block = valueIn('a: |- # c\n  x\nb: 1');
  assert.deepEqual(block.span, { start: 3, end: 14 });
  assert.deepEqual(block.content, { start: 10, end: 14 });
});

const words = fc.constantFrom(
  'a',
  'bc',
  "'",
  '"',
  '\\',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '\\n',
  '\\x41',
  '#',
  'é',
);
const flow = fc.array(words, { maxLength: 14 }).map((parts) => parts.join(''));
const blockLine = fc.tuple(
  fc.constantFrom('', ' ', '  ', '  ', '  ', '   ', '    ', '  \t'),
  fc.constantFrom('', 'a', 'b c', '# d', 'e '),
  fc.constantFrom('\n', '\n', '\n', '\r\n', '\r'),
);
const blockText = fc.tuple(
  fc.constantFrom('a: ', '', '- ', 'x:\n- '),
  fc.constantFrom('|', '>'),
  fc.constantFrom('', '-', '+', '2', '1-', '+2'),
  fc.array(blockLine, { maxLength: 8 }),
  fc.constantFrom('', '  z', 'b: 1'),
);
const document = fc.oneof(
  flow.map((text) => `a: ${text}\nb: 1`),
  flow.map((text) => `a: '${text}'\nb: 1`),
  flow.map((text) => `a: "${text}"\nb: 1`),
  blockText.map(([key, mark, rest, lines, end]) => `${key}${mark}${rest}\n${lines.flat().join('')}${end}`),
  manifestText,
);

test('decoding agrees with the parser on every scalar', () => {
  fc.assert(
    fc.property(document, (text) => {
      const parsed = parseDocument(text);
      if (parsed.problems.length > 0) return;
      for (const scalar of scalars(parsed.root)) {
        assert.ok(scalar instanceof SourceScalar);
        if (scalar.templates.length > 0 || scalar.span.start === scalar.span.end) continue;
        assert.equal(decodeScalar(scalarSource(scalar)).text, scalar.text, JSON.stringify(scalar));
      }
    }),
    runs(2000),
  );
});

test('parts that follow each other have sources that follow each other', () => {
  fc.assert(
    fc.property(document, fc.nat(30), fc.nat(30), (text, a, b) => {
      for (const scalar of scalars(parseDocument(text).root)) {
        const [from, to] = [Math.min(a, b), Math.max(a, b)].map((at) => Math.min(at, scalar.text.length));
        const first = scalar.sourceOf({ start: 0, end: from as number });
        const second = scalar.sourceOf({ start: from as number, end: to as number });
        assert.ok(first.start <= first.end && second.start <= second.end);
        assert.ok(first.end <= second.end, `${JSON.stringify(first)} ${JSON.stringify(second)}`);
        assert.ok(first.start >= scalar.span.start && second.end <= scalar.span.end);
      }
    }),
    runs(500),
  );
});
