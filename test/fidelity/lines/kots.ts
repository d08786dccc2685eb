import type { KotsGolden } from '../../oracle/kots/case.ts';
import { isKotsOutcome, kotsOutcomes } from '../../support/golden/kots.ts';
import { type Line, line } from '../line.ts';

/** Templates of the app manager's own functions, in installations of many kinds. */
export function kots(what: string, golden: KotsGolden): Line {
  const differing = kotsOutcomes(golden)
    .filter((outcome) => !isKotsOutcome(outcome))
    .map(
      ({ one, text, error }) =>
        `${one.context}: ${one.text}\n  KOTS ${one.err ?? one.out}\n  here ${error ?? text}`,
    );
  return line(
    what,
    golden.cases.length,
    differing,
    'KOTS as read in its source, over the libraries that it calls',
  );
}
