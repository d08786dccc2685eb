import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createBudget } from '../../../server/src/io/net/budget.ts';
import { usualRetries } from '../../../server/src/io/net/retry.ts';
import { account, answersOf, brief, ecrAsker, host, image, verdictsOf } from './support/ask.ts';
import { awsError, type Call, type FakeEcr, type Reply, startFakeEcr } from './support/fake-ecr.ts';
import { describeImages, digestOf, registryOf } from './support/fake-images.ts';

const servers: FakeEcr[] = [];
after(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

async function fake(reply: (call: Call) => Reply): Promise<FakeEcr> {
  const server = await startFakeEcr(reply);
  servers.push(server);
  return server;
}

test('tags and digests that are there exist, with the digest', async () => {
  const stored = [{ imageDigest: digestOf(1), imageTags: ['1.0', 'latest'] }, { imageDigest: digestOf(2) }];
  const server = await fake(registryOf(stored));
  const verdicts = await verdictsOf(ecrAsker(server.url), [
    image('app', '1.0'),
    image('app', 'latest'),
    image('app', null, digestOf(2)),
    image('app', '1.0', digestOf(1)),
  ]);
  assert.deepEqual(verdicts.map(brief), ['exists', 'exists', 'exists', 'exists']);
  assert.deepEqual(
    verdicts.map(({ digest }) => digest),
    [digestOf(1), digestOf(1), digestOf(2), digestOf(1)],
  );
  assert.equal(server.calls.length, 1, 'one call for one repository');
  assert.equal(server.calls[0]?.input.registryId, account);
});

test('a digest beside a tag that is elsewhere or nowhere is a mismatch that says so', async () => {
  const stored = [
    { imageDigest: digestOf(1), imageTags: ['1.0'] },
    { imageDigest: digestOf(2), imageTags: ['2.0'] },
  ];
  const server = await fake(registryOf(stored));
  const verdicts = await verdictsOf(ecrAsker(server.url), [
    image('app', '2.0', digestOf(1)),
    image('app', '3.0', digestOf(1)),
    image('app', '1.0', digestOf(1)),
    image('app', '1.0', digestOf(9)),
  ]);
  assert.deepEqual(verdicts.map(brief), [
    'exists/digest-mismatch',
    'exists/digest-mismatch',
    'exists',
    'absent/digest',
  ]);
  assert.equal(verdicts[0]?.digest, digestOf(1));
  assert.match(verdicts[0]?.reason ?? '', new RegExp(`the tag 2.0 is on ${digestOf(2)}`));
  assert.match(verdicts[1]?.reason ?? '', /there is no tag 3.0/);
});

test('an archived image exists but is said to be archived', async () => {
  const stored = [
    { imageDigest: digestOf(1), imageTags: ['old'], imageStatus: 'ARCHIVED' },
    { imageDigest: digestOf(2), imageTags: ['back'], imageStatus: 'ACTIVATING' },
    { imageDigest: digestOf(3), imageTags: ['new'], imageStatus: 'ACTIVE' },
  ];
  const server = await fake(registryOf(stored));
  const verdicts = await verdictsOf(
    ecrAsker(server.url),
    ['old', 'back', 'new'].map((tag) => image('app', tag)),
  );
  assert.deepEqual(verdicts.map(brief), ['exists/archived', 'exists/archived', 'exists']);
});

test('an image without tag or digest is asked about by its repository', async () => {
  const server = await fake(({ input }) => {
    const [name] = (input.repositoryNames ?? []) as string[];
    return name === 'app'
      ? { status: 200, body: { repositories: [{ repositoryName: 'app' }] } }
      : awsError('RepositoryNotFoundException', 'not there');
  });
  const verdicts = await verdictsOf(ecrAsker(server.url), [image('app', null), image('nope', null)]);
  assert.deepEqual(verdicts.map(brief), ['exists', 'absent/repository']);
});

test('a malformed id does not spoil the verdicts about its neighbours', async () => {
  const stored = [1, 2, 3, 4].map((n) => ({ imageDigest: digestOf(n), imageTags: [`t${n}`] }));
  const server = await fake(
    registryOf(stored, ({ input }) =>
      (input.imageIds as { imageTag?: string }[] | undefined)?.some(({ imageTag }) => imageTag === 'bad')
        ? awsError('InvalidParameterException', 'Invalid parameter')
        : undefined,
    ),
  );
  const verdicts = await verdictsOf(
    ecrAsker(server.url),
    ['t1', 't2', 'bad', 't3', 't4', 't5'].map((tag) => image('app', tag)),
  );
  assert.deepEqual(verdicts.map(brief), ['exists', 'exists', 'unchecked', 'exists', 'exists', 'absent/tag']);
});

test('throttled in the middle of a search: what was found stays found, the rest is not called absent', async () => {
  const stored = [{ imageDigest: digestOf(1), imageTags: ['t0'] }];
  const asked: string[] = [];
  const server = await fake(({ operation, input }) => {
    if (operation !== 'DescribeImages') return awsError('AccessDeniedException', 'not authorized');
    const ids = input.imageIds as { imageTag: string }[] | undefined;
    asked.push(ids?.map(({ imageTag }) => imageTag).join(' ') ?? 'list');
    if (asked.length > 2) return awsError('ThrottlingException', 'Rate exceeded');
    // No list here, and no name in what is said: it has to be searched for.
    return ids ? describeImages(stored, input, { mute: true }) : awsError('InvalidParameterException', 'no');
  });
  const verdicts = await verdictsOf(
    ecrAsker(server.url),
    ['t0', 't1', 't2', 't3'].map((tag) => image('app', tag)),
  );
  assert.deepEqual(asked, ['t0 t1 t2 t3', 'list', 't0 t1'], 'a registry that throttles is not asked on');
  assert.deepEqual(verdicts.map(brief), ['throttled', 'throttled', 'throttled', 'throttled']);
});

test('a name that no ECR repository can have is not asked about', async () => {
  const server = await fake(() => 'hang');
  const verdicts = await verdictsOf(ecrAsker(server.url), [image('a', '1'), image('x'.repeat(300), '1')]);
  assert.deepEqual(verdicts.map(brief), ['unchecked', 'unchecked']);
  assert.equal(server.connections(), 0);
});

test('tags are listed page by page, newest first, and a cut list says that it is not complete', async () => {
  const server = await fake(({ operation, input }) => {
    assert.equal(operation, 'DescribeImages');
    assert.deepEqual(input.filter, { tagStatus: 'TAGGED', imageStatus: 'ANY' });
    const page = Number(input.nextToken ?? 0);
    const last = input.repositoryName === 'small' ? 1 : 99;
    return {
      status: 200,
      body: {
        imageDetails: [
          { imageTags: [`v${page}`], imageDigest: digestOf(page), imagePushedAt: page, imageSizeInBytes: 5 },
        ],
        ...(page < last ? { nextToken: String(page + 1) } : {}),
      },
    };
  });
  const [small, large] = await answersOf(ecrAsker(server.url), [
    { kind: 'tags', repository: { host, repository: 'small' } },
    { kind: 'tags', repository: { host, repository: 'large' } },
  ]);
  assert.ok(small?.kind === 'tags' && large?.kind === 'tags');
  assert.deepEqual(small.list, {
    names: ['v1', 'v0'],
    complete: true,
    checkedAt: 1_000_000,
    details: {
      v1: { digest: digestOf(1), at: 1000, size: 5 },
      v0: { digest: digestOf(0), at: 0, size: 5 },
    },
  });
  assert.deepEqual(large.list.names, ['v4', 'v3', 'v2', 'v1', 'v0']);
  assert.equal(large.list.complete, false);
});

test('an image comes with what ECR tells of it', async () => {
  const server = await fake(
    registryOf([], ({ operation }) =>
      operation === 'DescribeImages'
        ? {
            status: 200,
            body: {
              imageDetails: [
                {
                  imageDigest: digestOf(1),
                  imageTags: ['1', 'latest'],
                  imageSizeInBytes: 12_345,
                  imagePushedAt: 1_767_225_600,
                  lastRecordedPullTime: 1_767_225_601.5,
                  imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
                },
              ],
            },
          }
        : undefined,
    ),
  );
  const [verdict] = await verdictsOf(ecrAsker(server.url), [image('app', '1')]);
  assert.deepEqual(verdict?.facts, {
    pushedAt: 1_767_225_600_000,
    pulledAt: 1_767_225_601_500,
    size: 12_345,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    tags: ['1', 'latest'],
  });
  assert.equal(verdict?.as, 'environment credentials');
});

test('repositories are listed; a list that was refused is empty and not complete', async () => {
  const server = await fake(({ operation }) =>
    operation === 'DescribeRepositories'
      ? {
          status: 200,
          body: {
            repositories: [
              { repositoryName: 'app', createdAt: 7, imageTagMutability: 'IMMUTABLE' },
              { repositoryName: 'demo/web', imageTagMutability: 'MUTABLE' },
            ],
          },
        }
      : awsError('AccessDeniedException', 'not authorized'),
  );
  const [repositories, tags] = await answersOf(ecrAsker(server.url), [
    { kind: 'repositories', host },
    { kind: 'tags', repository: { host, repository: 'app' } },
  ]);
  assert.ok(repositories?.kind === 'repositories' && tags?.kind === 'tags');
  assert.deepEqual(repositories.list, {
    names: ['app', 'demo/web'],
    complete: true,
    checkedAt: 1_000_000,
    details: { app: { at: 7000, immutable: true }, 'demo/web': { immutable: false } },
  });
  assert.deepEqual(tags.list, {
    names: [],
    complete: false,
    checkedAt: 1_000_000,
    reason: 'Amazon ECR us-east-2 says: not authorized',
  });
});

test('every attempt counts against the budget, and only so many repositories are asked at once', async () => {
  let running = 0;
  let most = 0;
  const budget = createBudget({
    perHost: 3,
    onChange: () => {
      running = budget.spent(host).running;
      most = Math.max(most, running);
    },
  });
  const server = await fake(() => ({ status: 500, body: { __type: 'ServerException', message: 'x' } }));
  const questions = Array.from({ length: 9 }, (_, n) => image(`app${n}`, '1'));
  await verdictsOf(
    ecrAsker(server.url, { budget, retries: { ...usualRetries, transientTries: 2, baseMs: 1 } }),
    questions,
  );
  assert.equal(server.calls.length, 18);
  assert.equal(budget.spent(host).calls, 18);
  assert.equal(most, 3);
  assert.deepEqual(budget.spent(), { calls: 18, running: 0, waiting: 0, retries: 9, throttled: null });
});

test('the region and account of the host are what is signed for, whatever AWS_REGION says', async () => {
  const other = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
  const server = await fake(() => awsError('RepositoryNotFoundException', 'x'));
  const asker = ecrAsker(server.url, { accounts: () => new Set([account, '123456789012']) });
  await verdictsOf(asker, [
    { kind: 'image', image: { host: other, repository: 'app', tag: '1', digest: null } },
    image('app', '1'),
  ]);
  const seen = server.calls
    .filter(({ operation }) => operation === 'DescribeImages')
    .map(({ input, authorization }) => [input.registryId, /\d{8}\/([\w-]+)\/ecr/.exec(authorization)?.[1]]);
  assert.deepEqual(seen.sort(), [
    ['123456789012', 'eu-central-1'],
    [account, 'us-east-2'],
  ]);
});

test('what an open document waits for is asked before the rest of its release', async () => {
  const server = await fake(() => awsError('RepositoryNotFoundException', 'x'));
  const asker = ecrAsker(server.url, {
    budget: createBudget({ perHost: 1 }),
    urgent: (question) => question.kind === 'image' && question.image.repository === 'open',
  });
  await verdictsOf(asker, [image('one', '1'), image('two', '1'), image('open', '1')]);
  const order = server.calls
    .filter(({ operation }) => operation === 'DescribeImages')
    .map(({ input }) => input.repositoryName);
  assert.deepEqual([...new Set(order)], ['one', 'open', 'two']);
});
