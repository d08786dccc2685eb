import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CredentialsError, OddAnswerError } from '../../../server/src/io/aws/api.ts';
import { DataPlaneError } from '../../../server/src/io/aws/data-plane.ts';
import { againAfter, failureOf, isRefused } from '../../../server/src/io/aws/failure.ts';
import { DeadlineError } from '../../../server/src/io/net/deadline.ts';
import { type Again, usualRetries } from '../../../server/src/io/net/retry.ts';
import { brief, ecrAsker, image, verdictsOf } from './support/ask.ts';
import { awsError, type FakeEcr, startFakeEcr } from './support/fake-ecr.ts';
import { digestOf, registryOf } from './support/fake-images.ts';

const servers: FakeEcr[] = [];
after(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

/** An error as the SDK throws it for an answer with a JSON body. */
const service = (
  name: string,
  status: number,
  {
    message = 'x',
    headers = {},
    ...metadata
  }: { message?: string; headers?: object; clockSkewCorrected?: true } = {},
): Error =>
  Object.assign(new Error(message), {
    name,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status, ...metadata },
    $response: { headers: { 'content-type': 'application/x-amz-json-1.1', ...headers } },
  });
const page = (status: number): Error =>
  Object.assign(new SyntaxError('Unexpected token <'), {
    $metadata: { httpStatusCode: status },
    $response: { headers: { 'content-type': 'text/html' } },
  });
const connection = (code: string): Error => Object.assign(new Error(code), { code });

const no: Again = { kind: 'no' };
const transient: Again = { kind: 'transient' };
const throttled = (retryAfterMs: number | null): Again => ({ kind: 'throttled', retryAfterMs });

/** Each error, whether it is tried again, what it says of an extra call's use here, and the verdict that it makes. */
const table: readonly (readonly [string, Error, Again, boolean, string])[] = [
  ['throttling', service('ThrottlingException', 400), throttled(null), false, 'throttled'],
  [
    'throttling with Retry-After',
    service('ThrottlingException', 400, { headers: { 'retry-after': '7' } }),
    throttled(7000),
    false,
    'throttled',
  ],
  [
    'Retry-After that is no number',
    service('ThrottlingException', 400, { headers: { 'retry-after': 'soon' } }),
    throttled(null),
    false,
    'throttled',
  ],
  ['429', service('TooManyRequestsException', 429), throttled(null), false, 'throttled'],
  ['a 429 of something else', page(429), throttled(null), false, 'unreachable'],
  ['words alone', service('New', 400, { message: 'Rate exceeded' }), throttled(null), false, 'throttled'],
  ['RequestLimitExceeded', service('RequestLimitExceeded', 400), throttled(null), false, 'throttled'],
  ['SlowDown', service('SlowDown', 503), throttled(null), false, 'throttled'],
  ['ServerException', service('ServerException', 500), transient, false, 'unreachable'],
  ['503', service('ServiceUnavailable', 503), transient, false, 'unreachable'],
  ['an HTML page with 200', page(200), transient, false, 'unreachable'],
  ['an HTML page with 302', page(302), no, false, 'unreachable'],
  ['an HTML page with 403', page(403), no, true, 'unreachable'],
  ['an HTML page with 500', page(500), transient, true, 'unreachable'],
  ['an HTML page with 502', page(502), transient, false, 'unreachable'],
  ['an answer that is none', new OddAnswerError('x'), transient, false, 'unreachable'],
  ['no answer in time', new DeadlineError('x'), transient, false, 'unreachable'],
  ['a reset', connection('ECONNRESET'), transient, false, 'unreachable'],
  ['a broken pipe', connection('EPIPE'), transient, false, 'unreachable'],
  ['DNS that does not answer', connection('EAI_AGAIN'), transient, false, 'unreachable'],
  ['a host that is not known', connection('ENOTFOUND'), no, false, 'unreachable'],
  ['a refused connection', connection('ECONNREFUSED'), no, false, 'unreachable'],
  ['a certificate', connection('CERT_HAS_EXPIRED'), no, false, 'unreachable'],
  ['no permission', service('AccessDeniedException', 400), no, true, 'denied'],
  ['an operation that is not known', service('UnknownOperationException', 404), no, true, 'unreachable'],
  ['unknown keys', service('UnrecognizedClientException', 400), no, false, 'denied'],
  ['an expired session', service('ExpiredTokenException', 400), no, false, 'unchecked/session-expired'],
  ['a wrong clock', service('RequestTimeTooSkewed', 403), no, false, 'denied'],
  [
    'a wrong clock that the SDK has corrected for',
    service('RequestTimeTooSkewed', 403, { clockSkewCorrected: true }),
    transient,
    false,
    'denied',
  ],
  ['a name that is not taken', service('InvalidParameterException', 400), no, true, 'unchecked'],
  ['a throttled registry', new DataPlaneError(429, 'x', 3000), throttled(3000), false, 'throttled'],
  ['a broken registry', new DataPlaneError(502, 'x'), transient, false, 'unreachable'],
  ['a registry that refuses', new DataPlaneError(403, 'x'), no, false, 'denied'],
  ['no credentials', new CredentialsError('none', 'None.'), no, false, 'unchecked/no-credentials'],
  ['a signed-out session', new CredentialsError('expired', 'Gone.'), no, false, 'unchecked/session-expired'],
  ['a sign-in service that is away', new CredentialsError('unreachable', 'Away.'), no, false, 'unreachable'],
  ['anything else', new Error('a bug'), no, false, 'unchecked'],
];

for (const [name, error, again, refused, verdict] of table)
  test(`${name}: ${again.kind === 'no' ? 'not tried again' : again.kind}, ${verdict}`, () => {
    assert.deepEqual(againAfter(error), again);
    assert.equal(isRefused(error), refused);
    const failure = failureOf(error, 'Amazon ECR us-east-2');
    assert.equal(brief({ ...failure, digest: null, checkedAt: null, from: null }), verdict);
    assert.match(failure.reason, /\S/);
  });

for (const error of [
  service('RequestTimeTooSkewed', 403),
  service('RequestExpired', 400),
  service('InvalidSignatureException', 403, {
    message: 'Signature expired: 20261125T1200 is now earlier than …',
  }),
  service('InvalidSignatureException', 403, { message: 'Signature not yet current: …' }),
])
  test(`${error.name} (${error.message.slice(0, 20)}) is said to be about the clock`, () => {
    assert.match(failureOf(error, 'Amazon ECR us-east-2').reason, /the clock of this machine is wrong/);
  });

test('how to renew an expired session is said as whoever asks has it', () => {
  const error = service('ExpiredTokenException', 400);
  const { reason } = failureOf(error, 'Amazon ECR us-east-2', 'Sign in again: aws sso login --profile dev');
  assert.equal(
    reason,
    'The AWS session used for Amazon ECR us-east-2 has expired. Sign in again: aws sso login --profile dev',
  );
});

test('a call is tried as often as the policy says, and no more', async () => {
  for (const [name, status, tries] of [
    ['ServerException', 500, usualRetries.transientTries],
    ['ThrottlingException', 400, usualRetries.throttledTries],
    ['AccessDeniedException', 400, 1],
  ] as const) {
    const server = await startFakeEcr(({ operation }) =>
      operation === 'DescribeImages' ? awsError(name, 'x', status) : awsError('AccessDeniedException', 'x'),
    );
    servers.push(server);
    await verdictsOf(ecrAsker(server.url, { retries: { ...usualRetries, baseMs: 1 } }), [image('app', '1')]);
    assert.equal(server.calls.filter(({ operation }) => operation === 'DescribeImages').length, tries, name);
  }
});

test('a hiccup of any kind is got over', async () => {
  const hiccups = [
    'reset',
    { status: 200, body: '<html></html>', type: 'text/html' },
    awsError('ThrottlingException', 'Rate exceeded'),
    awsError('ServerException', 'x', 500),
    { status: 200, body: '{"imageDetails":[{' },
  ] as const;
  for (const hiccup of hiccups) {
    let left = 1;
    const stored = [{ imageDigest: digestOf(1), imageTags: ['1'] }];
    const server = await startFakeEcr(registryOf(stored, () => (left-- > 0 ? hiccup : undefined)));
    servers.push(server);
    const [verdict] = await verdictsOf(ecrAsker(server.url, { retries: { ...usualRetries, baseMs: 1 } }), [
      image('app', '1'),
    ]);
    assert.equal(verdict?.status, 'exists', JSON.stringify(hiccup));
  }
});
