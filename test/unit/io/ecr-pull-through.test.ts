import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Sandbox, seededDigests, startSandbox } from '../../../sandbox/src/index.ts';
import { ecrRegistry } from '../../../sandbox/src/store/repository.ts';
import { coverageOf, templateFor } from '../../../server/src/io/aws/pull-through.ts';
import { signedCall } from '../../contract/support/signed.ts';
import { answersOf, brief, ecrAsker, host, image, verdictsOf } from './support/ask.ts';
import { awsError, startFakeEcr } from './support/fake-ecr.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const asker = (more = {}) => ecrAsker(sandbox.url, { env: sandbox.env, ...more });

async function rule(prefix: string, url: string, upstreamRepositoryPrefix?: string): Promise<void> {
  const { status, body } = await signedCall(sandbox, 'CreatePullThroughCacheRule', {
    ecrRepositoryPrefix: prefix,
    upstreamRegistryUrl: url,
    ...(upstreamRepositoryPrefix === undefined ? {} : { upstreamRepositoryPrefix }),
  });
  assert.equal(status, 200, JSON.stringify(body));
}

const repositories = (): string[] =>
  sandbox.store.repositories(ecrRegistry(sandbox.accountId, sandbox.region)).map(({ name }) => name);
const pulls = (): string[] =>
  sandbox.calls.filter(({ action }) => action === 'BatchGetImage').map(({ operation }) => operation);

test('below the prefix of a rule, what is not there is not cached yet, and is never fetched by asking', async () => {
  await rule('mirror', 'registry-1.docker.io');
  await rule('team/acme', 'quay.io', 'acme');
  const before = repositories();
  const verdicts = await verdictsOf(asker(), [
    image('mirror/library/nginx', '1.27.2'),
    image('mirror/library/nginx', null, seededDigests.upstream['library/nginx']['1.27.2']),
    image('mirror/library/nginx', null),
    image('team/acme/app', '1'),
    image('team/other', '1'),
    image('mirrored/app', '1'),
    image('mirror', '1'),
  ]);
  assert.deepEqual(verdicts.map(brief), [
    'unchecked/not-cached-yet',
    'unchecked/not-cached-yet',
    'unchecked/not-cached-yet',
    'unchecked/not-cached-yet',
    'absent/repository',
    'absent/repository',
    'absent/repository',
  ]);
  assert.match(
    verdicts[0]?.reason ?? '',
    /a pull would fetch docker\.io\/library\/nginx:1\.27\.2 \(.*rule mirror\)/,
  );
  assert.match(verdicts[3]?.reason ?? '', /would fetch quay\.io\/acme\/app:1 /);
  assert.deepEqual(pulls(), []);
  assert.deepEqual(repositories(), before);
});

test('a pull below a prefix does bring the image, and then it exists', async () => {
  await rule('mirror', 'registry-1.docker.io');
  const { body } = await signedCall(sandbox, 'BatchGetImage', {
    repositoryName: 'mirror/library/nginx',
    imageIds: [{ imageTag: '1.27.2' }],
  });
  assert.equal((body.images as unknown[]).length, 1);
  const verdicts = await verdictsOf(asker(), [
    image('mirror/library/nginx', '1.27.2'),
    image('mirror/library/nginx', '1.99'),
  ]);
  assert.deepEqual(verdicts.map(brief), ['exists', 'unchecked/not-cached-yet']);
  assert.equal(verdicts[0]?.digest, seededDigests.upstream['library/nginx']['1.27.2']);
});

test('a rule for ROOT is for every repository', async () => {
  await rule('ROOT', 'public.ecr.aws');
  const [verdict] = await verdictsOf(asker(), [image('nowhere/app', '1')]);
  assert.equal(verdict && brief(verdict), 'unchecked/not-cached-yet');
  assert.match(verdict?.reason ?? '', /public\.ecr\.aws\/nowhere\/app:1/);
});

test('rules that may not be read are silently unknown: only the usual prefixes are taken for a cache', async () => {
  sandbox.quirks.deny.push({ operation: 'DescribePullThroughCacheRules' });
  sandbox.quirks.deny.push({ operation: 'DescribeRepositoryCreationTemplates' });
  const verdicts = await verdictsOf(asker(), [
    image('quay/acme/app', '1'),
    image('docker-hub/library/nginx', '1'),
    image('quay', '1'),
    image('mirror/app', '1'),
  ]);
  assert.deepEqual(verdicts.map(brief), [
    'unchecked/not-cached-yet',
    'unchecked/not-cached-yet',
    'absent/repository',
    'absent/repository',
  ]);
  assert.match(verdicts[0]?.reason ?? '', /may fetch it from quay\.io/);
  assert.ok(verdicts.every(({ reason }) => !/not authorized/.test(reason)));
});

test('the usual prefixes mean nothing where the rules were read', async () => {
  const [verdict] = await verdictsOf(asker(), [image('quay/acme/app', '1')]);
  assert.equal(verdict && brief(verdict), 'absent/repository');
});

for (const [name, break_] of [
  ['a reset', () => sandbox.quirks.reset.push({ operation: 'DescribePullThroughCacheRules', times: 1 })],
  [
    'an error of the server',
    () => sandbox.quirks.fail5xx.push({ operation: 'DescribePullThroughCacheRules', times: 1 }),
  ],
  [
    'a sign-in page',
    () => sandbox.quirks.html200.push({ operation: 'DescribePullThroughCacheRules', times: 1 }),
  ],
  [
    'throttling',
    () => sandbox.quirks.throttle.push({ operation: 'DescribePullThroughCacheRules', times: 1 }),
  ],
] as const)
  test(`${name} while rules are read proves nothing absent, and is no reason not to ask again`, async () => {
    await rule('mirror', 'quay.io');
    break_();
    const one = asker();
    const [before] = await verdictsOf(one, [image('mirror/app', '1')]);
    assert.equal(before?.status, name === 'throttling' ? 'throttled' : 'unreachable');
    const [behind] = await verdictsOf(one, [image('mirror/app', '1')]);
    assert.equal(behind && brief(behind), 'unchecked/not-cached-yet');
  });

test('an endpoint that knows no rules and says so with a page of HTML (moto) leaves verdicts as they are', async () => {
  const server = await startFakeEcr(({ operation }) =>
    operation === 'DescribeImages'
      ? awsError('RepositoryNotFoundException', 'not there')
      : { status: 500, body: '<html>Internal Server Error</html>', type: 'text/html' },
  );
  try {
    const [verdict] = await verdictsOf(ecrAsker(server.url), [image('mirror/app', '1')]);
    assert.equal(verdict && brief(verdict), 'absent/repository');
  } finally {
    await server.close();
  }
});

test('rules are read again after five minutes', async () => {
  let now = 0;
  const one = asker({ now: () => now });
  const verdict = async () => brief((await verdictsOf(one, [image('mirror/app', '1')]))[0] as never);
  assert.equal(await verdict(), 'absent/repository');
  await rule('mirror', 'quay.io');
  now = 4 * 60_000;
  assert.equal(await verdict(), 'absent/repository');
  now = 5 * 60_000;
  assert.equal(await verdict(), 'unchecked/not-cached-yet');
});

test('an absent repository that a push would make says so', async () => {
  const template = { prefix: 'new', appliedFor: ['CREATE_ON_PUSH'] };
  await signedCall(sandbox, 'CreateRepositoryCreationTemplate', template);
  await signedCall(sandbox, 'CreateRepositoryCreationTemplate', {
    prefix: 'ROOT',
    appliedFor: ['REPLICATION'],
  });
  const [made, other] = await verdictsOf(asker(), [image('new/app', '1'), image('old/app', '1')]);
  assert.deepEqual(
    [made, other].map((one) => one && brief(one)),
    ['absent/repository', 'absent/repository'],
  );
  assert.match(made?.reason ?? '', /A push would make the repository, by the creation template for new\/\.$/);
  assert.doesNotMatch(other?.reason ?? '', /push/);
});

test('below a prefix nobody asks for manifests, not even of what is there', async () => {
  await rule('demo-apps', 'quay.io');
  const digest = seededDigests.ecr['demo-apps/api']['1.4.2'];
  const content = { host, repository: 'demo-apps/api', digest };
  const [platforms] = await answersOf(asker(), [{ kind: 'platforms', image: content }]);
  assert.ok(platforms?.kind === 'platforms');
  assert.equal(platforms.found.value, null);
  assert.match(platforms.found.reason, /would be a pull through the cache/);
  assert.deepEqual(pulls(), []);
});

test('the longest prefix decides, and a prefix ends at a slash', () => {
  const rules = [
    { prefix: 'a', upstreamHost: 'quay.io', upstreamPrefix: '' },
    { prefix: 'a/b', upstreamHost: 'registry-1.docker.io', upstreamPrefix: 'library' },
  ];
  assert.equal(coverageOf('a/b/nginx', rules)?.upstream, 'docker.io/library/nginx');
  assert.equal(coverageOf('a/bc/nginx', rules)?.upstream, 'quay.io/bc/nginx');
  assert.equal(coverageOf('ab/nginx', rules), null);
  const templates = [
    { prefix: 'ROOT', onPush: true },
    { prefix: 'a', onPush: false },
  ];
  assert.equal(templateFor('x/y', templates)?.prefix, 'ROOT');
  assert.equal(templateFor('a/y', templates), null);
});
