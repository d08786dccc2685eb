import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findProgram } from '../contract/support/peers.ts';
import { type KillRig, phases, startKillRig } from './support/kill.ts';

/**
 * `kill -9` of `waybill mirror` in each phase of a push. `npm run soak -- --only kill` does the same more often and
 * from other seeds.
 */
const program = findProgram('docker-registry');
const targets = [
  { name: "the sandbox's ECR", registry: null, kills: 5, skip: false },
  {
    name: 'docker-registry',
    registry: program,
    // It takes its time to write to the disk.
    kills: 2,
    skip: program === null ? 'docker-registry is not installed' : false,
  },
] as const;

for (const { name, registry, kills, skip } of targets)
  describe(`waybill mirror, killed while it copies to ${name}`, { skip }, () => {
    let rig: KillRig;
    before(async () => {
      rig = await startKillRig(4, registry);
    });
    after(() => rig.close());

    for (const phase of phases)
      test(`${phase}: nothing half is seen, and the next run sends only the rest`, async () => {
        for (let i = 0; i < kills; i++) {
          const { before: sent } = await rig.kill(rig.moment(phase));
          if (phase === 'before the first upload') assert.equal(sent, 0);
          if (phase === 'before the tag') assert.equal(sent, rig.size);
        }
      });
  });
