import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { EcrOptions } from '../../../server/src/io/aws/ecr.ts';
import { account, brief, ecrAsker, host, image, secrets, verdictsOf } from './support/ask.ts';
import { awsError, type FakeEcr, startFakeEcr } from './support/fake-ecr.ts';
import { folderWith } from './support/temp.ts';

const other = '123456789012';
const profileSecret = 'profileSecretThatNobodyMaySee/0123456789';
const saved = { ...process.env };
let server: FakeEcr;

before(async () => {
  const folder = folderWith({
    credentials: [
      '[dev]',
      'aws_access_key_id = AKIADEVPROFILE000001',
      `aws_secret_access_key = ${profileSecret}`,
      '[prod]',
      'aws_access_key_id = AKIAPRODPROFILE00002',
      'aws_secret_access_key = x',
      '[default]',
      'aws_access_key_id = AKIADEFAULT000000003',
      'aws_secret_access_key = x',
    ].join('\n'),
    config:
      '[profile signed-out]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = dev\n[sso-session corp]\nsso_start_url = http://127.0.0.1:9/\nsso_region = us-east-1\n',
  });
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'config'),
    HOME: folder,
  });
  server = await startFakeEcr(() =>
    awsError('AccessDeniedException', `not authorized; the secret was ${profileSecret}`),
  );
});

after(async () => {
  for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
  Object.assign(process.env, saved);
  await server.close();
});

/** The access keys that the two accounts were asked with. */
async function keysUsed(options: Partial<EcrOptions>): Promise<string[]> {
  const from = server.calls.length;
  const asker = ecrAsker(server.url, { accounts: () => new Set([account, other]), ...options });
  await verdictsOf(asker, [
    image('app', '1'),
    {
      kind: 'image',
      image: { host: host.replace(account, other), repository: 'app', tag: '1', digest: null },
    },
  ]);
  return server.calls
    .slice(from)
    .filter(({ operation }) => operation === 'DescribeImages')
    .map(({ input, authorization }) => `${input.registryId} ${/Credential=(\w+)\//.exec(authorization)?.[1]}`)
    .sort();
}

const profileFor = (of: string): string => (of === account ? 'dev' : 'prod');

test("each account is asked with its own profile's credentials", async () => {
  assert.deepEqual(await keysUsed({ env: { AWS_ENDPOINT_URL_ECR: server.url }, profileFor }), [
    `${other} AKIAPRODPROFILE00002`,
    `${account} AKIADEVPROFILE000001`,
  ]);
});

test("the environment's credentials win over profiles", async () => {
  const env = { ...secrets, AWS_ENDPOINT_URL_ECR: server.url };
  assert.deepEqual(await keysUsed({ env, profileFor }), [
    `${other} ${secrets.AWS_ACCESS_KEY_ID}`,
    `${account} ${secrets.AWS_ACCESS_KEY_ID}`,
  ]);
});

test("without either, the SDK's default chain is asked", async () => {
  assert.deepEqual(await keysUsed({ env: { AWS_ENDPOINT_URL_ECR: server.url } }), [
    `${other} AKIADEFAULT000000003`,
    `${account} AKIADEFAULT000000003`,
  ]);
});

test("a profile's secret is kept out of what the service says, too", async () => {
  const lines: string[] = [];
  const asker = ecrAsker(server.url, {
    env: { AWS_ENDPOINT_URL_ECR: server.url },
    profileFor,
    log: (line) => lines.push(line),
  });
  const [verdict] = await verdictsOf(asker, [image('app', '1')]);
  assert.equal(verdict?.status, 'denied');
  assert.match(verdict?.reason ?? '', /the secret was \[redacted\]/);
  assert.ok(lines.length > 0 && !lines.join('\n').includes(profileSecret));
});

test('an SSO profile that is signed out is a session to renew, and nothing is sent', async () => {
  const from = server.connections();
  const asker = ecrAsker(server.url, {
    env: { AWS_ENDPOINT_URL_ECR: server.url },
    profileFor: () => 'signed-out',
  });
  const [verdict] = await verdictsOf(asker, [image('app', '1')]);
  assert.ok(verdict);
  assert.equal(brief(verdict), 'unchecked/session-expired');
  assert.match(verdict.reason, /aws sso login/);
  assert.equal(server.connections(), from);
});
