import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startSandbox } from '../../sandbox/src/index.ts';
import { clusterCall } from './support/cluster.ts';
import { findProgram, runs } from './support/peers.ts';
import { customerWithLicense, deployment, promoted } from './support/portal.ts';

const run = promisify(execFile);
const kubectl = findProgram('kubectl');
const skip = runs(kubectl, 'version', '--client') ? false : 'kubectl is not installed';
const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

test('kubectl reads the sandbox’s cluster with its kubeconfig', { skip }, async () => {
  const sandbox = await startSandbox();
  const ask = async (...args: readonly string[]): Promise<string> =>
    (await run(kubectl ?? '', [...args], { env: { ...process.env, ...sandbox.env } })).stdout;
  try {
    const files = { 'web.yaml': deployment('web', `${ecr}/demo-apps/api:1.4.2`, `${ecr}/demo-apps/api:9`) };
    await promoted(sandbox, files);
    const { license } = await customerWithLicense(sandbox);
    await clusterCall(sandbox, 'POST', '/sandbox/install', { license });

    assert.match(
      await ask('get', 'pods'),
      /^NAME +READY +STATUS[\s\S]*\nweb-\S+ +1\/2 +ImagePullBackOff +0 /,
    );
    const { items } = JSON.parse(await ask('get', 'pods', '-l', 'app=web', '-o', 'json'));
    assert.match(items[0].status.containerStatuses[0].imageID, /^proxy\.replicated\.com\/proxy\/.*@sha256:/);
    const described = await ask('describe', 'pods', '-l', 'app=web');
    assert.match(described, /Image: +proxy\.replicated\.com\/proxy\/mysampleecrapp\/429114214526/);
    assert.match(described, /Failed to pull image "\S+demo-apps\/api:9": .*not found/);
    assert.match(await ask('get', 'deploy', 'web', '-o', 'name'), /^deployment\.apps\/web\n$/);
    assert.match(await ask('get', 'secret', 'mysampleecrapp-registry', '-o', 'yaml'), /dockerconfigjson/);
    await assert.rejects(ask('get', 'pods', '--token', 'else'), /Unauthorized|logged in/);
  } finally {
    await sandbox.close();
  }
});
