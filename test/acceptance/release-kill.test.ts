import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { root } from '../support/paths.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { bareEnvironment, waybill } from './support/cli.ts';
import { type Passage, type PortalGate, startPortalGate } from './support/portal-gate.ts';

let sandbox: Sandbox;
let gate: PortalGate;
before(async () => {
  sandbox = await startSandbox();
  gate = await startPortalGate(sandbox.portalUrl);
});
beforeEach(() => {
  gate.decide = () => 'pass';
  sandbox.portal.releases.length = 0;
  sandbox.portal.promotions.length = 0;
});
after(async () => {
  await gate.close();
  await sandbox.close();
});

const env = () => ({ ...sandbox.env, REPLICATED_API_ORIGIN: gate.url, REPLICATED_APP: 'hello' });
const args = (folder: string): string[] => [
  'release',
  'push',
  folder,
  '--channel',
  'Unstable',
  '--yes',
  '--offline',
];
const folder = (): string =>
  folderWith({
    'app.yaml':
      'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: hello\nspec:\n  title: Hello\n',
  });
const held = () => ({
  releases: sandbox.portal.releases.length,
  promoted: sandbox.portal.promotions.map(({ sequence }) => sequence),
});

/** Runs a push up to a call of the portal, the nth one that ends so, and ends it there. */
async function endedAt(
  at: string,
  passage: Passage,
  release: string,
  signal: 'SIGKILL' | 'SIGINT',
  nth = 1,
): Promise<{ code: number | null; stderr: string }> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, 'dist/server/waybill.cjs'), ...args(release)],
    {
      cwd: root,
      env: { ...bareEnvironment, ...env() },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 60_000,
    },
  );
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  let count = 0;
  const came = new Promise<void>((resolve) => {
    // An answer that is held back comes after the portal has done what it was asked.
    gate.onHeld = resolve;
    gate.decide = (call) => {
      if (!call.endsWith(at) || ++count !== nth) return 'pass';
      if (passage === 'hold') resolve();
      return passage;
    };
  });
  const gone = once(child, 'exit');
  const first = await Promise.race([came.then(() => 'came'), gone.then(() => 'gone')]);
  assert.equal(first, 'came', stderr);
  child.kill(signal);
  const [code] = (await gone) as [number | null];
  gate.decide = () => 'pass';
  return { code, stderr };
}

const phases: readonly (readonly [string, string, Passage, ReturnType<typeof held>])[] = [
  ['before the channel is read', 'GET /v3/app/app-2/channels', 'hold', { releases: 0, promoted: [] }],
  ['before the release is created', 'POST /v3/app/app-2/release', 'hold', { releases: 0, promoted: [] }],
  [
    'before it hears that it was created',
    'POST /v3/app/app-2/release',
    'hold the answer',
    { releases: 1, promoted: [] },
  ],
  ['before it is promoted', '/promote', 'hold', { releases: 1, promoted: [] }],
  ['before it hears that it was promoted', '/promote', 'hold the answer', { releases: 1, promoted: [1] }],
];

describe('killed in any phase, the same command finishes it, and nothing is done twice', () => {
  for (const [phase, at, passage, left] of phases)
    test(phase, async () => {
      const release = folder();
      await endedAt(at, passage, release, 'SIGKILL');
      assert.deepEqual(held(), left);
      const { code, stderr } = await waybill(args(release), { env: env() });
      assert.equal(code, 0, stderr);
      assert.deepEqual(held(), { releases: 1, promoted: [1] });
    });
});

describe('interrupted, it says what was and was not done', () => {
  const says: readonly (readonly [string, string, number, RegExp])[] = [
    ['before anything', 'GET /v3/app/app-2/channels', 1, /Nothing was created, and nothing was promoted/],
    [
      'while it is created',
      'POST /v3/app/app-2/release',
      1,
      /not known whether the release was created; nothing was promoted/,
    ],
    [
      'when it was created',
      'GET /v3/app/app-2/channel/app-2-unstable',
      2,
      /Release 1 of hello was created and not promoted; the same command promotes it/,
    ],
  ];
  for (const [phase, at, nth, words] of says)
    test(`${phase}: 130`, async () => {
      const release = folder();
      const { code, stderr } = await endedAt(at, 'hold', release, 'SIGINT', nth);
      assert.equal(code, 130);
      assert.match(stderr, words);
      assert.equal((await waybill(args(release), { env: env() })).code, 0);
      assert.deepEqual(held(), { releases: 1, promoted: [1] });
    });
});
