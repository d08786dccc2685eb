import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Sandbox,
  type SandboxOptions,
  seededDigests,
  startSandbox,
} from '../../../sandbox/src/index.ts';
import { ask, errorCode } from '../../contract/support/http.ts';
import { signedCall } from '../../contract/support/signed.ts';
import { folderWith } from '../io/support/temp.ts';

async function withSandbox(
  use: (sandbox: Sandbox) => Promise<void>,
  options: SandboxOptions = {},
): Promise<void> {
  const sandbox = await startSandbox(options);
  try {
    await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

async function basicOf(sandbox: Sandbox): Promise<Record<string, string>> {
  const { body } = await signedCall(sandbox, 'GetAuthorizationToken', {});
  const [data] = body.authorizationData as { authorizationToken: string }[];
  return { authorization: `Basic ${data?.authorizationToken}` };
}

const nginx = seededDigests.upstream['library/nginx']['1.27.2'];

for (const method of ['HEAD', 'GET'])
  test(`${method} below a pull-through prefix brings the image with everything that it needs`, () =>
    withSandbox(async (sandbox) => {
      const rule = { ecrRepositoryPrefix: 'docker-hub', upstreamRegistryUrl: 'registry-1.docker.io' };
      await signedCall(sandbox, 'CreatePullThroughCacheRule', rule);
      const repositoryName = 'docker-hub/library/nginx';
      const manifests = `${sandbox.registryUrl}/v2/${repositoryName}/manifests`;
      const headers = await basicOf(sandbox);
      assert.equal((await signedCall(sandbox, 'ListImages', { repositoryName })).status, 400);
      assert.equal((await ask(method, `${manifests}/9.9`, { headers })).status, 404);
      const answer = await ask(method, `${manifests}/1.27.2`, { headers });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['docker-content-digest'], nginx);
      const { body } = await signedCall(sandbox, 'DescribeImages', {
        repositoryName,
        filter: { tagStatus: 'ANY' },
      });
      assert.equal((body.imageDetails as object[]).length, 3, 'the index and its two images');
      const other = await ask(method, `${sandbox.registryUrl}/v2/library/nginx/manifests/1.27.2`, {
        headers,
      });
      assert.equal(other.status, 404, 'and nothing elsewhere');
    }));

test('a first push makes the repository where a template says so, as the template has it', () =>
  withSandbox(async (sandbox) => {
    const template = { prefix: 'team', appliedFor: ['CREATE_ON_PUSH'], imageTagMutability: 'IMMUTABLE' };
    await signedCall(sandbox, 'CreateRepositoryCreationTemplate', template);
    const headers = await basicOf(sandbox);
    const start = (name: string) =>
      ask('POST', `${sandbox.registryUrl}/v2/${name}/blobs/uploads/`, { headers });
    assert.equal((await start('team/new')).status, 202);
    const refused = await start('other/new');
    assert.deepEqual([refused.status, errorCode(refused)], [404, 'NAME_UNKNOWN']);
    const { body } = await signedCall(sandbox, 'DescribeRepositories', { repositoryNames: ['team/new'] });
    assert.equal((body.repositories as { imageTagMutability: string }[])[0]?.imageTagMutability, 'IMMUTABLE');
  }));

test('what a template says of tags and encryption, the made repository has', () =>
  withSandbox(async (sandbox) => {
    const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD', filter: 'dev-*' }];
    const template = {
      prefix: 'ROOT',
      appliedFor: ['CREATE_ON_PUSH'],
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters,
      encryptionConfiguration: { encryptionType: 'KMS' },
    };
    await signedCall(sandbox, 'CreateRepositoryCreationTemplate', template);
    const headers = await basicOf(sandbox);
    await ask('POST', `${sandbox.registryUrl}/v2/team/new/blobs/uploads/`, { headers });
    const { body } = await signedCall(sandbox, 'DescribeRepositories', { repositoryNames: ['team/new'] });
    const [made] = body.repositories as Record<string, unknown>[];
    assert.equal(made?.imageTagMutability, 'IMMUTABLE_WITH_EXCLUSION');
    assert.deepEqual(made?.imageTagMutabilityExclusionFilters, imageTagMutabilityExclusionFilters);
    assert.deepEqual(made?.encryptionConfiguration, { encryptionType: 'KMS' });
  }));

test('replication that cannot be read is refused, and what was told before stays', () =>
  withSandbox(async (sandbox) => {
    const put = (rules: unknown) =>
      signedCall(sandbox, 'PutReplicationConfiguration', { replicationConfiguration: { rules } });
    const to = (registryId: string, region = 'eu-west-1') => ({ destinations: [{ region, registryId }] });
    const good = [to('123456789012')];
    assert.equal((await put(good)).status, 200);
    for (const rules of [
      7,
      [7],
      [{}],
      [to('1')],
      [to('123456789012', 'Paris')],
      Array.from({ length: 11 }, () => to('123456789012')),
      [{ ...to('123456789012'), repositoryFilters: [] }],
      [{ ...to('123456789012'), repositoryFilters: [{ filter: 'a', filterType: 'REGEX' }] }],
    ])
      assert.equal((await put(rules)).status, 400, JSON.stringify(rules));
    const { body } = await signedCall(sandbox, 'DescribeRegistry', {});
    assert.deepEqual(body.replicationConfiguration, { rules: good });
    assert.equal((await put([])).status, 200);
  }));

test('lists leave archived images out unless they are asked for; ids do not', () =>
  withSandbox(async (sandbox) => {
    const repositoryName = 'demo-apps/archived';
    const count = async (operation: string, more: object) => {
      const { body } = await signedCall(sandbox, operation, { repositoryName, ...more });
      return ((body.imageDetails ?? body.imageIds) as object[]).length;
    };
    for (const operation of ['DescribeImages', 'ListImages']) {
      assert.equal(await count(operation, {}), 0);
      assert.equal(await count(operation, { filter: { tagStatus: 'TAGGED' } }), 0);
      assert.equal(await count(operation, { filter: { tagStatus: 'TAGGED', imageStatus: 'ANY' } }), 1);
      assert.equal(await count(operation, { filter: { tagStatus: 'TAGGED', imageStatus: 'ARCHIVED' } }), 1);
    }
    assert.equal(await count('DescribeImages', { imageIds: [{ imageTag: '1.0.0' }] }), 1);
  }));

test('a rate lets a burst through and then so many a second, in each region for itself', async () => {
  let now = 0;
  await withSandbox(
    async (sandbox) => {
      sandbox.quirks.rate = { perSecond: 2, burst: 3 };
      const calls = async (times: number, region = sandbox.region) => {
        const answers: string[] = [];
        for (let n = 0; n < times; n++) {
          const { status, body } = await signedCall(sandbox, 'DescribeRepositories', {}, { region });
          answers.push(status === 200 ? 'ok' : String(body.__type));
        }
        return answers;
      };
      const over = 'ThrottlingException';
      assert.deepEqual(await calls(5), ['ok', 'ok', 'ok', over, over]);
      assert.deepEqual(await calls(1, 'eu-west-1'), ['ok']);
      now += 1000;
      assert.deepEqual(await calls(3), ['ok', 'ok', over]);
      now += 60_000;
      assert.deepEqual(await calls(4), ['ok', 'ok', 'ok', over]);
      sandbox.quirks.rate = null;
      assert.deepEqual(await calls(2), ['ok', 'ok']);
    },
    { clock: () => now },
  );
});

test('rules, templates, settings and findings are there again after a restart', async () => {
  const dataDir = folderWith();
  const replicationConfiguration = {
    rules: [{ destinations: [{ region: 'eu-west-1', registryId: '123456789012' }] }],
  };
  const kept = {
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'KMS_DSSE' },
  };
  await withSandbox(
    async (sandbox) => {
      await signedCall(sandbox, 'CreatePullThroughCacheRule', {
        ecrRepositoryPrefix: 'quay',
        upstreamRegistryUrl: 'quay.io',
      });
      await signedCall(sandbox, 'CreateRepositoryCreationTemplate', {
        prefix: 'team',
        appliedFor: ['CREATE_ON_PUSH'],
      });
      await signedCall(sandbox, 'PutReplicationConfiguration', { replicationConfiguration });
      await signedCall(sandbox, 'CreateRepository', { repositoryName: 'team/kept', ...kept });
    },
    { dataDir },
  );
  await withSandbox(
    async (sandbox) => {
      const rules = await signedCall(sandbox, 'DescribePullThroughCacheRules', {});
      assert.equal((rules.body.pullThroughCacheRules as object[]).length, 1);
      const templates = await signedCall(sandbox, 'DescribeRepositoryCreationTemplates', {});
      assert.equal((templates.body.repositoryCreationTemplates as object[]).length, 1);
      const registry = await signedCall(sandbox, 'DescribeRegistry', {});
      assert.deepEqual(registry.body.replicationConfiguration, replicationConfiguration);
      const described = await signedCall(sandbox, 'DescribeRepositories', { repositoryNames: ['team/kept'] });
      const [repository] = described.body.repositories as Record<string, unknown>[];
      assert.deepEqual({ ...repository, ...kept }, repository);
      const findings = await signedCall(sandbox, 'DescribeImageScanFindings', {
        repositoryName: 'demo-apps/amd64-only',
        imageId: { imageTag: '1.0.0' },
      });
      assert.equal(findings.status, 200);
    },
    { dataDir },
  );
});
