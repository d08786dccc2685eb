import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import {
  createRepository,
  inspectRepository,
  type RepositoryState,
} from '../../../server/src/work/mirror/ecr-target.ts';
import { MirrorError } from '../../../server/src/work/mirror/model.ts';
import { isImmutableTag } from '../../../server/src/work/mirror/tag-rule.ts';
import { connectTo, contentsOf, deny, denyAsPowerUser, operationsOf, signal, told } from './support/ecr.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const inspect = async (repository: string, tag: string | null = '1'): Promise<RepositoryState> =>
  inspectRepository(await connectTo(sandbox), repository, tag, signal());

const create = async (
  repository: string,
  settings = { immutable: false, scanOnPush: false },
): Promise<string> => createRepository(await connectTo(sandbox), repository, settings, signal());

test('a repository that is there is told with its settings, by one call that changes nothing', async () => {
  await told(sandbox, 'CreateRepository', {
    repositoryName: 'team/app',
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'KMS' },
  });
  const before = operationsOf(sandbox).length;
  assert.deepEqual(await inspect('team/app'), {
    repository: 'team/app',
    state: 'exists',
    reason: null,
    tagMutability: 'immutable',
    createdOnPush: null,
    templatesKnown: true,
    settings: 'immutable tags, encrypted with a KMS key, scanned on push',
  });
  assert.deepEqual(operationsOf(sandbox).slice(before), ['DescribeRepositories']);
});

for (const [mutability, filters, words, cases] of [
  ['MUTABLE', [], 'mutable tags', { '1': 'mutable' }],
  ['IMMUTABLE', [], 'immutable tags', { '1': 'immutable' }],
  [
    'IMMUTABLE_WITH_EXCLUSION',
    ['dev-*', '*-SNAPSHOT', 'v*.*-rc'],
    'immutable tags but for dev-*, *-SNAPSHOT, v*.*-rc',
    {
      '1': 'immutable',
      dev: 'immutable',
      'dev-': 'mutable',
      'dev-7': 'mutable',
      'my-dev-7': 'immutable',
      '1-SNAPSHOT': 'mutable',
      '1-snapshot': 'immutable',
      'v1.2-rc': 'mutable',
      'v1-rc': 'immutable',
    },
  ],
  [
    'MUTABLE_WITH_EXCLUSION',
    ['v*', 'release'],
    'mutable tags but for v*, release',
    { v1: 'immutable', '1': 'mutable', release: 'immutable', 'release-1': 'mutable' },
  ],
] as const)
  test(`whether a tag can be moved, where tags are ${mutability}`, async () => {
    await told(sandbox, 'CreateRepository', {
      repositoryName: 'team/app',
      imageTagMutability: mutability,
      ...(filters.length === 0
        ? {}
        : {
            imageTagMutabilityExclusionFilters: filters.map((filter) => ({
              filterType: 'WILDCARD',
              filter,
            })),
          }),
    });
    for (const [tag, expected] of Object.entries(cases)) {
      const { tagMutability, settings } = await inspect('team/app', tag);
      assert.deepEqual([tag, tagMutability], [tag, expected]);
      assert.equal(settings, `${words}, encrypted with AES-256`);
    }
    assert.equal((await inspect('team/app', null)).tagMutability, 'mutable', 'a digest moves no tag');
  });

test('wildcards do not match the same letters twice, and many of them take no time', () => {
  const immutable = (filter: string, tag: string) =>
    isImmutableTag({ immutable: false, except: [filter] }, tag);
  assert.equal(immutable('ab*ba', 'aba'), false);
  assert.equal(immutable('ab*ba', 'abba'), true);
  assert.equal(immutable('*', ''), true);
  assert.equal(immutable('*a*b*', 'xbxaxbx'), true);
  assert.equal(immutable('*b*a*', 'xaxbx'), false);
  assert.equal(immutable('.*', 'x'), false, 'a dot is a dot');
  assert.equal(immutable(`${'*a'.repeat(60)}b`, 'a'.repeat(128)), false);
});

test('a repository that is missing says whether, and as what, a push would make it', async () => {
  const plain = await inspect('team/new');
  assert.deepEqual(
    [plain.state, plain.createdOnPush, plain.templatesKnown, plain.tagMutability, plain.settings],
    ['missing', null, true, 'unknown', null],
  );
  await told(sandbox, 'CreateRepositoryCreationTemplate', {
    prefix: 'team',
    appliedFor: ['CREATE_ON_PUSH', 'REPLICATION'],
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
    encryptionConfiguration: { encryptionType: 'KMS_DSSE' },
  });
  await told(sandbox, 'CreateRepositoryCreationTemplate', {
    prefix: 'team/cache',
    appliedFor: ['PULL_THROUGH_CACHE'],
  });
  assert.deepEqual(await inspect('team/new'), {
    repository: 'team/new',
    state: 'missing',
    reason: null,
    tagMutability: 'immutable',
    createdOnPush: 'team',
    templatesKnown: true,
    settings: 'immutable tags but for dev-*, encrypted twice with a KMS key',
  });
  assert.equal((await inspect('team/new', 'dev-1')).tagMutability, 'mutable');
  assert.equal((await inspect('team/cache/new')).createdOnPush, null, 'the longer prefix decides');
  assert.equal((await inspect('teams/new')).createdOnPush, null);
  await told(sandbox, 'CreateRepositoryCreationTemplate', { prefix: 'ROOT', appliedFor: ['CREATE_ON_PUSH'] });
  assert.equal((await inspect('teams/new')).createdOnPush, 'ROOT');
});

test('a power user learns what is there, and silently nothing of templates', async () => {
  denyAsPowerUser(sandbox);
  const there = await inspect('demo-apps/api');
  assert.deepEqual([there.state, there.templatesKnown], ['exists', true]);
  const { state, reason, createdOnPush, templatesKnown, settings } = await inspect('team/new');
  assert.deepEqual(
    { state, reason, createdOnPush, templatesKnown, settings },
    { state: 'missing', reason: null, createdOnPush: null, templatesKnown: false, settings: null },
  );
});

test('whoever may push and not describe still learns whether it is there', async () => {
  deny(sandbox, 'DescribeRepositories');
  const there = await inspect('demo-apps/api');
  assert.deepEqual([there.state, there.tagMutability, there.settings], ['exists', 'unknown', null]);
  assert.equal((await inspect('team/new')).state, 'missing');
});

test('where nothing may be asked, the state is unknown and the reason names what is wanting', async () => {
  deny(sandbox, 'DescribeRepositories', 'BatchCheckLayerAvailability');
  const { state, reason, tagMutability } = await inspect('demo-apps/api');
  assert.deepEqual([state, tagMutability], ['unknown', 'unknown']);
  assert.match(
    reason ?? '',
    /demo-apps\/api exists is not known: .*ecr:DescribeRepositories nor ecr:BatchCheck/,
  );
});

for (const [name, strike] of [
  ['a reset', (operation: string) => sandbox.quirks.reset.push({ operation })],
  ['an error of the server', (operation: string) => sandbox.quirks.fail5xx.push({ operation })],
  ['a sign-in page', (operation: string) => sandbox.quirks.html200.push({ operation })],
  ['throttling', (operation: string) => sandbox.quirks.throttle.push({ operation })],
  ['an expired session', (operation: string) => sandbox.quirks.expire.push({ operation })],
] as const)
  for (const operation of ['DescribeRepositories', 'DescribeRepositoryCreationTemplates'])
    test(`${name} at ${operation} is thrown, and nothing is made of it`, async () => {
      strike(operation);
      await assert.rejects(inspect('team/new'));
    });

test('one hiccup while templates are read is got over', async () => {
  await told(sandbox, 'CreateRepositoryCreationTemplate', { prefix: 'ROOT', appliedFor: ['CREATE_ON_PUSH'] });
  sandbox.quirks.fail5xx.push({ operation: 'DescribeRepositoryCreationTemplates', times: 1 });
  const ecr = await connectTo(sandbox, { transientTries: 2, throttledTries: 1, baseMs: 0, maxWaitMs: 0 });
  assert.equal((await inspectRepository(ecr, 'team/new', '1', signal())).createdOnPush, 'ROOT');
});

test('a name that ECR does not take is refused before anybody is asked', async () => {
  const before = operationsOf(sandbox).length;
  for (const name of ['Team/app', 'a', 'team//app', 'team/app/'])
    for (const act of [inspect, create])
      await assert.rejects(
        act(name),
        (error) => error instanceof MirrorError && error.why === 'refused' && error.message.includes(name),
      );
  assert.equal(operationsOf(sandbox).length, before);
});

test('a given-up look ends with the reason of its signal', async () => {
  const ecr = await connectTo(sandbox);
  const reason = new Error('given up');
  const looking = inspectRepository(ecr, 'team/app', '1', AbortSignal.abort(reason));
  await assert.rejects(looking, reason);
});

test('a repository is made with the settings that are asked for', async () => {
  assert.equal(await create('team/strict', { immutable: true, scanOnPush: true }), 'created');
  assert.equal(await create('team/loose', { immutable: false, scanOnPush: false }), 'created');
  assert.equal(
    (await inspect('team/strict')).settings,
    'immutable tags, encrypted with AES-256, scanned on push',
  );
  assert.equal((await inspect('team/loose')).settings, 'mutable tags, encrypted with AES-256');
});

test('of two who make a repository at once both go on, and one has made it', async () => {
  const results = await Promise.all([
    create('team/raced', { immutable: true, scanOnPush: false }),
    create('team/raced', { immutable: true, scanOnPush: false }),
  ]);
  assert.deepEqual(results.sort(), ['already-there', 'created']);
  assert.equal((await inspect('team/raced')).tagMutability, 'immutable');
});

test('a repository that was there already keeps its images and settings', async () => {
  const before = contentsOf(sandbox);
  assert.equal(await create('demo-apps/api', { immutable: true, scanOnPush: true }), 'already-there');
  assert.deepEqual(contentsOf(sandbox), before);
  assert.match((await inspect('demo-apps/api')).settings ?? '', /^mutable tags/);
});

test('whoever may not make a repository is told which permission is wanting', async () => {
  denyAsPowerUser(sandbox);
  await assert.rejects(create('team/new'), (error) => {
    assert.ok(error instanceof MirrorError);
    assert.equal(error.why, 'target');
    assert.match(error.message, /team\/new does not exist, .* it lacks ecr:CreateRepository/);
    return true;
  });
  assert.equal((await inspect('team/new')).state, 'missing');
});

test('trouble while a repository is made is thrown as it is', async () => {
  sandbox.quirks.throttle.push({ operation: 'CreateRepository' });
  await assert.rejects(create('team/new'), (error) => !(error instanceof MirrorError));
});
