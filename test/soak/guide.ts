// Kills `waybill guide` in each step that changes something, at random moments, and takes it again until it ends: then
// each thing must be there once. Run by `npm run soak`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assertEnds, killedIn, phases } from '../acceptance/support/guide.ts';
import { randomFrom } from '../support/random.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
/** A step that does most says or hears something this often; one that does less is killed at its end. */
const MOST_MOMENTS = 24;

const seed = Number(values.seed);
const wanted = Number(values.kills);
const random = randomFrom(seed);
const deadline = Date.now() + Number(values.minutes) * 60_000;
let rounds = 0;
let now = '';
try {
  // Each round is a guide of its own, killed once in every step.
  for (; rounds < wanted && Date.now() < deadline; rounds++) {
    const data = mkdtempSync(join(tmpdir(), 'waybill-guide-'));
    try {
      for (const phase of phases) {
        // Early moments are the more telling ones: most steps have few.
        const moment = 1 + random(1 + random(MOST_MOMENTS));
        now = `moment ${moment} of "${phase}"`;
        await killedIn(data, { phase, moment });
      }
      now = 'the end';
      await assertEnds(data);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  }
} catch (error) {
  console.error(`FAILED: guide, seed ${seed}, round ${rounds + 1}, at ${now}`);
  console.error(error);
  process.exit(1);
}
console.log(
  `guide: ${rounds * phases.length} kills, ${rounds} in each of ${phases.length} steps; ${rounds} guides taken again to their end, nothing twice (seed ${seed})`,
);
if (rounds < wanted) {
  console.error(`FAILED: guide: time was up after ${rounds} rounds (--minutes)`);
  process.exit(1);
}
