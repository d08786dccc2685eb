import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import {
  type Sandbox,
  type SandboxOptions,
  seededDigests,
  startSandbox,
} from '../../../sandbox/src/index.ts';
import { ecrLogin } from '../../../server/src/io/aws/login.ts';
import { noRetries } from '../../../server/src/io/net/retry.ts';
import { signedCall } from '../../contract/support/signed.ts';
import { brief, ecrAsker, host, image, logged, verdictsOf } from './support/ask.ts';
import { awsError, startFakeEcr } from './support/fake-ecr.ts';

let sandbox: Sandbox;
let clock = 0;
/** AmazonEC2ContainerRegistryPullOnly: everything but GetAuthorizationToken and pulls is refused. */
async function pullOnly(options: SandboxOptions = {}): Promise<void> {
  clock = Date.parse('2026-11-25T12:00:00Z');
  sandbox = await startSandbox({ clock: () => clock, ...options });
  for (const operation of [
    'DescribeImages',
    'ListImages',
    'DescribeRepositories',
    'DescribePullThroughCacheRules',
    'DescribeRepositoryCreationTemplates',
  ])
    sandbox.quirks.deny.push({ operation });
}
beforeEach(() => pullOnly());
afterEach(() => sandbox.close());

const asker = (more = {}) => ecrAsker(sandbox.url, { env: sandbox.env, now: () => clock, ...more });
const api = seededDigests.ecr['demo-apps/api'];
const registryCalls = (): string[] =>
  sandbox.calls
    .filter(({ plane }) => plane === 'registry')
    .map(({ operation, status }) => `${operation} ${status}`);
const tokens = (): number =>
  sandbox.calls.filter(({ operation }) => operation === 'GetAuthorizationToken').length;

test('what may be pulled but not described is asked of the registry itself', async () => {
  const verdicts = await verdictsOf(asker(), [
    image('demo-apps/api', '1.4.2'),
    image('demo-apps/api', null, api['1.4.0']),
    image('demo-apps/api', '9.9.9'),
    image('demo-apps/api', null, `sha256:${'0'.repeat(64)}`),
    image('demo-apps/apii', '1'),
    image('demo-apps/archived', '1.0.0'),
    image('demo-apps/denied', '1.0.0'),
    image('demo-apps/throttled', '1.0.0'),
  ]);
  assert.deepEqual(
    verdicts.map((verdict) => [brief(verdict), verdict.digest]),
    [
      ['exists', api['1.4.2']],
      ['exists', api['1.4.0']],
      ['absent/tag', null],
      ['absent/digest', null],
      ['absent/repository', null],
      ['exists/archived', null],
      ['denied', null],
      ['throttled', null],
    ],
  );
  assert.equal(verdicts[0]?.facts?.mediaType, 'application/vnd.oci.image.index.v1+json');
  assert.match(verdicts[6]?.reason ?? '', /is not authorized to perform: ecr:DescribeImages/);
  assert.equal(tokens(), 1, 'one token is for everything');
});

test('asking transfers nothing that is there: only HEAD, and GET where HEAD found nothing', async () => {
  await verdictsOf(asker(), [image('demo-apps/api', '1.4.2')]);
  assert.deepEqual(registryCalls(), ['HeadManifest 200']);
  await verdictsOf(asker(), [image('demo-apps/api', '9.9.9')]);
  assert.deepEqual(registryCalls().slice(1), ['HeadManifest 404', 'GetManifest 404']);
});

test('never below a pull-through prefix, whether a rule says so or only its usual name', async () => {
  await signedCall(sandbox, 'CreatePullThroughCacheRule', {
    ecrRepositoryPrefix: 'quay',
    upstreamRegistryUrl: 'quay.io',
  });
  const unknown = await verdictsOf(asker(), [image('quay/library/nginx', '1.27.2')]);
  assert.deepEqual(unknown.map(brief), ['denied']);
  sandbox.quirks.deny.splice(0, Number.POSITIVE_INFINITY, { operation: 'DescribeImages' });
  await signedCall(sandbox, 'CreatePullThroughCacheRule', {
    ecrRepositoryPrefix: 'mirror',
    upstreamRegistryUrl: 'registry-1.docker.io',
  });
  const known = await verdictsOf(asker(), [image('mirror/library/nginx', '1.27.2')]);
  assert.deepEqual(known.map(brief), ['denied']);
  assert.deepEqual(registryCalls(), []);
});

test('a registry that can say neither is not taken at its silence: a bare 404 proves nothing', async () => {
  const server = createServer((_, response) => response.writeHead(404).end('<html>not here</html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { ...sandbox.env, WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ [host]: endpoint }) };
    const verdicts = await verdictsOf(asker({ env }), [image('demo-apps/api', '1.4.2')]);
    assert.deepEqual(verdicts.map(brief), ['denied']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a token is used for half of its life', async () => {
  const one = asker();
  await verdictsOf(one, [image('demo-apps/api', '1.4.2')]);
  clock += 5 * 3_600_000;
  await verdictsOf(one, [image('demo-apps/api', '1.4.2')]);
  assert.equal(tokens(), 1);
  clock += 2 * 3_600_000;
  await verdictsOf(one, [image('demo-apps/api', '1.4.2')]);
  assert.equal(tokens(), 2);
});

for (const expiredTokenIs403 of [true, false])
  test(`a token that is no longer taken (${expiredTokenIs403 ? 403 : 401}) is replaced once`, async () => {
    sandbox.quirks.expiredTokenIs403 = expiredTokenIs403;
    const one = asker();
    await verdictsOf(one, [image('demo-apps/api', '1.4.2')]);
    // A HEAD has no words, so a GET is needed to tell a 403 from a missing permission.
    sandbox.quirks.expire.push({ plane: 'registry', times: expiredTokenIs403 ? 2 : 1 });
    const [renewed] = await verdictsOf(one, [image('demo-apps/api', '1.4.2')]);
    assert.equal(renewed?.status, 'exists');
    assert.equal(tokens(), 2);
    sandbox.quirks.expire.push({ plane: 'registry' });
    const [given] = await verdictsOf(one, [image('demo-apps/api', '1.4.2')]);
    assert.equal(given?.status, 'denied');
    assert.equal(tokens(), 3);
  });

test('where not even a token is given, it stays denied and is not tried for each repository', async () => {
  sandbox.quirks.deny.push({ operation: 'GetAuthorizationToken' });
  const verdicts = await verdictsOf(
    asker(),
    ['api', 'web', 'worker'].map((name) => image(`demo-apps/${name}`, '1')),
  );
  assert.deepEqual(verdicts.map(brief), ['denied', 'denied', 'denied']);
  assert.equal(tokens(), 1);
});

for (const [fault, expected] of [
  ['reset', 'unreachable'],
  ['fail5xx', 'unreachable'],
  ['html200', 'unreachable'],
  ['throttle', 'throttled'],
] as const)
  test(`${fault} at the registry makes ${expected}, never absent`, async () => {
    sandbox.quirks[fault].push({ plane: 'registry' });
    const [verdict] = await verdictsOf(asker(), [image('demo-apps/api', '9.9.9')]);
    assert.equal(verdict?.status, expected);
  });

test('a login is what docker wants: user, password, until when, and where', async () => {
  const login = await ecrLogin(host, {
    env: sandbox.env,
    signal: new AbortController().signal,
    retries: noRetries,
  });
  assert.equal(login.username, 'AWS');
  assert.equal(login.endpoint, sandbox.registryUrl);
  assert.equal(login.expiresAt, clock + 12 * 3_600_000);
  const authorization = `Basic ${Buffer.from(`AWS:${login.password}`).toString('base64')}`;
  assert.equal((await fetch(`${login.endpoint}/v2/`, { headers: { authorization } })).status, 200);
});

test('a login that is refused says why, in a sentence and without secrets', async () => {
  const options = { signal: new AbortController().signal, retries: noRetries };
  sandbox.quirks.deny.push({ operation: 'GetAuthorizationToken' });
  await assert.rejects(ecrLogin(host, { env: sandbox.env, ...options }), /is not authorized to perform/);
  await assert.rejects(
    ecrLogin(`${host}.evil.example`, { env: sandbox.env, ...options }),
    /is not a registry host of Amazon ECR/,
  );
});

test('no token is in any reason or log line, even where the registry repeats it', async () => {
  const password = 'registryPasswordThatNobodyMaySee0123456789';
  const basic = Buffer.from(`AWS:${password}`).toString('base64');
  const said: string[] = [];
  const registry = createServer(({ headers }, response) => {
    said.push(String(headers.authorization));
    const message = `denied for ${headers.authorization}, that is ${password} or ${basic}`;
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const proxyEndpoint = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  const server = await startFakeEcr(({ operation }) =>
    operation === 'GetAuthorizationToken'
      ? {
          status: 200,
          body: { authorizationData: [{ authorizationToken: basic, expiresAt: 1, proxyEndpoint }] },
        }
      : awsError('AccessDeniedException', `not authorized, whatever ${password} and ${basic} are`),
  );
  try {
    const [verdict] = await verdictsOf(ecrAsker(server.url), [image('app', '1')]);
    assert.equal(verdict?.status, 'denied');
    assert.ok(said.length > 0 && said.every((authorization) => authorization === `Basic ${basic}`));
    for (const text of [verdict?.reason ?? '', ...logged])
      for (const secret of [password, basic]) assert.ok(!text.includes(secret), text);
  } finally {
    registry.closeAllConnections();
    registry.close();
    await server.close();
  }
});
