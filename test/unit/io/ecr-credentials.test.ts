import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Verdict } from '../../../server/src/core/knowledge/knowledge.ts';
import type { EcrOptions } from '../../../server/src/io/aws/ecr.ts';
import { describeIdentity, identityOf } from '../../../server/src/io/aws/identity.ts';
import { account, brief, ecrAsker, host, image, logged, secrets, verdictsOf } from './support/ask.ts';
import { awsError, type FakeEcr, startFakeEcr } from './support/fake-ecr.ts';
import { folderWith } from './support/temp.ts';

const other = '123456789012';
const ssoToken = 'ssoAccessTokenThatNobodyMaySee0123456789';
const profileSecret = 'profileSecretThatNobodyMaySee/0123456789';
const saved = { ...process.env };
let server: FakeEcr;
let folder = '';

/** A program that gives credentials and leaves a trace of having been started. */
function writeProgram(): string {
  const path = join(folder, 'program.mjs');
  const credentials = {
    Version: 1,
    AccessKeyId: 'AKIAHELPED0000000004',
    SecretAccessKey: profileSecret,
  };
  writeFileSync(
    path,
    `import { writeFileSync } from 'node:fs';\n` +
      `writeFileSync(${JSON.stringify(join(folder, 'started'))}, '');\n` +
      `console.log(${JSON.stringify(JSON.stringify(credentials))});\n`,
  );
  return `"${process.execPath}" "${path}"`;
}

before(async () => {
  folder = folderWith({
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
      '[keys-and-program]',
      'aws_access_key_id = AKIAKEYS000000000005',
      'aws_secret_access_key = x',
      '[with-account]',
      'aws_access_key_id = AKIAACCOUNT000000006',
      'aws_secret_access_key = x',
      'aws_account_id = 210987654321',
    ].join('\n'),
  });
  const program = writeProgram();
  writeFileSync(
    join(folder, 'config'),
    [
      '[profile signed-out]',
      'sso_session = corp',
      'sso_account_id = 1',
      'sso_role_name = dev',
      '[sso-session corp]',
      'sso_start_url = http://127.0.0.1:9/',
      'sso_region = us-east-1',
      '[profile sso-old-style]',
      'sso_start_url = http://127.0.0.1:9/',
      'sso_region = us-east-1',
      'sso_account_id = 1',
      'sso_role_name = dev',
      '[profile role-of-signed-out]',
      'role_arn = arn:aws:iam::123456789012:role/reader',
      'source_profile = signed-out',
      '[profile helped]',
      `credential_process = ${program}`,
      '[profile role-of-helped]',
      'role_arn = arn:aws:iam::123456789012:role/reader',
      'source_profile = helped',
      '[profile keys-and-program]',
      `credential_process = ${program}`,
      '[profile role-of-dev]',
      'role_arn = arn:aws:iam::123456789012:role/reader',
      'source_profile = dev',
      '[profile signed-in]',
      'sso_session = corp-signed-in',
      'sso_account_id = 123456789012',
      'sso_role_name = dev',
      '[sso-session corp-signed-in]',
      'sso_start_url = https://corp.awsapps.com/start',
      'sso_region = us-east-1',
      '[profile guarded]',
      'role_arn = arn:aws:iam::123456789012:role/reader',
      'source_profile = dev',
      'mfa_serial = arn:aws:iam::123456789012:mfa/me',
    ].join('\n'),
  );
  writeFileSync(join(folder, 'config-default'), `[default]\ncredential_process = ${program}\n`);

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

/** A profile's verdict, and what was asked of whoever may start programs. */
async function withProfile(
  profile: string | undefined,
  more: Partial<EcrOptions> = {},
): Promise<{ verdict: Verdict; programs: string[] }> {
  const programs: string[] = [];
  const asker = ecrAsker(server.url, {
    env: { AWS_ENDPOINT_URL_ECR: server.url },
    profileFor: () => profile,
    mayStartPrograms: (name, of) => {
      programs.push(`${name} ${of}`);
      return false;
    },
    ...more,
  });
  const [verdict] = await verdictsOf(asker, [image('app', '1')]);
  assert.ok(verdict);
  return { verdict, programs };
}

for (const [profile, names] of [
  ['helped', 'helped'],
  ['role-of-helped', 'helped'],
] as const)
  test(`a program of the AWS config is not started unasked (${profile})`, async () => {
    const from = server.connections();
    const { verdict, programs } = await withProfile(profile);
    assert.equal(brief(verdict), 'unchecked/no-credentials');
    assert.match(
      verdict.reason,
      new RegExp(`profile ${names} gets them from a program \\(credential_process\\)`),
    );
    assert.match(verdict.reason, /Allow programs/);
    assert.deepEqual(programs, [`${names} ${account}`]);
    assert.ok(!existsSync(join(folder, 'started')));
    assert.equal(server.connections(), from);
  });

test('nor is it where nobody can be asked', async () => {
  const asker = ecrAsker(server.url, {
    env: { AWS_ENDPOINT_URL_ECR: server.url },
    profileFor: () => 'helped',
  });
  const [verdict] = await verdictsOf(asker, [image('app', '1')]);
  assert.equal(verdict && brief(verdict), 'unchecked/no-credentials');
  assert.ok(!existsSync(join(folder, 'started')));
});

test("nor that of the default profile, which the SDK's own chain would start", async () => {
  process.env.AWS_CONFIG_FILE = join(folder, 'config-default');
  process.env.AWS_SHARED_CREDENTIALS_FILE = '/nonexistent/credentials';
  try {
    const { verdict, programs } = await withProfile(undefined);
    assert.equal(brief(verdict), 'unchecked/no-credentials');
    assert.deepEqual(programs, [`default ${account}`]);
    assert.ok(!existsSync(join(folder, 'started')));
  } finally {
    process.env.AWS_CONFIG_FILE = join(folder, 'config');
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials');
  }
});

test('a program that is not needed, because there are keys, is no hindrance', async () => {
  const { verdict, programs } = await withProfile('keys-and-program');
  assert.equal(verdict.status, 'denied');
  assert.deepEqual(programs, []);
});

test('once allowed, the program is started; a no is asked again the next time', async () => {
  let allowed = false;
  const asker = ecrAsker(server.url, {
    env: { AWS_ENDPOINT_URL_ECR: server.url },
    profileFor: () => 'helped',
    mayStartPrograms: async () => allowed,
  });
  const [before] = await verdictsOf(asker, [image('app', '1')]);
  allowed = true;
  const from = server.calls.length;
  const [behind] = await verdictsOf(asker, [image('app', '1')]);
  assert.deepEqual([before?.status, behind?.status], ['unchecked', 'denied']);
  assert.match(server.calls[from]?.authorization ?? '', /AKIAHELPED0000000004/);
  assert.equal(behind?.as, 'AWS profile helped');
  assert.ok(existsSync(join(folder, 'started')));
  rmSync(join(folder, 'started'));
});

test('the person who is asked about an account is told of the program', async () => {
  const told: (string | undefined)[] = [];
  const confirmAccount = async (_account: string, _region: string, _host: string, program?: string) => {
    told.push(program);
    return false;
  };
  await withProfile('helped', { confirmAccount });
  await withProfile('dev', { confirmAccount });
  assert.match(told[0] ?? '', /program\.mjs/);
  assert.equal(told[1], undefined);
  assert.ok(!existsSync(join(folder, 'started')));
});

test('a profile that wants an MFA code is not asked for one, and what to do is said', async () => {
  const { verdict } = await withProfile('guarded');
  assert.equal(brief(verdict), 'unchecked/no-credentials');
  assert.match(
    verdict.reason,
    /profile guarded wants an MFA code \(mfa_serial\), which Waybill never asks for/,
  );
  assert.match(verdict.reason, /aws sts/);
});

test('a profile that is nowhere is named, and nobody else is taken for it', async () => {
  const { verdict } = await withProfile('typo');
  assert.equal(brief(verdict), 'unchecked/no-credentials');
  assert.match(verdict.reason, /there is no AWS profile typo/);
});

for (const [profile, command] of [
  ['signed-out', 'aws sso login --profile signed-out'],
  ['role-of-signed-out', 'aws sso login --profile signed-out'],
  ['sso-old-style', 'aws sso login --profile sso-old-style'],
] as const)
  test(`a session that ended is named with the command that renews it (${profile})`, async () => {
    const { verdict } = await withProfile(profile);
    assert.equal(brief(verdict), 'unchecked/session-expired');
    assert.ok(verdict.reason.includes(`AWS profile ${profile}`), verdict.reason);
    assert.ok(verdict.reason.endsWith(command), verdict.reason);
  });

test('AWS_PROFILE is honoured, below the profile that was set for the account', async () => {
  const env = { AWS_ENDPOINT_URL_ECR: server.url, AWS_PROFILE: 'prod' };
  assert.deepEqual(await keysUsed({ env }), [
    `${other} AKIAPRODPROFILE00002`,
    `${account} AKIAPRODPROFILE00002`,
  ]);
  assert.deepEqual(await keysUsed({ env, profileFor: () => 'dev' }), [
    `${other} AKIADEVPROFILE000001`,
    `${account} AKIADEVPROFILE000001`,
  ]);
});

test('a verdict says as whom it was asked, with the account where that is known', async () => {
  assert.equal((await withProfile('dev')).verdict.as, 'AWS profile dev');
  assert.equal(
    (await withProfile('with-account')).verdict.as,
    'AWS profile with-account, account 210987654321',
  );
  assert.equal((await withProfile(undefined)).verdict.as, 'default AWS credentials');
  const env = { ...secrets, AWS_ENDPOINT_URL_ECR: server.url };
  assert.equal((await withProfile('dev', { env })).verdict.as, 'environment credentials');
});

test('an identity is a stable name without secrets, and tells endpoints apart', () => {
  const env = { ...secrets };
  const name = identityOf(account, { env });
  assert.match(name, /^env:[0-9a-f]{12}$/);
  assert.equal(identityOf(other, { env, profileFor }), name);
  assert.notEqual(identityOf(account, { env: { ...env, AWS_ACCESS_KEY_ID: 'AKIAOTHER' } }), name);
  assert.equal(identityOf(account, { env: {}, profileFor }), 'profile:dev');
  assert.equal(identityOf(account, { env: { AWS_PROFILE: 'x' } }), 'profile:x');
  assert.equal(identityOf(account, { env: {} }), 'default');
  assert.equal(
    identityOf(account, { env: { AWS_ENDPOINT_URL_ECR: 'http://user:pass@127.0.0.1:1' } }),
    'default at http://127.0.0.1:1',
  );
  assert.equal(describeIdentity(account, { env: {}, profileFor }), 'AWS profile dev');
  assert.equal(describeIdentity(account, { env }), 'environment credentials');
});

test('the agents that are given make the connections to the registry', async () => {
  let made = 0;
  const httpAgent = new Agent();
  const create = httpAgent.createConnection.bind(httpAgent);
  httpAgent.createConnection = ((...args: Parameters<typeof create>) => {
    made++;
    return create(...args);
  }) as typeof create;
  const from = server.connections();
  await withProfile('dev', { agents: { httpAgent, httpsAgent: new SecureAgent() } });
  assert.ok(made > 0);
  assert.equal(made, server.connections() - from);
});

for (const [profile, service] of [
  ['signed-in', 'portal.sso.us-east-1.amazonaws.com'],
  ['role-of-dev', 'sts.us-east-2.amazonaws.com'],
] as const)
  test(`and those to ${service}, which is unreachable where they find no way`, async () => {
    const session = createHash('sha1').update('corp-signed-in').digest('hex');
    mkdirSync(join(folder, '.aws/sso/cache'), { recursive: true });
    writeFileSync(
      join(folder, '.aws/sso/cache', `${session}.json`),
      JSON.stringify({ accessToken: ssoToken, expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
    );
    const hosts: unknown[] = [];
    const httpsAgent = new SecureAgent();
    httpsAgent.createConnection = ((options: { host?: string }) => {
      hosts.push(options.host);
      return connect(1, '127.0.0.1');
    }) as never;
    const { verdict } = await withProfile(profile, { agents: { httpAgent: new Agent(), httpsAgent } });
    assert.deepEqual([...new Set(hosts)], [service]);
    assert.equal(brief(verdict), 'unreachable', verdict.reason);
    assert.match(
      verdict.reason,
      new RegExp(`credentials of the AWS profile ${profile} could not be reached`),
    );
    assert.deepEqual([verdict.checkedAt, verdict.from], [null, null]);
  });

test("no session's token was logged", () => {
  assert.ok(logged.length > 0 && !logged.join('\n').includes(ssoToken));
});
