import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createBudget } from '../../../server/src/io/net/budget.ts';
import { account, answersOf, brief, ecrAsker, host, image, verdictsOf } from './support/ask.ts';
import { awsError, type Call, type FakeEcr, type Reply, startFakeEcr } from './support/fake-ecr.ts';

const servers: FakeEcr[] = [];
after(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

async function fake(reply: (call: Call) => Reply): Promise<FakeEcr> {
  const server = await startFakeEcr(reply);
  servers.push(server);
  return server;
}

const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

interface Stored {
  readonly imageDigest: string;
  readonly imageTags?: readonly string[];
  readonly imageStatus?: string;
}

/** Answers DescribeImages as ECR does: one missing id fails the call, an image is given once for all its tags. */
function describe(stored: readonly Stored[], input: Call['input']): Reply {
  const ids = input.imageIds as { imageTag?: string; imageDigest?: string }[];
  assert.ok(ids.length <= 100, 'ECR takes no more than 100 ids');
  const hits = ids.map((id) =>
    stored.find(({ imageDigest, imageTags }) =>
      id.imageDigest ? imageDigest === id.imageDigest : imageTags?.includes(id.imageTag ?? ''),
    ),
  );
  const missing = hits.indexOf(undefined);
  return missing >= 0
    ? awsError(
        'ImageNotFoundException',
        `The image with imageId ${JSON.stringify(ids[missing])} does not exist`,
      )
    : { status: 200, body: { imageDetails: [...new Set(hits)] } };
}

test('tags and digests that are there exist, with the digest', async () => {
  const stored = [{ imageDigest: digestOf(1), imageTags: ['1.0', 'latest'] }, { imageDigest: digestOf(2) }];
  const server = await fake(({ input }) => describe(stored, input));
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
  const server = await fake(({ input }) => describe(stored, input));
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
  const server = await fake(({ input }) => describe(stored, input));
  const verdicts = await verdictsOf(
    ecrAsker(server.url),
    ['old', 'back', 'new'].map((tag) => image('app', tag)),
  );
  assert.deepEqual(verdicts.map(brief), ['exists/archived', 'exists/archived', 'exists']);
});

test('an image without tag or digest is asked about by its repository', async () => {
  const server = await fake(({ input }) => {
    const [name] = input.repositoryNames as string[];
    return name === 'app'
      ? { status: 200, body: { repositories: [{ repositoryName: 'app' }] } }
      : awsError('RepositoryNotFoundException', 'not there');
  });
  const verdicts = await verdictsOf(ecrAsker(server.url), [image('app', null), image('nope', null)]);
  assert.deepEqual(verdicts.map(brief), ['exists', 'absent/repository']);
});

test('whatever is there and whatever is not, every id gets its own verdict in few calls', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 230 }),
      fc.array(fc.nat(229), { maxLength: 4 }),
      async (count, gone) => {
        const missing = new Set(gone.filter((n) => n < count));
        const stored = Array.from({ length: count }, (_, n) => n)
          .filter((n) => !missing.has(n))
          .map((n) => ({ imageDigest: digestOf(n), imageTags: [`t${n}`] }));
        const server = await startFakeEcr(({ input }) => describe(stored, input));
        try {
          const questions = Array.from({ length: count }, (_, n) => image('app', `t${n}`));
          const verdicts = await verdictsOf(ecrAsker(server.url), questions);
          assert.deepEqual(
            verdicts.map(brief),
            questions.map((_, n) => (missing.has(n) ? 'absent/tag' : 'exists')),
          );
          const most = Math.ceil(count / 100) + 2 * missing.size * 7;
          assert.ok(server.calls.length <= most, `${server.calls.length} calls, ${most} allowed`);
        } finally {
          await server.close();
        }
      },
    ),
    { numRuns: process.env.WAYBILL_SOAK === '1' ? 200 : 12 },
  );
});

test('a malformed id does not spoil the verdicts about its neighbours', async () => {
  const stored = [1, 2, 3, 4].map((n) => ({ imageDigest: digestOf(n), imageTags: [`t${n}`] }));
  const server = await fake(({ input }) =>
    (input.imageIds as { imageTag?: string }[]).some(({ imageTag }) => imageTag === 'bad')
      ? awsError('InvalidParameterException', 'Invalid parameter')
      : describe(stored, input),
  );
  const verdicts = await verdictsOf(
    ecrAsker(server.url),
    ['t1', 't2', 'bad', 't3', 't4', 't5'].map((tag) => image('app', tag)),
  );
  assert.deepEqual(verdicts.map(brief), ['exists', 'exists', 'unchecked', 'exists', 'exists', 'absent/tag']);
});

test('throttled in the middle of a search: what was found stays found, the rest is not called absent', async () => {
  const stored = [{ imageDigest: digestOf(1), imageTags: ['t0'] }];
  let left = 3;
  const server = await fake(({ input }) =>
    left-- > 0 ? describe(stored, input) : awsError('ThrottlingException', 'Rate exceeded'),
  );
  const verdicts = await verdictsOf(
    ecrAsker(server.url),
    ['t0', 't1', 't2', 't3'].map((tag) => image('app', tag)),
  );
  assert.deepEqual(verdicts.map(brief), ['exists', 'throttled', 'throttled', 'throttled']);
  assert.equal(server.calls.length, 4, 'a registry that throttles is not asked on');
});

test('a name that no ECR repository can have is not asked about', async () => {
  const server = await fake(() => 'hang');
  const verdicts = await verdictsOf(ecrAsker(server.url), [image('a', '1'), image('x'.repeat(300), '1')]);
  assert.deepEqual(verdicts.map(brief), ['unchecked', 'unchecked']);
  assert.equal(server.connections(), 0);
});

test('tags are listed page by page, and a cut list says that it is not complete', async () => {
  const server = await fake(({ operation, input }) => {
    assert.equal(operation, 'ListImages');
    const page = Number(input.nextToken ?? 0);
    const last = input.repositoryName === 'small' ? 1 : 99;
    return {
      status: 200,
      body: {
        imageIds: [{ imageTag: `v${page}`, imageDigest: digestOf(page) }],
        ...(page < last ? { nextToken: String(page + 1) } : {}),
      },
    };
  });
  const [small, large] = await answersOf(ecrAsker(server.url), [
    { kind: 'tags', repository: { host, repository: 'small' } },
    { kind: 'tags', repository: { host, repository: 'large' } },
  ]);
  assert.ok(small?.kind === 'tags' && large?.kind === 'tags');
  assert.deepEqual(small.list, { names: ['v0', 'v1'], complete: true, checkedAt: 1_000_000 });
  assert.deepEqual(large.list.names, ['v0', 'v1', 'v2', 'v3', 'v4']);
  assert.equal(large.list.complete, false);
});

test('repositories are listed; a list that was refused is empty and not complete', async () => {
  const server = await fake(({ operation }) =>
    operation === 'DescribeRepositories'
      ? { status: 200, body: { repositories: [{ repositoryName: 'app' }, { repositoryName: 'demo/web' }] } }
      : awsError('AccessDeniedException', 'not authorized'),
  );
  const [repositories, tags] = await answersOf(ecrAsker(server.url), [
    { kind: 'repositories', host },
    { kind: 'tags', repository: { host, repository: 'app' } },
  ]);
  assert.ok(repositories?.kind === 'repositories' && tags?.kind === 'tags');
  assert.deepEqual(repositories.list, { names: ['app', 'demo/web'], complete: true, checkedAt: 1_000_000 });
  assert.deepEqual(tags.list, { names: [], complete: false, checkedAt: 1_000_000 });
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
  await verdictsOf(ecrAsker(server.url, { budget, maxAttempts: 2 }), questions);
  assert.equal(server.calls.length, 18);
  assert.equal(budget.spent(host).calls, 18);
  assert.equal(most, 3);
  assert.deepEqual(budget.spent(), { calls: 18, running: 0, waiting: 0 });
});

test('the region and account of the host are what is signed for, whatever AWS_REGION says', async () => {
  const other = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
  const server = await fake(() => awsError('RepositoryNotFoundException', 'x'));
  const asker = ecrAsker(server.url, { accounts: () => new Set([account, '123456789012']) });
  await verdictsOf(asker, [
    { kind: 'image', image: { host: other, repository: 'app', tag: '1', digest: null } },
    image('app', '1'),
  ]);
  const seen = server.calls.map(({ input, authorization }) => [
    input.registryId,
    /\d{8}\/([\w-]+)\/ecr/.exec(authorization)?.[1],
  ]);
  assert.deepEqual(seen.sort(), [
    ['123456789012', 'eu-central-1'],
    [account, 'us-east-2'],
  ]);
});
