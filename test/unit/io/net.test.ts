import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBudget } from '../../../server/src/io/net/budget.ts';
import { DeadlineError, withDeadline } from '../../../server/src/io/net/deadline.ts';
import { redact, secretsOf } from '../../../server/src/io/net/redact.ts';

const never = new AbortController().signal;
const nothing = { calls: 0, running: 0, waiting: 0, retries: 0, throttled: null };

test('work that takes too long is given up and its signal aborted', async () => {
  let inner: AbortSignal | null = null;
  const work = withDeadline(5, never, (signal) => {
    inner = signal;
    return new Promise<void>(() => {});
  });
  await assert.rejects(work, DeadlineError);
  assert.equal((inner as AbortSignal | null)?.aborted, true);
});

test("an abort ends work at once with the caller's reason", async () => {
  const controller = new AbortController();
  const work = withDeadline(60_000, controller.signal, () => new Promise<void>(() => {}));
  controller.abort(new Error('enough'));
  await assert.rejects(work, /enough/);
  await assert.rejects(
    withDeadline(60_000, controller.signal, async () => assert.fail('must not start')),
    /enough/,
  );
});

test('work that is done in time gives its result or its own error', async () => {
  assert.equal(await withDeadline(60_000, never, async () => 7), 7);
  await assert.rejects(
    withDeadline(60_000, never, async () => {
      throw new TypeError('own');
    }),
    TypeError,
  );
});

test('a budget lets so many run for a host, in order, and each host for itself', async () => {
  const budget = createBudget({ perHost: 2 });
  const gates = new Map<string, () => void>();
  const order: string[] = [];
  const start = (name: string, host: string): Promise<void> =>
    budget.run(host, never, () => {
      order.push(name);
      return new Promise((resolve) => gates.set(name, resolve));
    });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const all = [start('a', 'h'), start('b', 'h'), start('c', 'h'), start('d', 'h'), start('e', 'other')];
  await turn();
  assert.deepEqual(order, ['a', 'b', 'e']);
  assert.deepEqual(budget.spent('h'), { ...nothing, running: 2, waiting: 2 });
  gates.get('b')?.();
  await turn();
  assert.deepEqual(order, ['a', 'b', 'e', 'c']);
  for (const name of ['a', 'c', 'e']) gates.get(name)?.();
  await turn();
  gates.get('d')?.();
  await Promise.all(all);
  assert.deepEqual(budget.spent(), nothing);
});

test('who gives up waiting leaves the queue, and work that fails makes room', async () => {
  const budget = createBudget({ perHost: 1 });
  const controller = new AbortController();
  let fail: (error: Error) => void = () => {};
  const first = budget.run('h', never, () => new Promise<void>((_, reject) => (fail = reject)));
  const second = budget.run('h', controller.signal, async () => assert.fail('was given up'));
  const third = budget.run('h', never, async () => 'third');
  controller.abort(new Error('given up'));
  await assert.rejects(second, /given up/);
  fail(new Error('broken'));
  await assert.rejects(first, /broken/);
  assert.equal(await third, 'third');
  assert.deepEqual(budget.spent('h'), nothing);
});

const leaks: readonly (readonly [string, string])[] = [
  ['key AKIAQ3EXAMPLEKEY7777 used', 'AKIAQ3EXAMPLEKEY7777'],
  ['temporary key ASIAQ3EXAMPLEKEY7777', 'ASIAQ3EXAMPLEKEY7777'],
  ['Authorization: Bearer abc.def.ghi-jkl', 'abc.def.ghi-jkl'],
  [
    'Authorization: AWS4-HMAC-SHA256 Credential=AKIAQ3EXAMPLEKEY7777/20261123/us-east-2/ecr/aws4_request, SignedHeaders=host, Signature=0123456789abcdef',
    '0123456789abcdef',
  ],
  ['{"authorization":"Basic QVdTOnBhc3N3b3Jk"}', 'QVdTOnBhc3N3b3Jk'],
  ['sent basic QVdTOnBhc3N3b3Jk to it', 'QVdTOnBhc3N3b3Jk'],
  ['x-amz-security-token:FwoGZXIvYXdzEJr', 'FwoGZXIvYXdzEJr'],
  ['GET https://s3/x?X-Amz-Signature=00ff11&X-Amz-Credential=AK%2F1', '00ff11'],
  ['GET https://s3/x?X-Amz-Security-Token=IQoJb3JpZ2lu', 'IQoJb3JpZ2lu'],
  ['aws_secret_access_key = kJ8/exampleSecret+0', 'kJ8/exampleSecret+0'],
  ['{"secretAccessKey":"kJ8/example Secret+0"}', 'kJ8/example Secret+0'],
  ['{"SessionToken": "IQoJb3JpZ2lu"}', 'IQoJb3JpZ2lu'],
  ['docker login --password hunter22 host', 'hunter22'],
  ['helm --token=hunter22', 'hunter22'],
  ['password: hunter22', 'hunter22'],
  ["password='hunter 22'", 'hunter 22'],
  ['REPLICATED_API_TOKEN=0a1b2c3d4e5f', '0a1b2c3d4e5f'],
  ['{"auths":{"host":{"auth":"dXNlcjpodW50ZXIy"}}}', 'dXNlcjpodW50ZXIy'],
  ['{"identitytoken":"abcdef123"}', 'abcdef123'],
  ['clone https://user:hunter22@github.com/x', 'hunter22'],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'eyJzdWIiOiIxIn0'],
  ['ghp_abcdefghijklmnop1234', 'ghp_abcdefghijklmnop1234'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----', 'MIIEow'],
];
for (const [text, secret] of leaks)
  test(`redacts ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.ok(!redact(text).includes(secret), redact(text));
    assert.ok(redact(text).includes('[redacted]'));
  });

test('redacts known secrets as they stand and as URLs write them, the longer first', () => {
  const secret = 'p4ss/with+signs=';
  const text = `a ${secret} b ${encodeURIComponent(secret)} c ${secret}tail`;
  assert.equal(redact(text, [secret, `${secret}tail`]), 'a [redacted] b [redacted] c [redacted]');
});

test('leaves what is no secret', () => {
  const plain = [
    "The repository with name 'demo-apps/nginx' does not exist in the registry with id '429114214526'",
    'User: arn:aws:iam::429114214526:user/dev is not authorized to perform: ecr:DescribeImages',
    'The security token included in the request is expired',
    `sha256:${'0a'.repeat(32)} at 429114214526.dkr.ecr.us-east-2.amazonaws.com/app:1.0`,
    'https://console.aws.amazon.com/ecr/repositories?region=us-east-2',
  ];
  for (const text of [...plain, 'docker.io/acme/secret:1.0.0: it is not there'])
    assert.equal(redact(text), text);
});

test('redacting ends quickly on any long text', () => {
  for (const text of [
    'a'.repeat(200_000),
    'token'.repeat(40_000),
    'x://'.repeat(50_000),
    '"'.repeat(200_000),
  ])
    assert.equal(redact(text).length, text.length);
});

test('knows which variables of the environment are secret', () => {
  const env = {
    AWS_SECRET_ACCESS_KEY: 'one-secret',
    AWS_SESSION_TOKEN: 'two-secret',
    REPLICATED_API_TOKEN: 'three-secret',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
    HOME: '/home/me',
  };
  assert.deepEqual(secretsOf(env), ['one-secret', 'two-secret', 'three-secret']);
});
