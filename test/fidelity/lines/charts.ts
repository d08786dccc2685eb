import { chartGolden, chartOutcome, isChartOutcome } from '../../support/golden/charts.ts';
import { preflightGolden, preflightOutcome } from '../../support/golden/preflights.ts';
import { type Line, line } from '../line.ts';

/** Charts' templates and what Helm made of them: the same objects in the same order, or the same error. */
export function charts(what: string): Line {
  const cases = chartGolden();
  const differing = cases.flatMap((one) => {
    const made = chartOutcome(one);
    if (isChartOutcome(made, one.made)) return [];
    return [`${one.name}\n  Helm ${JSON.stringify(one.made)}\n  here ${JSON.stringify(made)}`];
  });
  return line(what, cases.length, differing);
}

/** Rendered files and the one preflight that is made of all in them. */
export function preflights(what: string): Line {
  const cases = preflightGolden();
  const differing = cases.flatMap((one) => {
    const made = preflightOutcome(one);
    return made === one.made ? [] : [`${one.name}\n  Troubleshoot ${one.made}\n  here ${made}`];
  });
  return line(what, cases.length, differing);
}
