import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import { clusterCall } from '../../contract/support/cluster.ts';
import { iamCall } from '../../contract/support/iam.ts';
import { customerWithLicense, deployment, portalCall, promoted } from '../../contract/support/portal.ts';

/** What no client sends. */
const odd: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  '\u0000',
  [],
  [null],
  [[]],
  [{}],
  {},
  { a: null },
];

async function withSandbox(use: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox();
  try {
    await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

test('no body of a portal call makes the sandbox fail', () =>
  withSandbox(async (sandbox) => {
    await promoted(sandbox, { 'a.yaml': 'kind: A\n' });
    const app = '/v3/app/app-1';
    const calls: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      'POST /v3/app': { name: 'a' },
      [`POST ${app}/channel`]: { name: 'a', description: 'b' },
      [`PATCH ${app}/channel/app-1-beta`]: { semverRequired: true, buildAirgapAutomatically: true },
      [`POST ${app}/release`]: { spec: '[]', spec_gzip: undefined },
      [`PUT ${app}/release/1`]: { spec: '[{"name":"a","path":"a","children":[null]}]' },
      [`POST ${app}/release/1/promote`]: {
        channelIds: ['app-1-beta'],
        versionLabel: '1',
        releaseNotes: 'a',
        releaseNotesGzip: 'a',
        isRequired: true,
      },
      'POST /v3/customer': {
        app_id: 'app-1',
        name: 'a',
        channels: [{ channel_id: 'app-1-beta' }],
        channel_id: 'app-1-beta',
        expires_at: '2030-01-01',
        entitlementValues: [{ name: 'a', value: 'b' }],
        custom_id: 'a',
        type: 'prod',
      },
      'POST /v3/customers/search': { app_id: 'app-1', query: 'name:a', offset: 0, page_size: 1 },
      'POST /v3/external_registry': {
        endpoint: 'quay.io',
        username: 'a',
        password: 'b',
        slug: 'c',
        provider: 'd',
        authType: 'e',
        appIds: [],
      },
      'PUT /v3/external_registry/test': { endpoint: 'demo-ecr', image: 'demo-apps/api:1.4.2' },
    };
    for (const [call, body] of Object.entries(calls)) {
      const [method = '', path = ''] = call.split(' ');
      const bodies = [
        ...odd.map((each) => JSON.stringify(each)),
        ...Object.keys(body).flatMap((field) =>
          odd.map((each) => JSON.stringify({ ...body, [field]: each })),
        ),
      ];
      for (const each of bodies) {
        const { status } = await portalCall(sandbox, method, path, each).catch((error: Error) => {
          throw new Error(`${call} ${each}: ${error.message}`);
        });
        assert.ok(status < 500, `${call} ${each}: HTTP ${status}`);
      }
    }
    assert.equal((await portalCall(sandbox, 'GET', `${app}/channels`)).status, 200);
    assert.equal(
      (await portalCall(sandbox, 'GET', `${app}/customers?currentPage=-1&pageSize=x`)).status,
      200,
    );
  }));

test('no parameter of an IAM call makes the sandbox fail', () =>
  withSandbox(async (sandbox) => {
    const values = [
      '',
      'x',
      '__proto__',
      '*',
      '[]',
      '{"Statement":null}',
      '{"Statement":[null]}',
      '\u0000<&>',
    ];
    const actions = [
      'CreateUser',
      'GetUser',
      'CreateAccessKey',
      'PutUserPolicy',
      'GetUserPolicy',
      'DeleteUserPolicy',
      'AttachUserPolicy',
      'CreatePolicy',
      'CreateRole',
      'PutRolePolicy',
      'CreateOpenIDConnectProvider',
      'SimulatePrincipalPolicy',
      'SimulateCustomPolicy',
      '__proto__',
      '',
    ];
    const names = ['UserName', 'RoleName', 'PolicyName', 'PolicyDocument', 'PolicyArn', 'Path', 'Url'];
    for (const action of actions)
      for (const value of values) {
        const params = Object.fromEntries(names.map((name) => [name, value]));
        const lists = { 'PolicyInputList.member.1': value, 'ActionNames.member.x': value };
        const { status } = await iamCall(sandbox, action, { ...params, ...lists, PolicySourceArn: value });
        assert.ok(status < 500, `${action} ${value}: HTTP ${status}`);
      }
  }));

test('neither a wish nor a release makes an installation fail', () =>
  withSandbox(async (sandbox) => {
    const { license } = await customerWithLicense(sandbox);
    await promoted(sandbox, {
      'a.yaml': `${deployment('a', '{{repl x}}', '::', 'a b', 'nginx@sha256:1', `${'x/'.repeat(200)}y`)}---\nkind: Pod\n`,
      'b.yaml':
        'kind: Deployment\nspec:\n  template: x\n---\nkind: HelmChart\nspec:\n  values: [a, {image: {repository: }}]\n',
      'c.yaml': '- - -\n  : {[\n',
    });
    const body = {
      license,
      namespace: 'a',
      channel: 'Unstable',
      channelSequence: 1,
      platform: 'a',
      secrets: 'b',
    };
    const wishes = Object.keys(body).flatMap((field) => odd.map((each) => ({ ...body, [field]: each })));
    for (const each of [...odd, ...wishes, { ...body, overrides: { a: null } }]) {
      const { status } = await clusterCall(sandbox, 'POST', '/sandbox/install', each);
      assert.ok(status < 500, `${JSON.stringify(each)}: HTTP ${status}`);
    }
    for (const path of [
      '/api/v1/pods',
      '/api/v1/events',
      '/apis/apps/v1/deployments',
      '/sandbox/installations',
    ])
      assert.equal((await clusterCall(sandbox, 'GET', path)).status, 200, path);
  }));
