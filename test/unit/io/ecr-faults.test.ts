import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { brief, ecrAsker, host, image, logged, secrets, verdictsOf } from './support/ask.ts';
import { awsError, type FakeEcr, type Reply, startFakeEcr } from './support/fake-ecr.ts';

const servers: FakeEcr[] = [];
after(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

async function fake(reply: Parameters<typeof startFakeEcr>[0]): Promise<FakeEcr> {
  const server = await startFakeEcr(reply);
  servers.push(server);
  return server;
}

const digest = `sha256:${'a'.repeat(64)}`;
const html = '<html><body>Please sign in to the hotel network</body></html>';
const notThere = "The repository with name 'app' does not exist in the registry with id '429114214526'";

// One fault for each: what the server answers, and what may be said about the image then.
const faults: readonly (readonly [string, Reply, string])[] = [
  ['an absent repository', awsError('RepositoryNotFoundException', notThere), 'absent/repository'],
  [
    'an absent repository with a qualified name',
    awsError('com.amazonaws.ecr#RepositoryNotFoundException', notThere),
    'absent/repository',
  ],
  ['an absent tag', awsError('ImageNotFoundException', 'The image does not exist'), 'absent/tag'],
  ['a missing permission', awsError('AccessDeniedException', 'User: u is not authorized'), 'denied'],
  ['unknown keys', awsError('UnrecognizedClientException', 'The security token is invalid'), 'denied'],
  ['a bad signature', awsError('InvalidSignatureException', 'Signature mismatch', 403), 'denied'],
  ['throttling', awsError('ThrottlingException', 'Rate exceeded'), 'throttled'],
  ['throttling by status', awsError('TooManyRequestsException', 'Slow down', 429), 'throttled'],
  ['throttling by its words alone', awsError('SomethingNew', 'Rate exceeded'), 'throttled'],
  [
    'an expired session',
    awsError('ExpiredTokenException', 'The token is expired'),
    'unchecked/session-expired',
  ],
  [
    'a name that ECR refuses',
    awsError('InvalidParameterException', 'Invalid parameter at imageIds'),
    'unchecked',
  ],
  ['an error of the service', awsError('ServerException', 'Sorry', 500), 'unreachable'],
  ['a 503 without a body', { status: 503, body: '' }, 'unreachable'],
  ['a 502 of a proxy', { status: 502, body: html, type: 'text/html' }, 'unreachable'],
  ['a 404 of a proxy', { status: 404, body: html, type: 'text/html' }, 'unreachable'],
  ['a 404 in JSON without an error name', { status: 404, body: { message: 'not found' } }, 'unreachable'],
  ['a 400 in JSON without an error name', { status: 400, body: { message: notThere } }, 'unreachable'],
  [
    'the right name with a status that ECR does not use for it',
    awsError('RepositoryNotFoundException', notThere, 404),
    'unreachable',
  ],
  [
    'the right name in a page that is not JSON',
    { status: 400, body: { __type: 'ImageNotFoundException', message: 'x' }, type: 'text/html' },
    'unreachable',
  ],
  ['a sign-in page with 200', { status: 200, body: html, type: 'text/html' }, 'unreachable'],
  ['a sign-in page with 403', { status: 403, body: html, type: 'text/html' }, 'unreachable'],
  ['JSON that is cut off', { status: 200, body: '{"imageDetails":[{"ima' }, 'unreachable'],
  ['an empty object with 200', { status: 200, body: {} }, 'unreachable'],
  ['a list without the image with 200', { status: 200, body: { imageDetails: [] } }, 'unreachable'],
  ['null with 200', { status: 200, body: 'null' }, 'unreachable'],
  ['a redirect', { status: 302, body: html, type: 'text/html' }, 'unreachable'],
  ['a broken connection', 'reset', 'unreachable'],
];

for (const [name, reply, expected] of faults)
  test(`${name} makes ${expected}`, async () => {
    const server = await fake(() => reply);
    const [verdict] = await verdictsOf(ecrAsker(server.url), [image('app', '1.0')]);
    assert.ok(verdict);
    assert.equal(brief(verdict), expected);
    assert.match(verdict.reason, /^[A-Z].*[.']?$/);
    assert.equal(verdict.from, 'Amazon ECR us-east-2, account 429114214526');
    assert.equal(verdict.checkedAt, 1_000_000);
    assert.equal(server.calls[0]?.operation, 'DescribeImages');
    assert.match(server.calls[0]?.authorization ?? '', /us-east-2\/ecr\/aws4_request/);
  });

test('an absent digest is told from an absent tag', async () => {
  const server = await fake(() => awsError('ImageNotFoundException', 'The image does not exist'));
  const verdicts = await verdictsOf(ecrAsker(server.url), [
    image('app', null, digest),
    image('web', '1', digest),
  ]);
  assert.deepEqual(verdicts.map(brief), ['absent/digest', 'absent/digest']);
});

test("the registry's own words are given for what it says is absent or denied", async () => {
  const server = await fake(() => awsError('RepositoryNotFoundException', notThere));
  const [verdict] = await verdictsOf(ecrAsker(server.url), [image('app', '1.0')]);
  assert.equal(verdict?.reason, `Amazon ECR us-east-2 says: ${notThere}`);
});

test('a registry that never answers is unreachable when the time is up', async () => {
  const server = await fake(() => 'hang');
  const [verdict] = await verdictsOf(ecrAsker(server.url, { deadlineMs: 60 }), [image('app', '1')]);
  assert.equal(verdict?.status, 'unreachable');
  assert.match(verdict?.reason ?? '', /no answer in time/);
});

test('a refused connection is unreachable, and the other repositories are not tried', async () => {
  const server = await startFakeEcr(() => 'hang');
  await server.close();
  const questions = Array.from({ length: 40 }, (_, n) => image(`app${n}`, '1'));
  const verdicts = await verdictsOf(ecrAsker(server.url), questions);
  assert.deepEqual([...new Set(verdicts.map(brief))], ['unreachable']);
  assert.match(verdicts[39]?.reason ?? '', /refused/);
});

test('a host that DNS does not know is unreachable', async () => {
  const [verdict] = await verdictsOf(ecrAsker('http://no-such-host.invalid'), [image('app', '1')]);
  assert.equal(verdict?.status, 'unreachable');
});

test('an expired session is noticed once, not for each repository', async () => {
  const server = await fake(() => awsError('ExpiredTokenException', 'The security token is expired'));
  const questions = Array.from({ length: 40 }, (_, n) => image(`app${n}`, '1'));
  const verdicts = await verdictsOf(ecrAsker(server.url), questions);
  assert.deepEqual([...new Set(verdicts.map(brief))], ['unchecked/session-expired']);
  assert.ok(server.calls.length <= 6, `${server.calls.length} calls`);
});

test('a denied repository says nothing about the next one', async () => {
  const server = await fake(({ input }) =>
    input.repositoryName === 'ours'
      ? { status: 200, body: { imageDetails: [{ imageDigest: digest, imageTags: ['1'] }] } }
      : awsError('AccessDeniedException', 'not authorized'),
  );
  const verdicts = await verdictsOf(ecrAsker(server.url), [image('theirs', '1'), image('ours', '1')]);
  assert.deepEqual(verdicts.map(brief), ['denied', 'exists']);
});

test('an aborted question gets no answer, and asking ends at once', async () => {
  let arrived: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await fake(() => {
    arrived();
    return 'hang';
  });
  const controller = new AbortController();
  const questions = Array.from({ length: 20 }, (_, n) => image(`app${n}`, '1'));
  const answers: unknown[] = [];
  const done = ecrAsker(server.url).ask(questions, controller.signal, (some) => answers.push(...some));
  await asked;
  controller.abort();
  await done;
  assert.deepEqual(answers, []);
  assert.ok(server.calls.length <= 6, 'those in the queue were not sent');
});

test('no credentials: nothing is sent, and that is what is said', async () => {
  const server = await fake(() => 'hang');
  const saved = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nonexistent/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  });
  try {
    const asker = ecrAsker(server.url, { env: { AWS_ENDPOINT_URL_ECR: server.url } });
    const [verdict] = await verdictsOf(asker, [image('app', '1')]);
    assert.ok(verdict);
    assert.equal(brief(verdict), 'unchecked/no-credentials');
    assert.match(verdict.reason, /^No AWS credentials for Amazon ECR us-east-2: /);
    assert.deepEqual([verdict.checkedAt, verdict.from], [null, null]);
    assert.equal(server.connections(), 0);
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
    Object.assign(process.env, saved);
  }
});

test('no secret is in any reason or log line, even where the service repeats them', async () => {
  const leak = `The Canonical String should have been host:x x-amz-security-token:${secrets.AWS_SESSION_TOKEN} key ${secrets.AWS_ACCESS_KEY_ID} ${secrets.AWS_SECRET_ACCESS_KEY}`;
  const names = [
    'AccessDeniedException',
    'InvalidSignatureException',
    'ImageNotFoundException',
    'ServerException',
  ];
  const reasons: string[] = [];
  for (const name of names) {
    const server = await fake(() => awsError(name, leak));
    const verdicts = await verdictsOf(ecrAsker(server.url), [image('app', '1')]);
    reasons.push(...verdicts.map(({ reason }) => reason));
  }
  assert.equal(reasons.length, names.length);
  assert.ok(logged.length > 0);
  for (const text of [...reasons, ...logged])
    for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret), text);
});

test('a host that only looks like ECR is asked nothing', async () => {
  const server = await fake(() => 'hang');
  const questions = [`${host}.evil.example`, `evil.example/${host}`, `x${host}`].map(
    (fakeHost) =>
      ({ kind: 'image', image: { host: fakeHost, repository: 'app', tag: '1', digest: null } }) as const,
  );
  const verdicts = await verdictsOf(ecrAsker(server.url), questions);
  assert.deepEqual([...new Set(verdicts.map(brief))], ['unchecked']);
  assert.equal(server.connections(), 0);
});
