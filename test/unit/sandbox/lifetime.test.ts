import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startSandbox } from '../../../sandbox/src/index.ts';
import { pushImage } from '../../contract/registry/target.ts';
import { ask } from '../../contract/support/http.ts';
import { testImage } from '../../contract/support/images.ts';
import { signedCall } from '../../contract/support/signed.ts';

test('a folder keeps what was pushed, deleted and set, and is not seeded twice', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'waybill-sandbox-'));
  try {
    const first = await startSandbox({ dataDir });
    const token = await signedCall(first, 'GetAuthorizationToken', {});
    const [data] = token.body.authorizationData as { authorizationToken: string }[];
    const target = {
      url: first.registryUrl,
      authorization: `Basic ${data?.authorizationToken}`,
      prepare: async () => {},
    };
    await pushImage(target, 'demo-apps/worker', '1.0.0', testImage('kept'));
    await signedCall(first, 'DeleteRepository', { repositoryName: 'demo-apps/api', force: true });
    await signedCall(first, 'PutImageTagMutability', {
      repositoryName: 'demo-apps/worker',
      imageTagMutability: 'IMMUTABLE',
    });
    await ask('POST', `${first.registryUrl}/v2/demo-apps/worker/blobs/uploads/`, {
      headers: { authorization: target.authorization },
      body: '',
    });
    assert.equal(readdirSync(join(dataDir, 'uploads')).length, 1);
    await first.close();
    assert.deepEqual(readdirSync(join(dataDir, 'uploads')), []);

    const second = await startSandbox({ dataDir });
    const worker = await signedCall(second, 'DescribeImages', {
      repositoryName: 'demo-apps/worker',
      imageIds: [{ imageTag: '0.9.0' }, { imageTag: '1.0.0' }],
    });
    assert.equal((worker.body.imageDetails as unknown[]).length, 2);
    const setting = await signedCall(second, 'DescribeRepositories', {
      repositoryNames: ['demo-apps/worker'],
    });
    assert.equal(
      (setting.body.repositories as { imageTagMutability: string }[])[0]?.imageTagMutability,
      'IMMUTABLE',
    );
    const api = await signedCall(second, 'DescribeImages', { repositoryName: 'demo-apps/api' });
    assert.equal(api.body.__type, 'RepositoryNotFoundException');
    await second.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('many changes at once are all kept', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'waybill-sandbox-'));
  try {
    const first = await startSandbox({ dataDir, empty: true });
    const names = Array.from({ length: 30 }, (_, index) => `many/r${index}`);
    await Promise.all(
      names.map((repositoryName) => signedCall(first, 'CreateRepository', { repositoryName })),
    );
    await first.close();
    const second = await startSandbox({ dataDir });
    const { body } = await signedCall(second, 'DescribeRepositories', {});
    assert.deepEqual(
      (body.repositories as { repositoryName: string }[]).map((each) => each.repositoryName).sort(),
      names.sort(),
    );
    await second.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('the environment says where everything is', async () => {
  const sandbox = await startSandbox();
  try {
    assert.equal(sandbox.env.AWS_ENDPOINT_URL_ECR, sandbox.url);
    assert.equal(sandbox.env.AWS_ENDPOINT_URL_IAM, sandbox.iamUrl);
    assert.equal(sandbox.env.AWS_ENDPOINT_URL_STS, sandbox.iamUrl);
    assert.equal(sandbox.env.REPLICATED_API_ORIGIN, sandbox.portalUrl);
    assert.ok(readFileSync(sandbox.env.KUBECONFIG ?? '', 'utf8').includes(`server: ${sandbox.clusterUrl}\n`));
    assert.equal(sandbox.env.AWS_REGION, 'us-east-2');
    const endpoints = JSON.parse(sandbox.env.WAYBILL_REGISTRY_ENDPOINTS ?? '') as Record<string, string>;
    for (const host of ['docker.io', 'quay.io', 'ghcr.io', 'public.ecr.aws', '*']) {
      assert.equal(endpoints[host], sandbox.publicUrl);
    }
    for (const url of [sandbox.url, sandbox.registryUrl, sandbox.publicUrl, sandbox.clusterUrl]) {
      assert.match(url, /^https?:\/\/127\.0\.0\.1:\d+$/);
    }
  } finally {
    await sandbox.close();
  }
});

test('nobody outside this machine can connect', async (context) => {
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find((each) => !each.internal && each.family === 'IPv4');
  if (outside === undefined) {
    context.skip('this machine has no address but its own');
    return;
  }
  const sandbox = await startSandbox();
  try {
    for (const url of [
      sandbox.url,
      sandbox.publicUrl,
      sandbox.portalUrl,
      sandbox.iamUrl,
      sandbox.clusterUrl,
    ]) {
      const refused = new Promise((resolve, reject) => {
        const socket = connect(Number(new URL(url).port), outside.address);
        socket.on('connect', () => reject(new Error(`${outside.address} took the connection`)));
        socket.on('error', resolve);
      });
      assert.equal(((await refused) as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    }
  } finally {
    await sandbox.close();
  }
});

test('a port that is taken is an error, and leaves nothing open; close ends everything', async () => {
  const first = await startSandbox();
  const port = Number(new URL(first.url).port);
  await assert.rejects(startSandbox({ port }), { code: 'EADDRINUSE' });
  await first.close();
  await assert.rejects(ask('GET', first.url), { code: 'ECONNREFUSED' });
  await assert.rejects(ask('GET', `${first.publicUrl}/v2/`), { code: 'ECONNREFUSED' });
});
