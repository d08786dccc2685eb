import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { createIam, type IamApi, IamError } from '../../server/src/io/aws/iam.ts';
import { checkKey } from '../../server/src/work/link/pull-key.ts';
import { makePullUser } from '../../server/src/work/link/pull-user.ts';
import { rightsOf } from '../../server/src/work/link/rights.ts';

const HOST = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const image = (repository: string, tag: string) => ({ host: HOST, repository, tag, digest: null });

let sandbox: Sandbox;
let iam: IamApi;
before(async () => {
  sandbox = await startSandbox();
  iam = await createIam({ env: sandbox.env, region: 'us-east-2' });
});
after(async () => {
  iam.close();
  await sandbox.close();
});

const signal = (): AbortSignal => AbortSignal.timeout(60_000);

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
const policyFor = (resource: string, actions = pull): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      { Effect: 'Allow', Action: actions, Resource: resource },
    ],
  });

test('a user made through the AWS SDK pulls what its policy names and can neither push nor delete', async () => {
  const arn = `arn:aws:ecr:us-east-2:429114214526:repository/demo-apps/web`;
  const user = { name: 'pull-scoped', policyName: 'pull', policy: policyFor(arn) };
  const { key } = await makePullUser(iam, user, new Set(), signal());
  const images = [image('demo-apps/web', '2.0.0'), image('demo-apps/api', '1.4.2')];
  const { unpulled, excess } = await checkKey(key, images, sandbox.env, signal());
  assert.deepEqual(excess, []);
  assert.deepEqual(
    unpulled.map((one) => one.image),
    [`${HOST}/demo-apps/api:1.4.2`],
  );
  assert.doesNotMatch(unpulled[0]?.reason ?? '', new RegExp(key.secret.slice(0, 20)));
});

test('a key that may push or delete is told so, and nothing is pushed or deleted by finding out', async () => {
  const policy = policyFor('*', [...pull, 'ecr:InitiateLayerUpload', 'ecr:BatchDeleteImage']);
  const { key } = await makePullUser(
    iam,
    { name: 'pull-push', policyName: 'p', policy },
    new Set(),
    signal(),
  );
  const { unpulled, excess } = await checkKey(key, [image('demo-apps/web', '2.0.0')], sandbox.env, signal());
  assert.deepEqual(unpulled, []);
  assert.deepEqual(excess, ['ecr:InitiateLayerUpload', 'ecr:BatchDeleteImage']);
});

test('run again, the user is there once, and a key that was never used is replaced', async () => {
  const user = { name: 'pull-again', policyName: 'p', policy: policyFor('*') };
  const first = await makePullUser(iam, user, new Set(), signal());
  const second = await makePullUser(iam, user, new Set(), signal());
  assert.deepEqual([first.wasThere, second.wasThere, second.deleted], [false, true, [first.key.id]]);
  await checkKey(second.key, [image('demo-apps/web', '2.0.0')], sandbox.env, signal());
  const third = await makePullUser(iam, user, new Set(), signal());
  assert.deepEqual(third.deleted, []);
});

test('what the identity may not do is named before the first step', async () => {
  const all = await rightsOf(iam, ['repository', 'push', 'user'], signal());
  assert.deepEqual(all.denied, []);
  assert.equal(all.account, '429114214526');
  const policy = policyFor('*', [...pull, 'iam:SimulatePrincipalPolicy', 'iam:GetUser']);
  const { key } = await makePullUser(
    iam,
    { name: 'pull-weak', policyName: 'p', policy },
    new Set(),
    signal(),
  );
  const env = { ...sandbox.env, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret };
  const weak = await createIam({ env, region: 'us-east-2' });
  try {
    const { denied } = await rightsOf(weak, ['repository', 'user'], signal());
    assert.ok(denied?.some(({ action }) => action === 'ecr:CreateRepository'));
    assert.ok(denied?.some(({ action }) => action === 'iam:CreateUser'));
    assert.ok(!denied?.some(({ action }) => action === 'iam:GetUser'));
    await assert.rejects(weak.createUser('x', {}, signal()), (error: unknown) => {
      assert.ok(error instanceof IamError);
      assert.equal(error.denied, 'iam:CreateUser');
      assert.match(error.message, /^iam:CreateUser is not allowed with these credentials: User: arn:aws:iam/);
      return true;
    });
  } finally {
    weak.close();
  }
});

test('a role with its trust is made, and made again without harm', async () => {
  const trust = (sub: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: 'arn:aws:iam::429114214526:oidc-provider/api.replicated.com/vendor' },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { 'api.replicated.com/vendor:sub': sub } },
        },
      ],
    });
  for (const team of ['one', 'two']) {
    await iam.ensureOidcProvider('https://api.replicated.com/vendor', 'sts.amazonaws.com', signal());
    const arn = await iam.ensureRole('replicated-pull', trust(team), signal());
    assert.equal(arn, 'arn:aws:iam::429114214526:role/replicated-pull');
    await iam.putRolePolicy('replicated-pull', 'pull', policyFor('*'), signal());
  }
});
