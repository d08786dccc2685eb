import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execute } from '../../../server/src/core/gotemplate/execute.ts';
import { parseTemplate } from '../../../server/src/core/gotemplate/parse.ts';
import { templateSet } from '../../../server/src/core/gotemplate/set.ts';
import type { TemplateGolden } from '../../oracle/templates/case.ts';
import { root } from '../../support/paths.ts';
import { functions, typed } from './host.ts';

const golden = JSON.parse(
  readFileSync(
    process.env.WAYBILL_ENGINE_GOLDEN ?? join(root, 'test/fixtures/gotemplate/engine.json'),
    'utf8',
  ),
) as TemplateGolden;

/** Errors whose words differ from Go's, by the template; each has its reason. */
const otherWords: ReadonlySet<string> = new Set([
  // Go names the template that it was asked through, which we have not.
  'fine',
]);

describe('templates against Go itself', () => {
  const results = golden.cases.map((one) => {
    const files = one.files.map(({ name, text }) =>
      parseTemplate(name, text, { delims: { left: one.left ?? '', right: one.right ?? '' }, functions }),
    );
    const result = execute(templateSet(files), one.execute, typed(golden.data[one.data]), {
      functions,
      missingKey: one.missingKey ?? 'default',
    });
    // JSON from Go has this letter where a byte is no UTF-8.
    return { one, result: { ...result, output: result.output.replaceAll(/[\udc80-\udcff]/gu, '\ufffd') } };
  });

  test('there are enough cases, and not too many of them errors', () => {
    const errors = golden.cases.filter((one) => one.err !== undefined).length;
    assert.ok(golden.cases.length >= 1500);
    assert.ok(errors <= golden.cases.length / 5, `${errors} of ${golden.cases.length} are errors`);
  });

  test('the same output, and an error where Go has one', () => {
    const wrong = results.filter(
      ({ one, result }) => result.output !== one.out || (result.error === null) !== (one.err === undefined),
    );
    assert.deepEqual(wrong.map(shown), []);
  });

  test('the same errors in the same words', () => {
    const wrong = results.filter(
      ({ one, result }) =>
        one.err !== undefined &&
        result.error !== null &&
        result.error.message !== one.err &&
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
  result: ReturnType<typeof execute>;
}) => ({
  text: one.files.map((file) => file.text).join('\n'),
  go: one.err ?? one.out,
  ours: result.error?.message ?? result.output,
});
