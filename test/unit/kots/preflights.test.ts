import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { preflightGolden, preflightOutcome } from '../../support/golden/preflights.ts';

describe('preflights are gathered as Troubleshoot gathers them', () => {
  for (const one of preflightGolden()) test(one.name, () => assert.equal(preflightOutcome(one), one.made));
});
