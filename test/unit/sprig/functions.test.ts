import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { sprigSignatures } from '../../../server/src/core/sprig/signatures.ts';
import { countCalls } from '../../support/golden/count.ts';
import { deliberate } from '../../support/golden/deliberate.ts';
import { kotsFunctionsUnderTest, kotsGolden } from '../../support/golden/kots.ts';
import { type SprigCase, sprigFiles, sprigOutcome, sprigUnderTest } from '../../support/golden/sprig.ts';

describe('Sprig gives what Masterminds/sprig v3.3.0 gives', () => {
  for (const { name, cases } of sprigFiles())
    test(name, () => {
      const wrong = cases.flatMap((one) => {
        const got = sprigOutcome(one.call);
        return isDeepStrictEqual(got, one) ? [] : [`${one.call}\n  Go   ${short(one)}\n  here ${short(got)}`];
      });
      assert.equal(wrong.length, 0, `${wrong.length} of ${cases.length}\n${wrong.slice(0, 40).join('\n')}`);
    });

  test('at least ten cases call each function, and at most a fifth of them are errors', () => {
    const cases = sprigFiles().flatMap((file) => file.cases);
    const calls = countCalls(cases.map((one) => one.call));
    assert.deepEqual(
      [...sprigUnderTest.keys()].filter((name) => (calls.get(name) ?? 0) < 10),
      [],
    );
    assert.ok(cases.filter((one) => one.error !== undefined).length <= cases.length / 5);
  });

  test('what deliberately differs is of at most ten kinds, all of functions that there are', () => {
    assert.ok(deliberate.length <= 10);
    const known = kotsFunctionsUnderTest(kotsGolden());
    for (const { functions } of deliberate) for (const name of functions) assert.ok(known.has(name), name);
  });
});

const short = ({ value, error }: SprigCase): string =>
  error === undefined ? JSON.stringify(value) : `error ${error}`;

test('each function has a signature, and each signature a function', () => {
  assert.deepEqual(sprigSignatures.map(({ name }) => name).sort(), [...sprigUnderTest.keys()].sort());
});
