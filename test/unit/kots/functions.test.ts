import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isKotsOutcome, kotsCounts, kotsGolden, kotsOutcomes } from '../../support/golden/kots.ts';

const golden = kotsGolden();

describe('the template functions against what KOTS makes of them', () => {
  test('there are enough cases for each function, and not too many of them errors', () => {
    const errors = golden.cases.filter(({ err }) => err !== undefined).length;
    assert.ok(errors <= golden.cases.length / 5, `${errors} of ${golden.cases.length} are errors`);
    if (process.env.WAYBILL_KOTS_GOLDEN !== undefined) return;
    const counts = kotsCounts(golden);
    assert.deepEqual(
      counts.filter(([, count]) => count < 10),
      [],
    );
    assert.ok(counts.length > 40, `${counts.length}`);
  });

  test('the same output, all of it known, and errors in the same words', () => {
    const wrong = kotsOutcomes(golden).filter((outcome) => !isKotsOutcome(outcome));
    // A few tell what is wrong, and are compared in no time.
    assert.deepEqual(
      wrong.slice(0, 20).map(({ one, text, error }) => ({ ...one, here: error ?? text })),
      [],
    );
  });
});
