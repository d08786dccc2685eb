import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startSandbox } from '../../sandbox/src/index.ts';
import { findProgram, runs } from './support/peers.ts';
import { deployment, portalCall } from './support/portal.ts';

const run = promisify(execFile);

/** The replicated CLI (github.com/replicatedhq/replicated), installed or built by whoever wants this test. */
const program = process.env.WAYBILL_REPLICATED ?? findProgram('replicated');
const skip = runs(program, 'version')
  ? false
  : 'the replicated CLI is not installed; WAYBILL_REPLICATED names one';

test('the replicated CLI works with the sandbox’s portal', { skip }, async () => {
  const sandbox = await startSandbox();
  const folder = mkdtempSync(join(tmpdir(), 'waybill-replicated-'));
  const env = {
    ...process.env,
    ...sandbox.env,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    REPLICATED_APP: 'mysampleecrapp',
  };
  const replicated = async (...args: readonly string[]): Promise<string> =>
    (await run(program ?? '', [...args], { env, cwd: folder })).stdout;
  const listed = async (...args: readonly string[]) =>
    JSON.parse(await replicated(...args, '--output', 'json'));
  try {
    const apps = JSON.stringify(await listed('app', 'ls'));
    for (const slug of ['mysampleecrapp', 'hello', 'fleetbook']) assert.ok(apps.includes(`"${slug}"`), apps);
    const channels = JSON.stringify(await listed('channel', 'ls'));
    for (const name of ['Stable', 'Beta', 'Unstable']) assert.ok(channels.includes(`"${name}"`), channels);

    const manifests = join(folder, 'manifests');
    const text = deployment('web', 'nginx:1.25');
    mkdirSync(manifests);
    writeFileSync(join(manifests, 'web.yaml'), text);
    const more = ['--version', '1.0.0', '--release-notes', 'First'];
    await replicated('release', 'create', '--yaml-dir', manifests, '--promote', 'Unstable', ...more);
    const kept = await portalCall(sandbox, 'GET', '/v3/app/app-1/release/1');
    assert.deepEqual(JSON.parse(kept.body.release.spec), [
      { name: 'web.yaml', path: 'web.yaml', content: text, children: [] },
    ]);
    const channel = await portalCall(sandbox, 'GET', '/v3/app/app-1/channel/app-1-unstable');
    assert.deepEqual(
      [channel.body.channel.releaseSequence, channel.body.channel.currentVersion],
      [1, '1.0.0'],
    );
    await replicated('release', 'promote', '1', 'Beta', '--version', '1.0.0');
    assert.match(JSON.stringify(await listed('release', 'ls')), /"sequence":1/);

    const endpoint = `${sandbox.accountId}.dkr.ecr.us-west-2.amazonaws.com`;
    const key = ['--accesskeyid', 'AKIASANDBOXREADONLY0', '--secretaccesskey', 'sandbox-read-only-secret'];
    await replicated('registry', 'add', 'ecr', '--endpoint', endpoint, ...key);
    assert.ok(JSON.stringify(await listed('registry', 'ls')).includes(endpoint));
    const demo = `${sandbox.accountId}.dkr.ecr.us-east-2.amazonaws.com`;
    assert.match(await replicated('registry', 'test', demo, '--image', 'demo-apps/api:1.4.2'), /OK|200/);

    await replicated('customer', 'create', '--name', 'Acme', '--channel', 'Unstable');
    assert.ok(JSON.stringify(await listed('customer', 'ls')).includes('"Acme"'));
    const licence = await replicated('customer', 'download-license', '--customer', 'Acme');
    assert.match(licence, /kind: License[\s\S]*appSlug: "mysampleecrapp"/);
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
