import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import { deniedActions } from '../../../server/src/work/mirror/ecr-rights.ts';
import { connectTo, contentsOf, deny, denyAsPowerUser, operationsOf, signal, told } from './support/ecr.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const here = 'demo-apps/api';
const denied = async (repository: string): Promise<readonly string[]> =>
  deniedActions(await connectTo(sandbox), repository, signal());

const actions = [
  'BatchCheckLayerAvailability',
  'CompleteLayerUpload',
  'InitiateLayerUpload',
  'PutImage',
  'UploadLayerPart',
];

test('where all is allowed none is named, and nothing has changed', async () => {
  const before = contentsOf(sandbox);
  assert.deepEqual(await denied(here), []);
  assert.deepEqual(operationsOf(sandbox).sort(), actions);
  assert.deepEqual(contentsOf(sandbox), before);
});

for (const action of actions) {
  test(`a refused ${action} is named, and it alone`, async () => {
    deny(sandbox, action);
    assert.deepEqual(await denied(here), [`ecr:${action}`]);
  });
  test(`a refused ${action} is named where the repository is missing and nothing makes it`, async () => {
    deny(sandbox, action);
    assert.deepEqual(await denied('team/new'), [`ecr:${action}`]);
  });
  for (const [name, strike] of [
    ['a reset', () => sandbox.quirks.reset.push({ operation: action })],
    ['an error of the server', () => sandbox.quirks.fail5xx.push({ operation: action })],
    ['a sign-in page', () => sandbox.quirks.html200.push({ operation: action })],
    ['throttling', () => sandbox.quirks.throttle.push({ operation: action })],
    ['an expired session', () => sandbox.quirks.expire.push({ operation: action })],
  ] as const)
    test(`${name} at ${action} is thrown, not taken for a permission`, async () => {
      strike();
      await assert.rejects(denied(here));
    });
}

test('refused actions are all named, sorted', async () => {
  deny(sandbox, ...actions);
  assert.deepEqual(
    await denied(here),
    actions.map((action) => `ecr:${action}`),
  );
});

test('a refusal for one repository is none for another', async () => {
  sandbox.quirks.deny.push({ operation: 'PutImage', repository: here });
  assert.deepEqual(await denied(here), ['ecr:PutImage']);
  assert.deepEqual(await denied('demo-apps/worker'), []);
});

test('a power user may push', async () => {
  denyAsPowerUser(sandbox);
  assert.deepEqual(await denied(here), []);
});

test('an identity that only reads is told each action that pushing needs', async () => {
  denyAsPowerUser(sandbox);
  deny(sandbox, 'CompleteLayerUpload', 'InitiateLayerUpload', 'PutImage', 'UploadLayerPart');
  assert.deepEqual(await denied(here), [
    'ecr:CompleteLayerUpload',
    'ecr:InitiateLayerUpload',
    'ecr:PutImage',
    'ecr:UploadLayerPart',
  ]);
});

test('an identity that only pulls is told what can be told without knowing the repository', async () => {
  deny(sandbox, ...actions, 'DescribeRepositories', 'DescribeRepositoryCreationTemplates');
  assert.deepEqual(await denied(here), [
    'ecr:BatchCheckLayerAvailability',
    'ecr:CompleteLayerUpload',
    'ecr:UploadLayerPart',
  ]);
});

test('a repository whose layers may not be looked at is looked for by name', async () => {
  deny(sandbox, ...actions, 'DescribeRepositoryCreationTemplates');
  assert.equal((await denied(here)).length, actions.length);
});

for (const [name, prepare] of [
  [
    'a first push would make',
    () =>
      told(sandbox, 'CreateRepositoryCreationTemplate', { prefix: 'team', appliedFor: ['CREATE_ON_PUSH'] }),
  ],
  ['a first push may make, for all one may know,', async () => denyAsPowerUser(sandbox)],
] as const)
  test(`no push is begun at a repository that ${name}`, async () => {
    await prepare();
    deny(sandbox, 'UploadLayerPart', 'PutImage');
    const before = contentsOf(sandbox);
    assert.deepEqual(await denied('team/new'), ['ecr:UploadLayerPart']);
    const begun = operationsOf(sandbox).filter(
      (each) => each === 'InitiateLayerUpload' || each === 'PutImage',
    );
    assert.deepEqual(begun, []);
    assert.ok(!operationsOf(sandbox).includes('DescribeRepositories'), 'that it is missing is known already');
    assert.deepEqual(contentsOf(sandbox), before);
  });

test('a given-up look ends with the reason of its signal', async () => {
  const reason = new Error('given up');
  await assert.rejects(deniedActions(await connectTo(sandbox), here, AbortSignal.abort(reason)), reason);
});
