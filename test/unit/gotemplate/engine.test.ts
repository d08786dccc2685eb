import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { builtins } from '../../../server/src/core/gotemplate/builtins.ts';
import type { TemplateGolden } from '../../oracle/templates/case.ts';
import { countCalls } from '../../support/golden/count.ts';
import { isTemplateOutcome, templateGolden, templateOutcome } from '../../support/golden/templates.ts';

const golden = templateGolden();

/** Errors whose words differ from Go's, by the template; each has its reason. */
const otherWords: ReadonlySet<string> = new Set([
  // Go names the template that it was asked through, which we have not.
  'fine',
]);

describe('templates against Go itself', () => {
  const results = golden.cases.map((one) => ({ one, result: templateOutcome(one, golden.data) }));

  test('there are enough cases, and not too many of them errors', () => {
    const errors = golden.cases.filter((one) => one.err !== undefined).length;
    assert.ok(golden.cases.length >= 1500);
    assert.ok(errors <= golden.cases.length / 5, `${errors} of ${golden.cases.length} are errors`);
  });

  test('at least ten cases call each of Go’s own functions', () => {
    const calls = countCalls(golden.cases.map((one) => one.files.map(({ text }) => text).join('\n')));
    assert.deepEqual(
      [...builtins.keys()].filter((name) => (calls.get(name) ?? 0) < 10),
      [],
    );
  });

  test('the same output, and an error where Go has one', () => {
    const wrong = results.filter(({ one, result }) => !isTemplateOutcome(one, result));
    assert.deepEqual(wrong.map(shown), []);
  });

  test('the same errors in the same words', () => {
    const wrong = results.filter(
      ({ one, result }) =>
        one.err !== undefined &&
        result.error !== null &&
        result.error !== one.err &&
        !otherWords.has(one.files.map((file) => file.text).join('\n')),
    );
    assert.deepEqual(wrong.map(shown), []);
  });
});

const shown = ({
  one,
  result,
}: {
  one: TemplateGolden['cases'][number];
  result: ReturnType<typeof templateOutcome>;
}) => ({
  text: one.files.map((file) => file.text).join('\n'),
  go: one.err ?? one.out,
  ours: result.error ?? result.output,
});
