import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import { ask, errorCode } from '../../contract/support/http.ts';
import { signedCall } from '../../contract/support/signed.ts';

async function withSandbox(use: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox();
  try {
    await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

const list = (sandbox: Sandbox, repositoryName: string) =>
  signedCall(sandbox, 'ListImages', { repositoryName });

test('a rule strikes what it names, as often as it says', () =>
  withSandbox(async (sandbox) => {
    sandbox.quirks.throttle.push({ operation: 'ListImages', repository: 'demo-apps/api', times: 2 });
    const statuses: number[] = [];
    for (let calls = 0; calls < 3; calls += 1) statuses.push((await list(sandbox, 'demo-apps/api')).status);
    assert.deepEqual(statuses, [400, 400, 200]);
    assert.equal((await list(sandbox, 'demo-apps/web')).status, 200);
  }));

test('an expired session is ExpiredTokenException', () =>
  withSandbox(async (sandbox) => {
    sandbox.quirks.expire.push({ plane: 'control' });
    assert.deepEqual((await list(sandbox, 'demo-apps/api')).body, {
      __type: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    });
  }));

test('a broken server answers 500, or what the rule says, on every plane', () =>
  withSandbox(async (sandbox) => {
    sandbox.quirks.fail5xx.push({ status: 503 });
    const answer = await list(sandbox, 'demo-apps/api');
    assert.equal(answer.status, 503);
    assert.equal(answer.body.__type, 'ServerException');
    assert.equal((await ask('GET', `${sandbox.registryUrl}/v2/`)).status, 503);
    assert.equal((await ask('GET', `${sandbox.publicUrl}/v2/`)).status, 503);
    assert.equal((await ask('GET', `${sandbox.publicUrl}/token`)).status, 503);
  }));

test('a torn connection is an error of the connection', () =>
  withSandbox(async (sandbox) => {
    sandbox.quirks.reset.push({ operation: 'ListImages' });
    await assert.rejects(list(sandbox, 'demo-apps/api'), { code: 'ECONNRESET' });
    assert.equal(sandbox.calls.at(-1)?.status, 0);
  }));

test('a call that hangs is recorded, and ends when the sandbox closes', async () => {
  const sandbox = await startSandbox();
  sandbox.quirks.hang.push({ operation: 'ListImages' });
  const hanging = assert.rejects(list(sandbox, 'demo-apps/api'));
  while (sandbox.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    sandbox.calls.map((call) => [call.operation, call.status]),
    [['ListImages', 0]],
  );
  await sandbox.close();
  await hanging;
});

test('a sign-in page is HTML with status 200', () =>
  withSandbox(async (sandbox) => {
    sandbox.quirks.html200.push({});
    const page = await ask('POST', sandbox.url, { body: '{}' });
    assert.equal(page.status, 200);
    assert.match(page.headers['content-type'] ?? '', /^text\/html/);
  }));

test('a blob is cut off or changed on the way, and whole the next time', () =>
  withSandbox(async (sandbox) => {
    const { body } = await signedCall(sandbox, 'BatchGetImage', {
      repositoryName: 'demo-apps/amd64-only',
      imageIds: [{ imageTag: '1.0.0' }],
    });
    const [image] = body.images as { imageManifest: string }[];
    const { layers } = JSON.parse(image?.imageManifest ?? '') as {
      layers: { digest: string; size: number }[];
    };
    const { digest: layerDigest = '', size = 0 } = layers[0] ?? {};
    const url = async () => {
      const input = { repositoryName: 'demo-apps/amd64-only', layerDigest };
      return String((await signedCall(sandbox, 'GetDownloadUrlForLayer', input)).body.downloadUrl);
    };
    const whole = (await ask('GET', await url())).body;
    assert.equal(whole.length, size);
    sandbox.quirks.cut.push({ plane: 'storage', afterBytes: 100, times: 1 });
    await assert.rejects(ask('GET', await url()));
    sandbox.quirks.corrupt.push({ plane: 'storage', times: 1 });
    const changed = (await ask('GET', await url())).body;
    assert.equal(changed.length, size);
    assert.ok(!changed.equals(whole));
    assert.ok((await ask('GET', await url())).body.equals(whole));
  }));

test('calls are recorded on every plane, without secrets', () =>
  withSandbox(async (sandbox) => {
    await list(sandbox, 'demo-apps/api');
    const refused = await ask('GET', `${sandbox.registryUrl}/v2/demo-apps/api/manifests/1.4.2`);
    assert.equal(refused.status, 401);
    const upstream = await ask('GET', `${sandbox.publicUrl}/v2/library/nginx/tags/list`);
    assert.equal(errorCode(upstream), 'UNAUTHORIZED');
    const stolen = await ask('GET', `${sandbox.publicUrl}/v2/x/y/blobs/z?X-Amz-Signature=abc`);
    assert.equal(stolen.status, 401);
    assert.deepEqual(
      sandbox.calls.map(({ plane, operation, action, repository, region, status }) => [
        plane,
        operation,
        action,
        repository,
        region,
        status,
      ]),
      [
        ['control', 'ListImages', 'ListImages', 'demo-apps/api', 'us-east-2', 200],
        ['registry', 'GetManifest', 'BatchGetImage', 'demo-apps/api', null, 401],
        ['upstream', 'ListTags', 'ListImages', 'library/nginx', null, 401],
        ['upstream', 'GetBlob', 'GetDownloadUrlForLayer', 'x/y', null, 401],
      ],
    );
    assert.ok(!JSON.stringify(sandbox.calls).includes('abc'));
  }));
