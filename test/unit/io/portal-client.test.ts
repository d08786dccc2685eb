import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createAgents } from '../../../server/src/io/net/agents.ts';
import { createBudget } from '../../../server/src/io/net/budget.ts';
import { createTransport } from '../../../server/src/io/net/http.ts';
import { createPortalClient, type PortalClient } from '../../../server/src/io/vendor/client.ts';
import { PortalError } from '../../../server/src/io/vendor/error.ts';
import { lintRemotely } from '../../../server/src/io/vendor/lint.ts';
import {
  type FakePortal,
  type PortalReply,
  type PortalRequest,
  startFakePortal,
} from './support/fake-portal.ts';

const never = new AbortController().signal;
const token = 'portalTokenOfTheTests42';
const parts = () => ({
  transport: createTransport(createAgents({})),
  budget: createBudget({ random: () => 0 }),
});

async function withPortal(
  reply: (request: PortalRequest, count: number) => PortalReply,
  work: (client: PortalClient, portal: FakePortal) => Promise<void>,
): Promise<void> {
  let count = 0;
  const portal = await startFakePortal((request) => reply(request, ++count));
  try {
    const client = createPortalClient({
      origin: `${portal.url}/vendor/`,
      token,
      tokenFrom: 'the profile "prod"',
      deadlineMs: 5_000,
      ...parts(),
    });
    await work(client, portal);
  } finally {
    await portal.close();
  }
}

const failure = async (work: Promise<unknown>): Promise<PortalError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PortalError, String(error));
  return error;
};

test('every call goes to its path with the bare token, and reads what the API answers', async () => {
  const answers: Record<string, PortalReply> = {
    'GET /vendor/v3/apps?excludeChannels=true': {
      status: 200,
      body: { apps: [{ id: 'a1', slug: 'acme', name: 'Acme' }] },
    },
    'GET /vendor/v3/app/a1/channels?channelName=&excludeDetail=true': {
      status: 200,
      body: {
        channels: [
          {
            id: 'c1',
            name: 'Unstable',
            channelSlug: 'unstable',
            releaseSequence: 7,
            currentVersion: '1.2.0',
          },
          { id: 'c2', name: 'Beta', releaseSequence: 0 },
        ],
      },
    },
    'GET /vendor/v3/app/a1/channel/c1': {
      status: 200,
      body: {
        channel: {
          id: 'c1',
          name: 'Unstable',
          semverRequired: true,
          isArchived: true,
          customHostNameOverrides: { proxy: { hostname: 'images.acme.example' } },
        },
      },
    },
    'POST /vendor/v3/app/a1/release': {
      status: 201,
      body: { release: { appId: 'a1', sequence: 8, charts: null } },
    },
    'GET /vendor/v3/app/a1/release/8': {
      status: 200,
      body: {
        release: {
          sequence: 8,
          spec: '[{"name":"a.yaml","path":"a.yaml","content":"a: 1\\n","children":[]}]',
        },
      },
    },
    'GET /vendor/v3/app/a1/releases?currentPage=0&pageSize=20': {
      status: 200,
      body: { releases: [{ sequence: 7, channels: [{ id: 'c1', name: 'Unstable' }] }, { sequence: 8 }] },
    },
    'POST /vendor/v3/app/a1/release/8/promote': {
      status: 200,
      body: {
        airgapBuilds: [
          { channelId: 'c1', channelSequence: 4, channelName: 'Unstable', airgapBuildStatus: 'pending' },
        ],
        warnings: ['a chart is missing'],
      },
    },
    'GET /vendor/v3/app/a1/channel/c1/release/4/airgap/status': {
      status: 200,
      body: {
        channelId: 'c1',
        channelSequence: 4,
        airgapBuildStatus: 'failed',
        airgapBuildError: 'no such image',
      },
    },
    'POST /vendor/v3/customer': {
      status: 201,
      body: { customer: { id: 'k1', name: 'Big Bank', channels: [] } },
    },
    'GET /vendor/v3/app/a1/customers?currentPage=0': {
      status: 200,
      body: {
        customers: [{ id: 'k1', name: 'Big Bank', channels: [{ id: 'c1', name: 'Unstable' }] }],
        totalCustomers: 1,
      },
    },
    'GET /vendor/v3/app/a1/customer/k1/license-download': {
      status: 200,
      type: 'application/yaml',
      body: 'kind: License\n',
    },
    'GET /vendor/v3/external_registries': { status: 200, body: { external_registries: null } },
    'POST /vendor/v3/external_registry': {
      status: 201,
      body: { external_registry: { endpoint: 'ecr.example', slug: 'ours', provider: 'ecr', appIds: ['a1'] } },
    },
    'PUT /vendor/v3/external_registry/test': { status: 200, body: { status: 404 } },
    'DELETE /vendor/v3/external_registry/ecr.example%2Fx': { status: 204 },
    'GET /vendor/v3/external_registry/logs?endpoint=ours': {
      status: 200,
      body: { logs: [{ createdAt: '2026-11-23T12:00:00Z', action: 'pull', statusCode: 200, image: 'a:1' }] },
    },
    'GET /vendor/v3/app/a1/custom-hostnames': {
      status: 200,
      body: {
        proxy: [{ hostname: 'old.acme.example' }, { hostname: 'images.acme.example', is_default: true }],
      },
    },
    'GET /vendor/v3/app/a1/default-hostnames': {
      status: 200,
      body: { proxy: 'proxy.replicated.com', registry: 'registry.replicated.com' },
    },
  };
  await withPortal(
    ({ method, path }) =>
      answers[`${method} ${path}`] ?? { status: 404, body: { message: `no ${method} ${path}` } },
    async (client, { requests }) => {
      assert.deepEqual(await client.listApps(never), [{ id: 'a1', slug: 'acme', name: 'Acme' }]);
      const [unstable, beta] = await client.listChannels('a1', never);
      assert.deepEqual([unstable?.releaseSequence, unstable?.currentVersion], [7, '1.2.0']);
      assert.equal(beta?.releaseSequence, null);
      const { semverRequired, isArchived, proxyDomain } = await client.getChannel('a1', 'c1', never);
      assert.deepEqual([semverRequired, isArchived, proxyDomain], [true, true, 'images.acme.example']);
      const file = { name: 'a.yaml', path: 'a.yaml', content: 'a: 1\n', children: [] };
      assert.equal((await client.createRelease('a1', [file], never)).sequence, 8);
      assert.deepEqual((await client.getRelease('a1', 8, never)).files, [file]);
      assert.deepEqual(
        (await client.listReleases('a1', 0, never)).map(({ sequence }) => sequence),
        [8, 7],
      );
      const promotion = {
        channelId: 'c1',
        versionLabel: '1.3.0',
        releaseNotes: '*new*',
        isRequired: true,
        ignoreWarnings: false,
      };
      const promoted = await client.promoteRelease('a1', 8, promotion, never);
      assert.deepEqual(promoted.warnings, ['a chart is missing']);
      assert.equal(promoted.airgapBuilds[0]?.channelSequence, 4);
      const build = await client.airgapStatus('a1', 'c1', 4, never);
      assert.deepEqual([build.status, build.error, build.full], ['failed', 'no such image', true]);
      const customer = {
        name: 'Big Bank',
        appId: 'a1',
        channelId: 'c1',
        type: 'dev',
        email: null,
        expiresAt: null,
        airgap: true,
        kots: true,
        embeddedCluster: false,
        helm: false,
      };
      assert.equal((await client.createCustomer(customer, never)).id, 'k1');
      assert.deepEqual((await client.listCustomers('a1', never))[0]?.channels, [
        { id: 'c1', name: 'Unstable' },
      ]);
      assert.equal(
        Buffer.from(await client.downloadLicence('a1', 'k1', never)).toString(),
        'kind: License\n',
      );
      assert.deepEqual(await client.listExternalRegistries(never), []);
      const registry = {
        provider: 'ecr',
        endpoint: 'ecr.example',
        slug: 'ours',
        authType: 'accesskey',
        username: 'AKIA',
        password: 'secretKeyOfTheTests',
        appIds: ['a1'],
        skipValidation: true,
      };
      assert.deepEqual((await client.addExternalRegistry(registry, never)).appIds, ['a1']);
      assert.equal(await client.testExternalRegistry('ours', 'a:1', never), 404);
      await client.removeExternalRegistry('ecr.example/x', never);
      assert.equal((await client.externalRegistryLogs('ours', never))[0]?.image, 'a:1');
      assert.deepEqual(await client.hostnames('a1', never), {
        proxy: 'images.acme.example',
        registry: 'registry.replicated.com',
      });

      assert.ok(requests.every((request) => request.token === token));
      const bodyOf = (path: string) =>
        requests.find((one) => one.path.endsWith(path) && one.body !== null)?.body;
      const { spec_gzip } = bodyOf('/app/a1/release') as { spec_gzip: string };
      assert.deepEqual(JSON.parse(gunzipSync(Buffer.from(spec_gzip, 'base64')).toString()), [file]);
      assert.deepEqual(bodyOf('/promote'), {
        versionLabel: '1.3.0',
        releaseNotes: '*new*',
        isRequired: true,
        ignoreWarnings: false,
        channelIds: ['c1'],
        omitDetailsInResponse: true,
      });
    },
  );
});

describe('what goes wrong is said for people', () => {
  const cases: readonly (readonly [string, PortalReply, RegExp, PortalError['fault']])[] = [
    [
      'a token that has expired',
      { status: 401, body: { message: 'Unauthorized' } },
      /refuses the token in the profile "prod" \(Unauthorized\)\. It may have expired .* may list the apps/,
      'denied',
    ],
    [
      'a token that may not',
      { status: 403, body: { error: { code: 'forbidden', message: 'No access.' } } },
      /refuses the token in the profile "prod" \(No access\)\. Make one that may list the apps/,
      'denied',
    ],
    ['nothing there', { status: 404 }, /portal says: not found/, 'absent'],
    ['a conflict', { status: 409, body: { message: 'it exists' } }, /portal says: it exists/, 'conflict'],
    [
      'too much',
      { status: 413, body: { message: 'max 1 MB' } },
      /takes nothing that large: max 1 MB\./,
      'refused',
    ],
    [
      'a bad request',
      { status: 400, body: { message: 'name\n is  required' } },
      /says: name is required\./,
      'refused',
    ],
    [
      'a page',
      { status: 200, type: 'text/html', body: '<html>' },
      /Something other .*HTTP 200.*HTML page/,
      'failing',
    ],
    ['a page as error', { status: 502, type: 'text/html', body: '<html>' }, /HTTP 502.*HTML page/, 'failing'],
    [
      'text',
      { status: 200, type: 'text/plain', body: 'hello' },
      /Something other than the vendor portal/,
      'failing',
    ],
    [
      'JSON that ends early',
      { status: 200, body: '{"apps":' },
      /Something other than the vendor portal/,
      'failing',
    ],
  ];
  for (const [name, reply, says, fault] of cases)
    test(name, () =>
      withPortal(
        () => reply,
        async (client) => {
          const error = await failure(client.listApps(never));
          assert.match(error.message, says);
          assert.equal(error.fault, fault);
          assert.ok(!error.message.includes(token));
        },
      ),
    );

  test('nobody there', async () => {
    const client = createPortalClient({ origin: 'http://127.0.0.1:1', token, ...parts() });
    const error = await failure(client.listApps(never));
    assert.match(error.message, /could not be reached: the connection was refused/);
    assert.deepEqual([error.fault, error.nothingChanged], ['unreachable', false]);
  });

  test('no answer within the deadline', async () => {
    const portal = await startFakePortal(() => 'hang');
    try {
      const client = createPortalClient({ origin: portal.url, token, deadlineMs: 20, ...parts() });
      assert.match((await failure(client.listApps(never))).message, /gave no answer in time/);
    } finally {
      await portal.close();
    }
  });
});

describe('only what reads is sent again', () => {
  const flaky = (fault: PortalReply) => (_: PortalRequest, count: number) =>
    count === 1 ? fault : ({ status: 200, body: { apps: [], release: { sequence: 1 } } } as const);
  for (const [name, fault] of [
    ['an error of the server', { status: 503, body: { message: 'busy' } }],
    ['a broken connection', 'reset'],
    ['a limit', { status: 429, headers: { 'retry-after': '0' } }],
  ] as const)
    test(name, () =>
      withPortal(flaky(fault), async (client, { requests }) => {
        assert.deepEqual(await client.listApps(never), []);
        assert.equal(requests.length, 2);
      }),
    );

  test('a release is never created twice', () =>
    withPortal(flaky({ status: 503, body: { message: 'busy' } }), async (client, { requests }) => {
      const error = await failure(client.createRelease('a1', [], never));
      assert.deepEqual([error.status, error.nothingChanged], [503, false]);
      assert.equal(requests.length, 1);
    }));
});

test('a call ends with the reason of its signal', () =>
  withPortal(
    () => 'hang',
    async (client, portal) => {
      const stop = new AbortController();
      const called = client.listApps(stop.signal);
      const gone = assert.rejects(called, /enough/);
      while (portal.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
      stop.abort(new Error('enough'));
      await gone;
    },
  ));

test("Replicated's linter gets the files and no token, and its words are read", async () => {
  const linter = await startFakePortal(() => ({
    status: 200,
    body: {
      lintExpressions: [
        { rule: 'config-spec', type: 'warn', message: 'Missing config spec', path: '', positions: null },
        {
          rule: 'invalid-yaml',
          type: 'error',
          message: 'bad',
          path: 'a.yaml',
          positions: [{ start: { line: 3 } }],
        },
      ],
      isLintingComplete: false,
    },
  }));
  try {
    const file = { name: 'a.yaml', path: 'a.yaml', content: 'a: 1\n', children: [] };
    const said = await lintRemotely([file], { origin: linter.url, ...parts() }, never);
    assert.deepEqual(
      said.map(({ rule, type, line }) => [rule, type, line]),
      [
        ['config-spec', 'warn', null],
        ['invalid-yaml', 'error', 3],
      ],
    );
    const request = linter.requests[0] as PortalRequest;
    assert.equal(request.token, '');
    assert.deepEqual(JSON.parse((request.body as { spec: string }).spec), [file]);
  } finally {
    await linter.close();
  }
});
