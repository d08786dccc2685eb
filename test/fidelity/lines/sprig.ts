import { isDeepStrictEqual } from 'node:util';
import { type SprigCase, sprigOutcome } from '../../support/golden/sprig.ts';
import { type Line, line } from '../line.ts';

/** Calls of Sprig's functions and what Sprig made of them: the same value, or an error in both. */
export function sprig(what: string, cases: readonly SprigCase[]): Line {
  const differing = cases.flatMap((one) => {
    const got = outcome(one.call);
    const same = one.error === undefined ? isDeepStrictEqual(got.value, one.value) : got.error !== undefined;
    return same ? [] : [`${one.call}\n  Go   ${shown(one)}\n  here ${shown(got)}`];
  });
  return line(what, cases.length, differing);
}

/** A crash is a difference, too. */
function outcome(call: string): SprigCase {
  try {
    return sprigOutcome(call);
  } catch (error) {
    return { call, value: `CRASH ${error instanceof Error ? error.message : String(error)}` };
  }
}

const shown = ({ value, error }: SprigCase): string =>
  error === undefined ? (JSON.stringify(value) ?? 'nothing') : `error ${error}`;
