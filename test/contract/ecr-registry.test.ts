import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Quirks, type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import {
  binary,
  locationOf,
  pushBlob,
  pushImage,
  putManifest,
  type RegistryTarget,
  startUpload,
  to,
  withQuery,
} from './registry/target.ts';
import { ask, errorCode, errorMessage, json } from './support/http.ts';
import { descriptor, digestOf, docker, oci, testImage } from './support/images.ts';
import { signedCall } from './support/signed.ts';

/*
 * What Amazon ECR's registry does that a plain one does not. No test can ask the real one; each row names the report
 * that it follows.
 */

const accept = { accept: [oci.image, oci.index, docker.image, docker.index].join(', ') };

interface World {
  readonly sandbox: Sandbox;
  readonly target: RegistryTarget;
  /** Moves the sandbox's clock on. */
  wait(milliseconds: number): void;
}

function ecrTest(name: string, run: (world: World) => Promise<void>, quirks: Partial<Quirks> = {}): void {
  test(name, async () => {
    let now = Date.UTC(2026, 10, 23);
    const sandbox = await startSandbox({ quirks, clock: () => now });
    try {
      const target = {
        url: sandbox.registryUrl,
        authorization: await login(sandbox),
        prepare: async () => {},
      };
      await run({
        sandbox,
        target,
        wait: (milliseconds) => {
          now += milliseconds;
        },
      });
    } finally {
      await sandbox.close();
    }
  });
}

async function login(sandbox: Sandbox, region = sandbox.region): Promise<string> {
  const { body } = await signedCall(sandbox, 'GetAuthorizationToken', {}, { region });
  const [data] = body.authorizationData as { authorizationToken: string; proxyEndpoint: string }[];
  assert.equal(data?.proxyEndpoint, sandbox.registryUrl);
  return `Basic ${data?.authorizationToken}`;
}

ecrTest(
  'a repository that nobody made is NAME_UNKNOWN, for pulls and pushes (sinker#55)',
  async ({ target }) => {
    const requests = [
      to(target, 'GET', '/v2/nobody/made-it/manifests/1', { headers: accept }),
      to(target, 'POST', '/v2/nobody/made-it/blobs/uploads/', { body: '' }),
    ];
    for (const answer of await Promise.all(requests)) {
      assert.equal(answer.status, 404);
      assert.equal(errorCode(answer), 'NAME_UNKNOWN');
      assert.equal(
        errorMessage(answer),
        "The repository with name 'nobody/made-it' does not exist in the registry with id '429114214526'",
      );
    }
  },
);

ecrTest(
  'a first push makes the repository where a creation template says so',
  async ({ sandbox, target }) => {
    assert.equal((await pushImage(target, 'made/by-push', '1', testImage('first push'))).status, 201);
    const { body } = await signedCall(sandbox, 'DescribeImages', { repositoryName: 'made/by-push' });
    assert.equal((body.imageDetails as unknown[]).length, 1);
  },
  { createOnPush: true },
);

ecrTest(
  'an immutable tag is TAG_INVALID, even with its own digest (kaniko#204, buildkit#3776)',
  async (world) => {
    const { sandbox, target } = world;
    const message =
      "The image tag '2.0.1' already exists in the 'demo-apps/web' repository and cannot be overwritten because " +
      'the tag is immutable.';
    const path = '/v2/demo-apps/web/manifests/2.0.1';
    const same = await to(target, 'GET', path, { headers: accept });
    const type = same.headers['content-type'] ?? '';
    const again = await putManifest(target, 'demo-apps/web', '2.0.1', same.body, type);
    const other = await pushImage(target, 'demo-apps/web', '2.0.1', testImage('another image'));
    for (const answer of [again, other]) {
      assert.equal(answer.status, 400);
      assert.equal(errorCode(answer), 'TAG_INVALID');
      assert.equal(errorMessage(answer), message);
    }
    assert.deepEqual((await to(target, 'GET', path, { headers: accept })).body, same.body);
    assert.equal((await pushImage(target, 'demo-apps/web', '2.0.2', testImage('a new tag'))).status, 201);
    sandbox.quirks.refuseSameImmutable = false;
    assert.equal((await putManifest(target, 'demo-apps/web', '2.0.1', same.body, type)).status, 201);
  },
);

ecrTest('a tag that a filter excludes from immutability may move', async ({ sandbox, target }) => {
  await signedCall(sandbox, 'PutImageTagMutability', {
    repositoryName: 'demo-apps/web',
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*-x' }],
  });
  const push = async (tag: string, seed: string) =>
    (await pushImage(target, 'demo-apps/web', tag, testImage(seed))).status;
  assert.deepEqual([await push('dev-1-x', 'a'), await push('dev-1-x', 'b')], [201, 201]);
  assert.deepEqual([await push('dev-1-y', 'a'), await push('dev-1-y', 'b')], [201, 400]);
});

ecrTest(
  'a throttled call is 429 TOOMANYREQUESTS (Amazon ECR user guide, common errors)',
  async ({ sandbox, target }) => {
    const always = await to(target, 'HEAD', '/v2/demo-apps/throttled/manifests/1.0.0', { headers: accept });
    assert.equal(always.status, 429);
    sandbox.quirks.throttle.push({ operation: 'PutImage', times: 1, retryAfterSeconds: 2 });
    const image = testImage('throttled once');
    const first = await pushImage(target, 'demo-apps/api', 'slow', image);
    assert.equal(first.status, 429);
    assert.equal(errorCode(first), 'TOOMANYREQUESTS');
    assert.equal(errorMessage(first), 'Rate exceeded');
    assert.equal(first.headers['retry-after'], '2');
    assert.equal((await pushImage(target, 'demo-apps/api', 'slow', image)).status, 201);
  },
);

ecrTest('a token expires after twelve hours, with 403 and not 401 (convox/rack#678)', async (world) => {
  const { sandbox, target, wait } = world;
  wait(12 * 60 * 60 * 1000 - 1);
  assert.equal((await to(target, 'GET', '/v2/')).status, 200);
  wait(1);
  const expired = await to(target, 'GET', '/v2/');
  assert.equal(expired.status, 403);
  assert.match(errorMessage(expired) ?? '', /^Your Authorization Token has expired/);
  const renewed = { ...target, authorization: await login(sandbox) };
  assert.equal((await to(renewed, 'GET', '/v2/')).status, 200);
});

ecrTest(
  'a blob is served by another host, which refuses a second authorisation (opa#6580)',
  async (world) => {
    const { sandbox, target, wait } = world;
    const digest = await pushBlob(target, 'demo-apps/api', Buffer.from('served elsewhere'));
    const sent = await to(target, 'GET', `/v2/demo-apps/api/blobs/${digest}`);
    assert.equal(sent.status, 307);
    const location = locationOf(sent);
    assert.notEqual(new URL(location).host, new URL(sandbox.registryUrl).host);
    assert.equal((await ask('GET', location)).body.toString(), 'served elsewhere');
    const twice = await ask('GET', location, { headers: { authorization: target.authorization } });
    assert.equal(twice.status, 400);
    assert.match(twice.body.toString(), /Only one auth mechanism allowed/);
    assert.equal(
      (
        await ask(
          'GET',
          location.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
        )
      ).status,
      403,
    );
    wait(60 * 60 * 1000);
    assert.equal((await ask('GET', location)).status, 403);
  },
);

ecrTest(
  'PATCH answers 201, and every body but the first is lost (containers-roadmap#2831)',
  async ({ target }) => {
    const first = await to(target, 'PATCH', await startUpload(target, 'demo-apps/api'), {
      body: 'kept',
      headers: binary,
    });
    assert.equal(first.status, 201);
    assert.equal(first.headers.range, '0-3');
    const second = await to(target, 'PATCH', locationOf(first), { body: ' lost', headers: binary });
    assert.equal(second.status, 201);
    assert.equal(second.headers.range, '0-3');
    const whole = withQuery(locationOf(second), 'digest', digestOf('kept lost'));
    assert.equal(errorCode(await to(target, 'PUT', whole, { body: '' })), 'DIGEST_INVALID');
  },
);

ecrTest('one PATCH and an empty PUT make a blob, as docker push has it', async ({ target }) => {
  const patched = await to(target, 'PATCH', await startUpload(target, 'demo-apps/api'), {
    body: 'all of it',
    headers: binary,
  });
  const digest = digestOf('all of it');
  const done = await to(target, 'PUT', withQuery(locationOf(patched), 'digest', digest), { body: '' });
  assert.equal(done.status, 201);
});

ecrTest('more than 1000 tags a page are 405 UNSUPPORTED (go-containerregistry#1091)', async ({ target }) => {
  assert.equal((await to(target, 'GET', '/v2/demo-apps/api/tags/list?n=1000')).status, 200);
  const refused = await to(target, 'GET', '/v2/demo-apps/api/tags/list?n=1001');
  assert.equal(refused.status, 405);
  assert.equal(errorCode(refused), 'UNSUPPORTED');
  assert.match(errorMessage(refused) ?? '', /less than or equal to 1000/);
});

ecrTest(
  'a mount works once it is enabled, for what a manifest names (containers-roadmap#2860)',
  async (world) => {
    const { sandbox, target } = world;
    const image = testImage('to be mounted');
    await pushImage(target, 'demo-apps/api', 'mount', image);
    const loose = await pushBlob(target, 'demo-apps/api', Buffer.from('named by no manifest'));
    const mount = async (digest: string) => {
      const query = `mount=${digest}&from=demo-apps/api`;
      return (await to(target, 'POST', `/v2/demo-apps/worker/blobs/uploads/?${query}`, { body: '' })).status;
    };
    assert.equal(await mount(digestOf(image.layer)), 202);
    const enabled = await signedCall(sandbox, 'PutAccountSetting', {
      name: 'BLOB_MOUNTING',
      value: 'ENABLED',
    });
    assert.deepEqual(enabled, { status: 200, body: { name: 'BLOB_MOUNTING', value: 'ENABLED' } });
    assert.equal(await mount(loose), 202);
    assert.equal(await mount(digestOf(image.layer)), 201);
    assert.equal(await mount(digestOf(image.config)), 201);
  },
);

ecrTest(
  'a manifest with a subject is refused with 405 where that is switched on (containers-roadmap#2783)',
  async ({ target }) => {
    const image = testImage('subject');
    await pushImage(target, 'demo-apps/api', 'subject', image);
    const signature = testImage('signature', { subject: descriptor(oci.image, image.manifest) });
    const refused = await pushImage(target, 'demo-apps/api', digestOf(signature.manifest), signature);
    assert.equal(refused.status, 405);
  },
  { refuseReferrers: true },
);

ecrTest('an action that no policy allows is 403 DENIED, with IAM words', async ({ sandbox, target }) => {
  sandbox.quirks.deny.push({ operation: 'InitiateLayerUpload', repository: 'demo-apps/api' });
  const refused = await to(target, 'POST', '/v2/demo-apps/api/blobs/uploads/', { body: '' });
  assert.equal(refused.status, 403);
  assert.equal(errorCode(refused), 'DENIED');
  assert.match(
    errorMessage(refused) ?? '',
    /^User: arn:aws:iam::429114214526:user\/sandbox is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-2:429114214526:repository\/demo-apps\/api /,
  );
  assert.equal((await to(target, 'POST', '/v2/demo-apps/worker/blobs/uploads/', { body: '' })).status, 202);
});

ecrTest(
  'what the registry takes, the API describes, and the other way round',
  async ({ sandbox, target }) => {
    const image = testImage('both planes');
    await pushImage(target, 'demo-apps/worker', 'pushed', image);
    const described = await signedCall(sandbox, 'DescribeImages', {
      repositoryName: 'demo-apps/worker',
      imageIds: [{ imageTag: 'pushed' }],
    });
    const [detail] = described.body.imageDetails as { imageDigest: string; imageSizeInBytes: number }[];
    assert.equal(detail?.imageDigest, digestOf(image.manifest));
    assert.equal(detail?.imageSizeInBytes, image.config.length + image.layer.length);
    await signedCall(sandbox, 'BatchDeleteImage', {
      repositoryName: 'demo-apps/worker',
      imageIds: [{ imageTag: 'pushed' }],
    });
    const gone = await to(target, 'GET', '/v2/demo-apps/worker/manifests/pushed', { headers: accept });
    assert.equal(errorCode(gone), 'MANIFEST_UNKNOWN');
    const tags = json(await to(target, 'GET', '/v2/demo-apps/worker/tags/list'));
    assert.deepEqual(tags, { name: 'demo-apps/worker', tags: ['0.9.0'] });
  },
);

ecrTest('a token opens the registry of its region', async ({ sandbox, target }) => {
  const elsewhere = { ...target, authorization: await login(sandbox, 'eu-west-1') };
  const path = '/v2/demo-apps/api/manifests/1.4.2';
  assert.equal((await to(target, 'GET', path, { headers: accept })).status, 200);
  assert.equal(errorCode(await to(elsewhere, 'GET', path, { headers: accept })), 'NAME_UNKNOWN');
});

ecrTest('an archived image is described, and not pulled', async ({ sandbox, target }) => {
  const repositoryName = 'demo-apps/archived';
  const described = await signedCall(sandbox, 'DescribeImages', {
    repositoryName,
    imageIds: [{ imageTag: '1.0.0' }],
  });
  assert.equal((described.body.imageDetails as { imageStatus: string }[])[0]?.imageStatus, 'ARCHIVED');
  const listed = await signedCall(sandbox, 'DescribeImages', { repositoryName });
  assert.deepEqual(listed.body.imageDetails, []);
  const all = await signedCall(sandbox, 'DescribeImages', { repositoryName, filter: { imageStatus: 'ANY' } });
  assert.equal((all.body.imageDetails as unknown[]).length, 3);
  const pulled = await to(target, 'GET', `/v2/${repositoryName}/manifests/1.0.0`, { headers: accept });
  assert.equal(pulled.status, 404);
  const fetched = await signedCall(sandbox, 'BatchGetImage', {
    repositoryName,
    imageIds: [{ imageTag: '1.0.0' }],
  });
  assert.equal((fetched.body.failures as { failureCode: string }[])[0]?.failureCode, 'ImageInaccessible');
});
