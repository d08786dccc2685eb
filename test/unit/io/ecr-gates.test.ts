import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Question } from '../../../server/src/core/knowledge/knowledge.ts';
import type { EcrOptions } from '../../../server/src/io/aws/ecr.ts';
import { isAboutEcr } from '../../../server/src/io/aws/ecr.ts';
import { createRouter } from '../../../server/src/io/net/router.ts';
import { account, answersOf, brief, ecrAsker, host, image, verdictsOf } from './support/ask.ts';
import { awsError, type FakeEcr, startFakeEcr } from './support/fake-ecr.ts';

const servers: FakeEcr[] = [];
const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));
after(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

async function trap(): Promise<FakeEcr> {
  const server = await startFakeEcr(() => awsError('RepositoryNotFoundException', 'not there'));
  servers.push(server);
  return server;
}

const everything: readonly Question[] = [
  image('app', '1.0'),
  { kind: 'tags', repository: { host, repository: 'app' } },
  { kind: 'repositories', host },
];

/** No static credentials, so that a search for others would begin: with the profile of the account. */
const bare = (url: string): NodeJS.ProcessEnv => ({ AWS_ENDPOINT_URL_ECR: url });

const gates: readonly (readonly [string, Partial<EcrOptions>, string, RegExp])[] = [
  ['an untrusted workspace', { trusted: () => false }, 'unchecked/offline', /not trusted/],
  [
    'an account that nobody registered',
    { accounts: () => new Set(['111122223333']) },
    'unchecked/account-not-registered',
    /429114214526 is not registered/,
  ],
  [
    'an account whose use was not confirmed',
    { confirmAccount: async () => false },
    'unchecked/account-not-registered',
    /until you allow/,
  ],
  [
    'a question that could not be put to the person',
    { confirmAccount: () => Promise.reject(new Error('no window')) },
    'unchecked/account-not-registered',
    /until you allow/,
  ],
];

for (const [name, options, expected, reason] of gates)
  test(`${name}: no connection, and the reason is said`, async () => {
    const server = await trap();
    const looked: string[] = [];
    const asker = ecrAsker(server.url, {
      env: bare(server.url),
      profileFor: (of) => {
        looked.push(of);
        return undefined;
      },
      ...options,
    });
    const [answer, tags, repositories] = await answersOf(asker, everything);
    assert.ok(answer?.kind === 'image' && tags?.kind === 'tags' && repositories?.kind === 'repositories');
    assert.equal(brief(answer.verdict), expected);
    assert.match(answer.verdict.reason, reason);
    assert.equal(answer.verdict.checkedAt, null);
    assert.equal(answer.verdict.from, null);
    assert.deepEqual([tags.list.complete, repositories.list.complete], [false, false]);
    assert.equal(server.connections(), 0);
    if (!('confirmAccount' in options)) assert.deepEqual(looked, [], 'no profile was even thought of');
  });

test('the trap does notice a question that is let through', async () => {
  const server = await trap();
  await answersOf(ecrAsker(server.url), [image('app', '1.0')]);
  assert.equal(server.connections(), 1);
});

test('a person is asked once for each account, and a yes is remembered', async () => {
  const server = await trap();
  const asked: string[] = [];
  const asker = ecrAsker(server.url, {
    confirmAccount: async (of, region, at) => {
      asked.push(`${of} ${region} ${at}`);
      return true;
    },
  });
  const west = host.replace('us-east-2', 'us-west-2');
  const two: Question[] = [
    image('app', '1'),
    { kind: 'image', image: { host: west, repository: 'app', tag: '1', digest: null } },
  ];
  await verdictsOf(asker, two);
  const verdicts = await verdictsOf(asker, two);
  assert.deepEqual(verdicts.map(brief), ['absent/repository', 'absent/repository']);
  assert.deepEqual(asked, [`${account} us-east-2 ${host}`]);
});

test('a no is not remembered', async () => {
  const server = await trap();
  let yes = false;
  const asker = ecrAsker(server.url, { confirmAccount: async () => yes });
  const before = await verdictsOf(asker, [image('app', '1')]);
  yes = true;
  const behind = await verdictsOf(asker, [image('app', '1')]);
  assert.deepEqual([...before, ...behind].map(brief), [
    'unchecked/account-not-registered',
    'absent/repository',
  ]);
});

test('giving up while a person thinks ends the asking without an answer', async () => {
  const server = await trap();
  const controller = new AbortController();
  const asker = ecrAsker(server.url, {
    confirmAccount: () => {
      queueMicrotask(() => controller.abort());
      return new Promise<boolean>(() => {});
    },
  });
  const answers: unknown[] = [];
  await asker.ask([image('app', '1')], controller.signal, (some) => answers.push(...some));
  assert.deepEqual(answers, []);
  assert.equal(server.connections(), 0);
});

test('the router sends each question to who knows its registry, and says what nobody asks yet', async () => {
  const server = await trap();
  const router = createRouter({
    routes: [{ knows: isAboutEcr, asker: ecrAsker(server.url) }],
    network: () => 'on',
    now: () => 7,
  });
  const quay: Question = {
    kind: 'image',
    image: { host: 'quay.io', repository: 'acme/app', tag: '1', digest: null },
  };
  const verdicts = await verdictsOf(router, [quay, image('app', '1')]);
  assert.deepEqual(verdicts.map(brief), ['unchecked', 'absent/repository']);
  assert.equal(verdicts[0]?.reason, 'Waybill cannot ask quay.io here.');
});

for (const [network, reason] of [
  ['off', /offline/],
  ['untrusted', /not trusted/],
] as const)
  test(`with the network ${network} the router asks nobody at all`, async () => {
    const server = await trap();
    const router = createRouter({
      routes: [{ knows: isAboutEcr, asker: ecrAsker(server.url) }],
      network: () => network,
      now: () => 7,
    });
    const [answer] = await answersOf(router, everything);
    assert.ok(answer?.kind === 'image');
    assert.equal(brief(answer.verdict), 'unchecked/offline');
    assert.match(answer.verdict.reason, reason);
    assert.equal(server.connections(), 0);
  });

test('asking prints no warning of Node or of the SDK, and leaves the environment as it was', async () => {
  const server = await trap();
  const before = { ...process.env };
  await answersOf(
    ecrAsker(server.url),
    Array.from({ length: 30 }, (_, n) => image(`app${n}`, '1')),
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(warnings, []);
  assert.deepEqual({ ...process.env }, before);
});
