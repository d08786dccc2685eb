// Kills `waybill mirror` in each phase of a push, at random moments, and looks for anything half. Run by
// `npm run soak`.
import { parseArgs } from 'node:util';
import { type Killed, phases, startKillRig } from '../acceptance/support/kill.ts';
import { findProgram } from '../contract/support/peers.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const wanted = Number(values.kills);
const registry = findProgram('docker-registry');
const targets = [
  { name: 'ECR', registry: null, kills: wanted },
  // It writes all to the disk, which takes several times as long.
  ...(registry === null ? [] : [{ name: 'docker-registry', registry, kills: Math.ceil(wanted / 5) }]),
];

const deadline = Date.now() + Number(values.minutes) * 60_000;
let failed = false;
for (const [i, target] of targets.entries()) failed = !(await soak(target, seed + i)) || failed;
process.exit(failed ? 1 : 0);

async function soak({ name, registry, kills }: (typeof targets)[number], seed: number): Promise<boolean> {
  const rig = await startKillRig(seed, registry);
  const done: Killed[] = [];
  let now = '';
  try {
    for (let i = 0; i < kills && Date.now() < deadline; i++)
      for (const phase of phases) {
        const moment = rig.moment(phase);
        now = JSON.stringify(moment);
        done.push(await rig.kill(moment));
      }
    const again = done.reduce((sum, { before, after }) => sum + Math.max(0, before + after - rig.size), 0);
    console.log(
      `kill: ${name}: ${done.length} kills, ${done.length / phases.length} in each of ${phases.length} phases, nothing half seen; ${percent(again / (rig.size * done.length))} of the bytes sent twice, all of them of blobs that were in flight (seed ${seed})`,
    );
    if (done.length >= kills * phases.length) return true;
    console.error(`FAILED: ${name}: time was up after ${done.length} kills (--minutes)`);
    return false;
  } catch (error) {
    console.error(`FAILED: ${name}, seed ${seed}, after ${done.length} kills, at ${now}`);
    console.error(error);
    return false;
  } finally {
    await rig.close();
  }
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
