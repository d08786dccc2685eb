import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import { ask, errorMessage } from '../../contract/support/http.ts';
import { ecrCall, iamCall, type Key, userWith } from '../../contract/support/iam.ts';
import { portalCall } from '../../contract/support/portal.ts';

const account = '429114214526';
const arn = (name: string) => `arn:aws:ecr:us-east-2:${account}:repository/${name}`;
const login = { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' };
const pullOf = (name: string) => ({
  Effect: 'Allow',
  Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
  Resource: arn(name),
});

describe('IAM', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  const iam = (action: string, params: Readonly<Record<string, string>> = {}, key?: Key) =>
    iamCall(sandbox, action, params, key);
  const refused = async (answer: ReturnType<typeof iam>) => {
    const { status, text } = await answer;
    return `${status} ${text('Code')}: ${text('Message')}`;
  };

  /** An answer of the registry to a login of a key. */
  async function registry(key: Key, method: string, path: string) {
    const { body } = await ecrCall(sandbox, 'GetAuthorizationToken', {}, key);
    const [data] = body.authorizationData as { authorizationToken: string }[];
    return ask(method, `${sandbox.registryUrl}/v2/${path}`, {
      headers: { authorization: `Basic ${data?.authorizationToken}` },
    });
  }

  test('who the caller is', async () => {
    const own = await iam('GetCallerIdentity');
    assert.deepEqual(
      [own.text('Arn'), own.text('Account')],
      [`arn:aws:iam::${account}:user/sandbox`, account],
    );
    const key = await userWith(sandbox, 'nobody', []);
    assert.equal(
      (await iam('GetCallerIdentity', {}, key)).text('Arn'),
      `arn:aws:iam::${account}:user/nobody`,
    );
  });

  test('who is not known, or signs with another secret, is refused', async () => {
    const key = await userWith(sandbox, 'signer', [login]);
    const wrong = { ...key, secret: 'else' };
    assert.match(await refused(iam('GetUser', {}, wrong)), /^403 SignatureDoesNotMatch/);
    assert.match(await refused(iam('GetUser', {}, { ...key, id: 'AKIAELSE' })), /^403 InvalidClientTokenId/);
    const bare = await ask('POST', `${sandbox.iamUrl}/`, { body: 'Action=GetUser' });
    assert.equal(bare.status, 403);
    const ecr = await ecrCall(sandbox, 'GetAuthorizationToken', {}, wrong);
    assert.equal(ecr.body.__type, 'InvalidSignatureException');
    assert.equal((await ecrCall(sandbox, 'GetAuthorizationToken', {}, key)).status, 200);
  });

  test('users, keys and policies come and go', async () => {
    const UserName = 'lifecycle';
    assert.equal(
      (await iam('CreateUser', { UserName })).text('Arn'),
      `arn:aws:iam::${account}:user/lifecycle`,
    );
    assert.equal(
      await refused(iam('CreateUser', { UserName: 'Lifecycle' })),
      '409 EntityAlreadyExists: User with name Lifecycle already exists.',
    );
    assert.match(await refused(iam('CreateUser', { UserName: 'a b' })), /^400 ValidationError/);
    const AccessKeyId = (await iam('CreateAccessKey', { UserName })).text('AccessKeyId') ?? '';
    await iam('CreateAccessKey', { UserName });
    assert.match(await refused(iam('CreateAccessKey', { UserName })), /^409 LimitExceeded/);
    const listed = await iam('ListAccessKeys', { UserName });
    assert.ok(listed.xml.includes(AccessKeyId) && !listed.xml.includes('SecretAccessKey'));
    const PolicyDocument = JSON.stringify({ Statement: [login] });
    await iam('PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument });
    const kept = await iam('GetUserPolicy', { UserName, PolicyName: 'p' });
    assert.equal(decodeURIComponent(kept.text('PolicyDocument') ?? ''), PolicyDocument);
    assert.match(
      await refused(
        iam('PutUserPolicy', { UserName, PolicyName: 'q', PolicyDocument: `${PolicyDocument},` }),
      ),
      /^400 MalformedPolicyDocument/,
    );
    assert.match(await refused(iam('DeleteUser', { UserName })), /^409 DeleteConflict/);
    for (const id of listed.xml.matchAll(/<AccessKeyId>(\w+)</g))
      await iam('DeleteAccessKey', { UserName, AccessKeyId: id[1] ?? '' });
    await iam('DeleteUserPolicy', { UserName, PolicyName: 'p' });
    assert.equal((await iam('DeleteUser', { UserName })).status, 200);
    assert.equal(
      await refused(iam('GetUser', { UserName })),
      '404 NoSuchEntity: The user with name lifecycle cannot be found.',
    );
  });

  test('managed policies, of AWS and of one’s own', async () => {
    const key = await userWith(sandbox, 'managed', []);
    const UserName = 'managed';
    const describe = () => ecrCall(sandbox, 'DescribeRepositories', {}, key);
    assert.equal((await describe()).body.__type, 'AccessDeniedException');
    const readOnly = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';
    await iam('AttachUserPolicy', { UserName, PolicyArn: readOnly });
    assert.equal((await describe()).status, 200);
    assert.ok((await iam('ListAttachedUserPolicies', { UserName })).xml.includes(readOnly));
    const created = await iam('CreatePolicy', {
      PolicyName: 'no-describe',
      PolicyDocument: JSON.stringify({
        Statement: { Effect: 'Deny', Action: 'ecr:DescribeRepositories', Resource: '*' },
      }),
    });
    await iam('AttachUserPolicy', { UserName, PolicyArn: created.text('Arn') ?? '' });
    assert.match(
      String((await describe()).body.Message),
      /ecr:DescribeRepositories on resource: \S+:repository\/\* with an explicit deny in an identity-based policy$/,
    );
    await iam('DetachUserPolicy', { UserName, PolicyArn: created.text('Arn') ?? '' });
    assert.equal((await describe()).status, 200);
    assert.match(
      await refused(iam('AttachUserPolicy', { UserName, PolicyArn: 'arn:aws:iam::aws:policy/Nowhere' })),
      /^404 NoSuchEntity/,
    );
  });

  test('a user who may not is told so by IAM', async () => {
    const key = await userWith(sandbox, 'small', [login]);
    assert.equal(
      await refused(iam('CreateUser', { UserName: 'friend' }, key)),
      `403 AccessDenied: User: arn:aws:iam::${account}:user/small is not authorized to perform: iam:CreateUser on ` +
        `resource: arn:aws:iam::${account}:user/friend because no identity-based policy allows the iam:CreateUser action`,
    );
    assert.match(await refused(iam('GetUser', { UserName: 'friend' })), /NoSuchEntity/);
  });

  test('a scoped policy lets its user pull, and do nothing else', async () => {
    const key = await userWith(sandbox, 'scoped', [login, pullOf('demo-apps/api')]);
    const head = await registry(key, 'HEAD', 'demo-apps/api/manifests/1.4.2');
    assert.equal(head.status, 200);
    const index = await registry(key, 'GET', 'demo-apps/api/manifests/1.4.2');
    const [child] = (JSON.parse(index.body.toString()) as { manifests: { digest: string }[] }).manifests;
    const image = await registry(key, 'GET', `demo-apps/api/manifests/${child?.digest}`);
    const { layers } = JSON.parse(image.body.toString()) as { layers: { digest: string }[] };
    assert.equal((await registry(key, 'GET', `demo-apps/api/blobs/${layers[0]?.digest}`)).status, 307);

    const denied: readonly (readonly [string, string, string])[] = [
      ['HEAD', 'demo-apps/web/manifests/2.0.0', 'BatchGetImage'],
      ['GET', 'demo-apps/web/manifests/2.0.0', 'BatchGetImage'],
      ['GET', 'demo-apps/api/tags/list', 'ListImages'],
      ['POST', 'demo-apps/api/blobs/uploads/', 'InitiateLayerUpload'],
      ['PUT', 'demo-apps/api/manifests/1.4.2', 'PutImage'],
      ['DELETE', 'demo-apps/api/manifests/1.4.2', 'BatchDeleteImage'],
    ];
    for (const [method, path, action] of denied) {
      const answer = await registry(key, method, path);
      assert.equal(answer.status, 403, `${method} ${path}`);
      if (method !== 'HEAD')
        assert.equal(
          errorMessage(answer),
          `User: arn:aws:iam::${account}:user/scoped is not authorized to perform: ecr:${action} on resource: ` +
            `${arn(path.split('/').slice(0, 2).join('/'))} because no identity-based policy allows the ecr:${action} action`,
        );
    }
    for (const [operation, input] of [
      ['DescribeImages', { repositoryName: 'demo-apps/api' }],
      ['CreateRepository', { repositoryName: 'demo-apps/new' }],
      ['InitiateLayerUpload', { repositoryName: 'demo-apps/api' }],
      ['BatchDeleteImage', { repositoryName: 'demo-apps/api', imageIds: [{ imageTag: '1.4.2' }] }],
      ['DescribePullThroughCacheRules', {}],
    ] as const)
      assert.equal((await ecrCall(sandbox, operation, input, key)).body.__type, 'AccessDeniedException');
    assert.equal((await registry(key, 'HEAD', 'demo-apps/api/manifests/1.4.2')).status, 200);
  });

  test('a login ends with the rights that it came from', async () => {
    const key = await userWith(sandbox, 'revoked', [login, pullOf('demo-apps/api')]);
    const { body } = await ecrCall(sandbox, 'GetAuthorizationToken', {}, key);
    const [data] = body.authorizationData as { authorizationToken: string }[];
    const head = () =>
      ask('HEAD', `${sandbox.registryUrl}/v2/demo-apps/api/manifests/1.4.2`, {
        headers: { authorization: `Basic ${data?.authorizationToken}` },
      });
    assert.equal((await head()).status, 200);
    await iam('UpdateAccessKey', { UserName: 'revoked', AccessKeyId: key.id, Status: 'Inactive' });
    assert.equal((await head()).status, 403);
    await iam('UpdateAccessKey', { UserName: 'revoked', AccessKeyId: key.id, Status: 'Active' });
    assert.equal((await head()).status, 200);
    await iam('DeleteUserPolicy', { UserName: 'revoked', PolicyName: 'test' });
    assert.equal((await head()).status, 403);
  });

  test('a blob is mounted from no repository that the user may not read', async () => {
    sandbox.quirks.mount = 'known';
    const push = {
      Effect: 'Allow',
      Action: ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload'],
      Resource: arn('demo-apps/worker'),
    };
    const admin = { id: sandbox.env.AWS_ACCESS_KEY_ID ?? '', secret: 'sandbox' };
    const index = await registry(admin, 'GET', 'demo-apps/api/manifests/1.4.0');
    const [child] = (JSON.parse(index.body.toString()) as { manifests: { digest: string }[] }).manifests;
    const image = await registry(admin, 'GET', `demo-apps/api/manifests/${child?.digest}`);
    const { config } = JSON.parse(image.body.toString()) as { config: { digest: string } };
    const mount = `demo-apps/worker/blobs/uploads/?mount=${config.digest}&from=demo-apps/api`;
    const key = await userWith(sandbox, 'mounter', [login, push]);
    assert.equal((await registry(key, 'POST', mount)).status, 202);
    const both = await userWith(sandbox, 'reader', [login, push, pullOf('demo-apps/api')]);
    assert.equal((await registry(both, 'POST', mount)).status, 201);
    sandbox.quirks.mount = 'never';
  });

  test('simulations say what calls would', async () => {
    await userWith(sandbox, 'simulated', [login, pullOf('demo-apps/api')]);
    const answer = await iam('SimulatePrincipalPolicy', {
      PolicySourceArn: `arn:aws:iam::${account}:user/simulated`,
      'ActionNames.member.1': 'ecr:BatchGetImage',
      'ActionNames.member.2': 'ecr:PutImage',
      'ResourceArns.member.1': arn('demo-apps/api'),
      'ResourceArns.member.2': arn('demo-apps/web'),
    });
    assert.deepEqual(
      [...answer.xml.matchAll(/<EvalDecision>(\w+)</g)].map((match) => match[1]),
      ['allowed', 'implicitDeny', 'implicitDeny', 'implicitDeny'],
    );
    const custom = await iam('SimulateCustomPolicy', {
      'PolicyInputList.member.1': JSON.stringify({ Statement: { ...login, Effect: 'Deny' } }),
      'ActionNames.member.1': 'ecr:GetAuthorizationToken',
    });
    assert.equal(custom.text('EvalDecision'), 'explicitDeny');
  });

  test('a role that the portal’s tokens may take', async () => {
    const provider = await iam('CreateOpenIDConnectProvider', {
      Url: 'https://api.replicated.com/vendor',
      'ClientIDList.member.1': 'sts.amazonaws.com',
    });
    const providerArn = provider.text('OpenIDConnectProviderArn');
    assert.equal(providerArn, `arn:aws:iam::${account}:oidc-provider/api.replicated.com/vendor`);
    const trust = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Federated: providerArn }, Action: 'sts:AssumeRoleWithWebIdentity' },
      ],
    };
    const role = await iam('CreateRole', {
      RoleName: 'replicated',
      AssumeRolePolicyDocument: JSON.stringify(trust),
    });
    assert.equal(role.text('Arn'), `arn:aws:iam::${account}:role/replicated`);
    assert.match(
      await refused(iam('CreateRole', { RoleName: 'other', AssumeRolePolicyDocument: '{"Statement":[{}]}' })),
      /^400 MalformedPolicyDocument/,
    );
    const PolicyDocument = JSON.stringify({ Statement: [login] });
    await iam('PutRolePolicy', { RoleName: 'replicated', PolicyName: 'pull', PolicyDocument });
    const kept = await iam('GetRolePolicy', { RoleName: 'replicated', PolicyName: 'pull' });
    assert.equal(decodeURIComponent(kept.text('PolicyDocument') ?? ''), PolicyDocument);
  });

  test('linking a registry tries its key, and testing it pulls with that key', async () => {
    const key = await userWith(sandbox, 'linked', [login, pullOf('demo-apps/api')]);
    const add = (username: string, password: string, more: object = {}) =>
      portalCall(sandbox, 'POST', '/v3/external_registry', {
        provider: 'ecr',
        authType: 'accesskey',
        endpoint: `${account}.dkr.ecr.us-east-2.amazonaws.com`,
        slug: 'mine',
        username,
        password,
        ...more,
      });
    const wrong = await add(key.id, 'another secret');
    assert.deepEqual(
      [wrong.status, wrong.body.message],
      [400, `The registry ${account}.dkr.ecr.us-east-2.amazonaws.com refuses these credentials (HTTP 401)`],
    );
    assert.equal((await add('AKIANOBODY', key.secret)).status, 400);
    assert.equal((await add('AKIANOBODY', key.secret, { slug: 'blind', skipValidation: true })).status, 201);
    const made = await add(key.id, key.secret);
    assert.equal(made.status, 201);
    assert.ok(!JSON.stringify(made.body).includes(key.secret));
    assert.equal((await add(key.id, key.secret)).status, 409);
    const tried = async (image: string, endpoint = 'mine') =>
      (await portalCall(sandbox, 'PUT', '/v3/external_registry/test', { endpoint, image })).body.status;
    assert.equal(await tried('demo-apps/api:1.4.2'), 200);
    assert.equal(await tried('demo-apps/api:9'), 404);
    assert.equal(await tried('demo-apps/web:2.0.0'), 403);
    assert.equal(await tried('demo-apps/api:1.4.2', 'blind'), 401);
    await iam('DeleteUserPolicy', { UserName: 'linked', PolicyName: 'test' });
    assert.equal(await tried('demo-apps/api:1.4.2'), 401);
    const logs = await portalCall(sandbox, 'GET', '/v3/external_registry/logs?endpoint=mine');
    assert.deepEqual(
      logs.body.logs
        .slice(0, 3)
        .map((each: { statusCode: number; image: string }) => [each.statusCode, each.image]),
      [
        [200, 'demo-apps/api:1.4.2'],
        [404, 'demo-apps/api:9'],
        [403, 'demo-apps/web:2.0.0'],
      ],
    );
    const { body } = await portalCall(sandbox, 'GET', '/v3/external_registries');
    assert.ok(!JSON.stringify(body).includes(key.secret));
    for (const { slug } of body.external_registries as { slug: string }[])
      assert.equal((await portalCall(sandbox, 'DELETE', `/v3/external_registry/${slug}`)).status, 204);
    assert.deepEqual((await portalCall(sandbox, 'GET', '/v3/external_registries')).body, {
      external_registries: null,
    });
  });

  test('no secret stands in the record of calls', async () => {
    const key = await userWith(sandbox, 'silent', [login]);
    await ecrCall(sandbox, 'GetAuthorizationToken', {}, key);
    assert.ok(!JSON.stringify(sandbox.calls).includes(key.secret));
    assert.ok(
      sandbox.calls.some(({ plane, operation }) => plane === 'iam' && operation === 'CreateAccessKey'),
    );
  });
});

test('users and their keys are still there after a kill', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-iam-'));
  const copy = `${folder}-copy`;
  const first = await startSandbox({ dataDir: folder });
  try {
    const key = await userWith(first, 'kept', [login]);
    cpSync(folder, copy, { recursive: true });
    const second = await startSandbox({ dataDir: copy });
    try {
      assert.equal((await ecrCall(second, 'GetAuthorizationToken', {}, key)).status, 200);
      assert.equal((await ecrCall(second, 'DescribeRepositories', {}, key)).status, 400);
    } finally {
      await second.close();
    }
  } finally {
    await first.close();
    for (const each of [folder, copy]) rmSync(each, { recursive: true, force: true });
  }
});

test('a new key is known after a while, where that is asked for', async () => {
  let now = Date.now();
  const sandbox = await startSandbox({ clock: () => now, quirks: { newKeyDelay: 5000 } });
  try {
    const key = await userWith(sandbox, 'new', [login]);
    const ask = async () => (await ecrCall(sandbox, 'GetAuthorizationToken', {}, key)).body.__type;
    assert.equal(await ask(), 'UnrecognizedClientException');
    now += 5000;
    assert.equal(await ask(), undefined);
  } finally {
    await sandbox.close();
  }
});
