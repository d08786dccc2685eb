import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocument } from '../../../server/src/core/manifest/parse.ts';

/** Mistakes that people make while typing, with the text that is underlined and a word of the advice. */
const mistakes: readonly [text: string, underlined: string, advice: RegExp][] = [
  ['a: b: c', 'b', /in quotes/],
  ['a: 1\nimage', 'image', /colon/],
  ['a:\n  b: 1\n c: 2', ' ', /Align/],
  ['a: - b', '-', /new line/],
  ['a: "x', '', /closing quote/],
  ['a:\n\tb: 1', '\t', /tab/],
  ['a: @x', '@', /quotes/],
  ['a: "\\d"', '\\', /Double it/],
  ['a: [b', '', /not closed/],
  ['a: ]', ']', /never opened/],
  ['a: "b" c', 'c', /complete/],
  ['a: |x\n  y', 'x', /next line/],
  ['a: 1\nb: 2\na: 3', 'a', /already/],
  ['a: *x', '*x', /anchor/],
];

for (const [text, underlined, advice] of mistakes)
  test(`a mistake is underlined and explained: ${JSON.stringify(text)}`, () => {
    const [problem] = parseDocument(text).problems;
    assert.ok(problem !== undefined);
    assert.equal(text.slice(problem.span.start, problem.span.end), underlined);
    assert.match(problem.message, advice);
  });

test('a key in two alternatives is no duplicate; twice in one it is', () => {
  const problems = (text: string): number => parseDocument(text).problems.length;
  assert.equal(problems('{{repl if A }}\na: 1\n{{repl else }}\na: 2\n{{repl end }}\n'), 0);
  assert.equal(
    problems('{{repl if A }}\na: 1\n{{repl else if B }}\na: 2\n{{repl else }}\na: 3\n{{repl end }}\n'),
    0,
  );
  assert.equal(problems('{{repl if A }}\na: 1\n{{repl end }}\na: 2\n'), 1);
  assert.equal(problems('{{repl if A }}\na: 1\na: 2\n{{repl else }}\n{{repl end }}\n'), 1);
  assert.equal(
    problems('repl{{ if A }}\na: 1\nrepl{{ else }}\n{{repl if B }}\na: 2\n{{repl end }}\nrepl{{ end }}\n'),
    0,
  );
  assert.equal(problems('{{repl A }}: 1\n{{repl A }}: 2\n'), 0);
  assert.equal(problems('{a: 1, a: 2}\n'), 1);
  assert.equal(problems('a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n'), 0);
});
