import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { type Ran, waybill } from './support/cli.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
const faults = ['fail5xx', 'html200', 'reset', 'deny', 'expire'] as const;
type Fault = (typeof faults)[number];
beforeEach(() => {
  sandbox.portal.releases.length = 0;
  sandbox.portal.promotions.length = 0;
  for (const fault of faults) sandbox.quirks[fault].length = 0;
});
after(() => sandbox.close());

const application = (title: string): string =>
  `apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: hello\nspec:\n  title: ${title}\n`;
const push = (folder: string): Promise<Ran> =>
  waybill(['release', 'push', folder, '--channel', 'Unstable', '--yes', '--offline'], {
    env: { ...sandbox.env, REPLICATED_APP: 'hello' },
  });
const held = () => ({
  releases: sandbox.portal.releases.length,
  promoted: sandbox.portal.promotions.map(({ sequence }) => sequence),
});

/** Every call that a push makes of the portal, in their order, and what may be there when one of them fails. */
const calls: readonly (readonly [operation: string, releases: number])[] = [
  ['ListApps', 1],
  ['ListChannels', 1],
  ['GetChannel', 1],
  ['GetRelease', 1],
  ['ListReleases', 1],
  ['CreateRelease', 1],
  ['PromoteRelease', 2],
];
/** What each fault is to the person: refused, or out of order. */
const codes: Readonly<Record<Fault, number>> = { fail5xx: 6, html200: 6, reset: 6, deny: 4, expire: 4 };

describe('whatever call of the portal fails, in whatever way', () => {
  for (const [operation, releases] of calls)
    for (const fault of faults)
      test(`${operation}: ${fault}: nothing is promoted, it is said, and the same command finishes it`, async () => {
        assert.equal((await push(folderWith({ 'app.yaml': application('Before') }))).code, 0);
        const folder = folderWith({ 'app.yaml': application('After') });
        sandbox.quirks[fault].push({ plane: 'portal', operation });
        const { code, stdout, stderr } = await push(folder);
        assert.equal(code, codes[fault], stderr);
        assert.deepEqual(held(), { releases, promoted: [1] }, stderr);
        assert.match(stderr, /^waybill release push: [A-Z].*\.$/m);
        assert.doesNotMatch(`${stdout}${stderr}`, /\bat .*\.mjs:\d+|undefined|\[object/);
        sandbox.quirks[fault].length = 0;
        const next = await push(folder);
        assert.equal(next.code, 0, next.stderr);
        assert.deepEqual(held(), { releases: 2, promoted: [1, 2] });
      });
});
