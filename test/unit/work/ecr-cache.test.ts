import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import { ecrRegistry } from '../../../sandbox/src/store/repository.ts';
import {
  cachedPath,
  cachedPathBy,
  createPullThroughRule,
  type RuleWish,
  upstreamOf,
} from '../../../server/src/work/mirror/ecr-cache.ts';
import { MirrorError } from '../../../server/src/work/mirror/model.ts';
import { connectTo, deny, denyAsPowerUser, operationsOf, signal, told } from './support/ecr.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const rule = (ecrRepositoryPrefix: string, upstreamRegistryUrl: string, upstreamRepositoryPrefix?: string) =>
  told(sandbox, 'CreatePullThroughCacheRule', {
    ecrRepositoryPrefix,
    upstreamRegistryUrl,
    ...(upstreamRepositoryPrefix === undefined ? {} : { upstreamRepositoryPrefix }),
  });

const cached = async (host: string, path: string): Promise<string | null> =>
  (await cachedPath(await connectTo(sandbox), { host, path }, signal()))?.repository ?? null;

const make = async (wish: RuleWish) => createPullThroughRule(await connectTo(sandbox), wish, signal());

const stored = (prefix: string) =>
  sandbox.store.settings(ecrRegistry(sandbox.accountId, sandbox.region)).pullThroughRules.get(prefix);

const secretArn =
  'arn:aws:secretsmanager:us-east-2:429114214526:secret:ecr-pullthroughcache/docker-hub-AbCdEf';

test('images of cached registries are found under their prefix, whatever the registry is called', async () => {
  await rule('docker-hub', 'registry-1.docker.io');
  await rule('quay', 'quay.io');
  await rule('kubernetes', 'registry.k8s.io');
  await rule('ecr-public', 'public.ecr.aws');
  assert.equal(await cached('docker.io', 'library/nginx'), 'docker-hub/library/nginx');
  assert.equal(await cached('docker.io', 'nginx'), 'docker-hub/library/nginx');
  assert.equal(await cached('index.docker.io', 'acme/app'), 'docker-hub/acme/app');
  assert.equal(await cached('registry-1.docker.io', 'acme/app'), 'docker-hub/acme/app');
  assert.equal(await cached('quay.io', 'prometheus/node-exporter'), 'quay/prometheus/node-exporter');
  assert.equal(await cached('registry.k8s.io', 'pause'), 'kubernetes/pause');
  assert.equal(await cached('ecr-public.aws.com', 'nginx/nginx'), 'ecr-public/nginx/nginx');
  assert.equal(await cached('ghcr.io', 'acme/app'), null);
  assert.equal(await cached('quay.io.example.com', 'acme/app'), null);
});

test('what is pulled under the found name is the image', async () => {
  await rule('mirror/hub', 'registry-1.docker.io');
  const repositoryName = await cached('docker.io', 'nginx');
  const { images } = await told(sandbox, 'BatchGetImage', {
    repositoryName,
    imageIds: [{ imageTag: '1.27.2' }],
  });
  assert.equal((images as unknown[]).length, 1);
});

test('a rule for ROOT takes every name that no other prefix has', async () => {
  await rule('ROOT', 'quay.io');
  assert.equal(await cached('quay.io', 'acme/app'), 'acme/app');
  await rule('acme', 'registry.k8s.io');
  assert.equal(await cached('quay.io', 'acme/app'), null, 'acme/app is filled from registry.k8s.io now');
  assert.equal(await cached('registry.k8s.io', 'app'), 'acme/app');
});

test('a rule with a prefix at the upstream is for what lies below it', async () => {
  await rule('official', 'registry-1.docker.io', 'library');
  assert.equal(await cached('docker.io', 'nginx'), 'official/nginx');
  assert.equal(await cached('docker.io', 'acme/app'), null);
  assert.equal(await cached('docker.io', 'library-of/app'), null);
  await rule('hub', 'registry-1.docker.io');
  assert.equal(await cached('docker.io', 'nginx'), 'official/nginx', 'what is most about the image wins');
  assert.equal(await cached('docker.io', 'acme/app'), 'hub/acme/app');
});

test('of rules that say the same, a prefix goes before ROOT, and the order of the rules is nothing', () => {
  const from = (prefix: string) => ({ prefix, upstreamHost: 'quay.io', upstreamPrefix: '' });
  const rules = [from('ROOT'), from('quay'), from('q2')];
  for (const each of [rules, rules.toReversed()])
    assert.equal(cachedPathBy(each, { host: 'quay.io', path: 'acme/app' })?.repository, 'q2/acme/app');
});

test('a name that would be longer than ECR takes is not cached', () => {
  const rules = [{ prefix: 'quay', upstreamHost: 'quay.io', upstreamPrefix: '' }];
  const path = (length: number) => ({ host: 'quay.io', path: 'a'.repeat(length) });
  assert.equal(cachedPathBy(rules, path(251))?.repository.length, 256);
  assert.equal(cachedPathBy(rules, path(252)), null);
});

test('rules that may not be read are silently none; trouble is thrown', async () => {
  await rule('quay', 'quay.io');
  sandbox.quirks.reset.push({ operation: 'DescribePullThroughCacheRules', times: 1 });
  await assert.rejects(cached('quay.io', 'acme/app'));
  denyAsPowerUser(sandbox);
  assert.equal(await cached('quay.io', 'acme/app'), null);
});

test('what ECR can cache, and for whom it wants a login', () => {
  assert.deepEqual(upstreamOf('docker.io'), {
    prefix: 'docker-hub',
    url: 'registry-1.docker.io',
    needsSecret: true,
  });
  assert.deepEqual(upstreamOf('registry-1.docker.io'), upstreamOf('docker.io'));
  for (const host of ['quay.io', 'registry.k8s.io', 'public.ecr.aws'])
    assert.deepEqual([upstreamOf(host)?.url, upstreamOf(host)?.needsSecret], [host, false]);
  for (const host of ['ghcr.io', 'registry.gitlab.com', 'acme.azurecr.io', 'cgr.dev'])
    assert.deepEqual([upstreamOf(host)?.url, upstreamOf(host)?.needsSecret], [host, true]);
  for (const host of ['gcr.io', 'registry.example.com', 'azurecr.io', 'a.b.azurecr.io.example.com'])
    assert.equal(upstreamOf(host), null);
});

for (const host of ['quay.io', 'registry.k8s.io', 'public.ecr.aws'])
  test(`a rule for ${host} is made under the suggested prefix, and caches its images`, async () => {
    const made = await make({ host });
    assert.equal(made.prefix, upstreamOf(host)?.prefix);
    assert.equal(await cached(host, 'acme/app'), `${made.prefix}/acme/app`);
  });

test('a rule for Docker Hub wants a secret, and is given it', async () => {
  await assert.rejects(make({ host: 'docker.io' }), refusal(/registry-1\.docker\.io only with a login/));
  await make({ host: 'docker.io', prefix: 'hub/', secretArn });
  assert.equal(stored('hub')?.credentialArn, secretArn);
  assert.equal(await cached('docker.io', 'nginx'), 'hub/library/nginx');
});

test('a wish that cannot be is refused before anybody is asked', async () => {
  const before = operationsOf(sandbox).length;
  await assert.rejects(make({ host: 'gcr.io' }), refusal(/cannot cache gcr\.io/));
  for (const prefix of ['q', 'Quay', 'a'.repeat(31), 'a//b', ''])
    await assert.rejects(make({ host: 'quay.io', prefix }), refusal(/cannot be the prefix/));
  for (const arn of ['', 'hunter2', secretArn.replace('ecr-pullthroughcache/', 'mine/')])
    await assert.rejects(make({ host: 'docker.io', secretArn: arn }), (error) => {
      assert.ok(error instanceof MirrorError);
      assert.match(error.message, /no ARN of a secret/);
      assert.ok(!error.message.includes('hunter2'), 'a password given by mistake is not repeated');
      return true;
    });
  assert.equal(operationsOf(sandbox).length, before);
});

test('a rule that is there already is as good if it does the same, and in the way otherwise', async () => {
  await rule('quay', 'quay.io');
  assert.equal((await make({ host: 'quay.io' })).prefix, 'quay');
  await assert.rejects(
    make({ host: 'registry.k8s.io', prefix: 'quay' }),
    refusal(/already a pull-through cache rule quay for quay\.io\. Choose another prefix/),
  );
  await rule('acme', 'quay.io', 'acme');
  await assert.rejects(make({ host: 'quay.io', prefix: 'acme' }), refusal(/rule acme for quay\.io\/acme\./));
  deny(sandbox, 'DescribePullThroughCacheRules');
  await assert.rejects(make({ host: 'quay.io' }), refusal(/already a pull-through cache rule quay\. Choose/));
});

test('of two who make the same rule at once both have it', async () => {
  const both = await Promise.all([make({ host: 'quay.io' }), make({ host: 'quay.io' })]);
  assert.deepEqual(
    both.map(({ prefix }) => prefix),
    ['quay', 'quay'],
  );
});

test('whoever may not make a rule is told which permission is wanting; trouble is thrown as it is', async () => {
  sandbox.quirks.fail5xx.push({ operation: 'CreatePullThroughCacheRule', times: 1 });
  await assert.rejects(make({ host: 'quay.io' }), (error) => !(error instanceof MirrorError));
  denyAsPowerUser(sandbox);
  await assert.rejects(make({ host: 'quay.io' }), (error) => {
    assert.ok(error instanceof MirrorError);
    assert.equal(error.why, 'target');
    assert.match(error.message, /ecr:CreatePullThroughCacheRule/);
    return true;
  });
});

const refusal = (words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof MirrorError, String(error));
  assert.equal(error.why, 'refused');
  assert.match(error.message, words);
  return true;
};
