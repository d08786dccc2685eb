import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ExecuteOptions, execute } from '../../../server/src/core/gotemplate/execute.ts';
import { parseTemplate } from '../../../server/src/core/gotemplate/parse.ts';
import { templateSet } from '../../../server/src/core/gotemplate/set.ts';
import { list, map, unknown } from '../../../server/src/core/gotemplate/value.ts';
import { functions } from './host.ts';

const data = map([
  ['seats', unknown('seats')],
  ['s', 'known'],
  ['list', list(['a', unknown('second')])],
]);
const run = (text: string, options: ExecuteOptions = {}) =>
  execute(templateSet([parseTemplate('t', text, { functions })]), 't', data, {
    functions,
    placeholder: (one) => `<${one.label}>`,
    ...options,
  });

describe('an unknown', () => {
  const printed: readonly (readonly [string, string])[] = [
    ['{{.seats}}', '<seats>'],
    ['{{.seats | upper}}', '<seats>'],
    ['{{.seats.more.still}}', '<seats>'],
    ['{{add .seats 1}}', '<seats>'],
    ['{{eq .seats "5"}}', '<seats>'],
    ['{{not .seats}}', '<seats>'],
    ['{{len .seats}} {{index .seats 1}}', '<seats> <seats>'],
    ['{{or .seats "x"}} {{or "x" .seats}} {{and "" .seats}}| {{and "x" .seats}}', '<seats> x | <seats>'],
    ['{{printf "%s/app:%d" .seats 3}}', '<seats>/app:3'],
    ['{{print "a" .seats "b"}}', 'a<seats>b'],
    ['{{print "a" .seats | upper}}', '<seats>'],
    ['{{print "a" .seats | print "b"}}', 'ba<seats>'],
    ['{{$x := .seats}}{{$x}}', '<seats>'],
    ['{{.list}}', '[a <second>]'],
    ['{{html .seats}}', '<seats>'],
  ];
  for (const [text, expected] of printed)
    test(text, () => {
      const { output, error } = run(text);
      assert.equal(error, null);
      assert.equal(output, expected);
    });
});

describe('what an unknown decides', () => {
  const text = '{{if .seats}}yes{{else}}no{{end}}';
  test('goes the way that the caller says, and is told', () => {
    assert.equal(run(text).output, 'yes');
    assert.equal(run(text, { unknownBranch: 'else' }).output, 'no');
    const both = run(text, { unknownBranch: 'both' });
    assert.equal(both.output, 'yesno');
    assert.equal(both.unknowns.length, 1);
    const [place] = both.unknowns;
    assert.equal(place?.label, 'seats');
    assert.equal(place?.taken, 'both');
    assert.deepEqual([place?.node.start, place?.node.end], [0, text.length]);
  });

  test('with and range know it as their dot', () => {
    assert.equal(run('{{with .seats}}[{{.}}]{{else}}no{{end}}').output, '[<seats>]');
    assert.equal(run('{{range $i, $e := .seats}}[{{$e.name}}]{{else}}no{{end}}').output, '[<seats>]');
    assert.equal(
      run('{{range .seats}}[{{.}}]{{else}}no{{end}}', { unknownBranch: 'both' }).output,
      '[<seats>]no',
    );
    assert.equal(run('{{if eq .seats "5"}}a{{else if .s}}b{{end}}', { unknownBranch: 'else' }).output, 'b');
  });

  test('may be answered place by place', () => {
    const { output } = run(`${text}${text}`, {
      unknownBranch: ({ node }) => (node.start === 0 ? 'first' : 'else'),
    });
    assert.equal(output, 'yesno');
  });
});
