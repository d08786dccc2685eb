import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderKots } from '../../../server/src/core/kots/functions/render.ts';
import { sprigFunctions } from '../../../server/src/core/sprig/functions.ts';

const functions = sprigFunctions({ now: 0n });
const render = (text: string) => renderKots('a.yaml', text, functions);

/** What counts against the limits is the execution itself, not a stand-in of a test. */
for (const [text, made] of [
  ['repl{{ range until 3 }}.repl{{ . }}repl{{ end }}', '.0.1.2'],
  ['repl{{ untilStep 1 6 2 }}', '[1 3 5]'],
  ['repl{{ seq 3 }}', '1 2 3'],
] as const)
  test(text, () => {
    const { text: shown, error } = render(text);
    assert.deepEqual([shown, error], [made, null]);
  });

test('too many numbers are refused', () => {
  for (const call of ['until 100000000', 'seq 1 100000000', 'untilStep 0 100000000 1'])
    assert.match(render(`repl{{ ${call} }}`).error ?? '', /^template: a\.yaml:1:/);
});
