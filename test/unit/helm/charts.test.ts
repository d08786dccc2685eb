import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chartGolden, chartOutcome, isChartOutcome } from '../../support/golden/charts.ts';

describe('charts are rendered as Helm renders them', () => {
  for (const one of chartGolden())
    test(one.name, () => {
      const made = chartOutcome(one);
      if (!isChartOutcome(made, one.made)) assert.deepEqual(made, one.made);
    });
});
