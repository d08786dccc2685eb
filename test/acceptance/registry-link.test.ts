import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { createIam, type NewKey } from '../../server/src/io/aws/iam.ts';
import { findProgram, runs } from '../contract/support/peers.ts';
import { root } from '../support/paths.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { bareEnvironment, type Ran, waybill } from './support/cli.ts';
import { config, ecr, pod } from './support/release.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => {
  // Nothing is linked for all apps; a second region is, for another app.
  const { registries } = sandbox.portal;
  registries.splice(0, registries.length, ...registries.filter(({ slug }) => slug === 'other-ecr'));
});
after(() => sandbox.close());

const folder = folderWith({
  '.waybill.yaml': config,
  'pod.yaml': pod(
    `${ecr}/demo-apps/api:1.4.2`,
    `proxy.replicated.com/proxy/acme/${ecr}/demo-apps/web:2.0.0`,
    'nginx:1.27',
    `${ecr}/demo-apps/repl{{ ConfigOption "name" }}:1`,
    `${ecr}/demo-apps/worker:repl{{ ConfigOption "tag" }}`,
  ),
});
const run = (
  args: readonly string[],
  { env = {}, input }: { env?: Readonly<Record<string, string>>; input?: string } = {},
): Promise<Ran> =>
  waybill(['registry', ...args], {
    env: { ...sandbox.env, REPLICATED_APP: '', ...env },
    ...(input === undefined ? {} : { input }),
  });

let made = 0;
/** A key of a new user with that policy. */
async function keyWith(policy: object): Promise<NewKey> {
  const iam = await createIam({ env: sandbox.env, region: 'us-east-2' });
  const signal = AbortSignal.timeout(30_000);
  const name = `user-${++made}`;
  try {
    await iam.createUser(name, {}, signal);
    await iam.putUserPolicy(name, 'p', JSON.stringify(policy), signal);
    return await iam.createAccessKey(name, signal);
  } finally {
    iam.close();
  }
}
const allowing = (actions: readonly string[], resource = '*') => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    { Effect: 'Allow', Action: actions, Resource: resource },
  ],
});
const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
const linked = () => sandbox.portal.registries.filter(({ endpoint }) => endpoint === ecr);
const asInput = ({ id, secret }: NewKey): string => `${id} ${secret}\n`;

describe('waybill registry policy', () => {
  test('names what the release pulls, behind the proxy too, and says what it cannot know', async () => {
    const { code, stdout, stderr } = await run(['policy', folder]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout).Statement[1].Resource, [
      'arn:aws:ecr:us-east-2:429114214526:repository/demo-apps/api',
      'arn:aws:ecr:us-east-2:429114214526:repository/demo-apps/web',
      'arn:aws:ecr:us-east-2:429114214526:repository/demo-apps/worker',
    ]);
    assert.match(stderr, /^Not in the policy: .*repl\{\{ ConfigOption "name" \}\}:1 is not known/m);
  });
  test('for all repositories', async () => {
    const { stdout } = await run(['policy', folder, '--all']);
    assert.deepEqual(JSON.parse(stdout).Statement[1].Resource, [
      'arn:aws:ecr:us-east-2:429114214526:repository/*',
    ]);
  });
  test('as a role, as commands and as Terraform', async () => {
    const role = JSON.parse((await run(['policy', folder, '--role', '--team', 'team-42'])).stdout);
    assert.equal(
      role.trustPolicy.Statement[0].Condition.StringEquals['api.replicated.com/vendor:sub'],
      'team-42',
    );
    assert.match(
      (await run(['policy', folder, '--as', 'aws'])).stdout,
      /^aws iam create-user --user-name replicated-pull-acme\n/,
    );
    assert.match((await run(['policy', folder, '--as', 'terraform'])).stdout, /^resource "aws_iam_user"/);
  });
  test('made: the key is printed once, as registry add takes it', async () => {
    const user = await run(['policy', folder, '--create', '--name', 'made-here']);
    assert.equal(user.code, 0, user.stderr);
    const { AccessKeyId, SecretAccessKey } = JSON.parse(user.stdout).AccessKey;
    assert.ok(AccessKeyId.length > 0 && !user.stderr.includes(SecretAccessKey));
    // Run again it makes a second key, and takes none away that may be in use.
    const again = await run(['policy', folder, '--create', '--name', 'made-here']);
    assert.notEqual(JSON.parse(again.stdout).AccessKey.AccessKeyId, AccessKeyId);
    const full = await run(['policy', folder, '--create', '--name', 'made-here']);
    assert.equal(full.code, 1);
    assert.match(full.stderr, /has 2 access keys, and IAM allows no more/);
    const nobody = await run(['policy', folder, '--create'], {
      env: { AWS_ACCESS_KEY_ID: 'AKIANOBODY0000000000' },
    });
    assert.equal(nobody.code, 1);
    assert.match(
      nobody.stderr,
      /AWS IAM refused iam:GetUser: The security token included in the request is invalid/,
    );
  });
  const west = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['--as', 'xml'], /--as is one of json, aws, terraform/],
    [['--role'], /give the team's id/],
    [['--role', '--team', 'a"b'], /no id of a team/],
    [['--name', 'a b'], /no name of an IAM user/],
    [['--registry', 'ghcr.io'], /ghcr\.io is not a registry host of Amazon ECR/],
  ];
  for (const [args, says] of wrong)
    test(`2: ${args.join(' ')}`, async () => {
      const { code, stderr } = await run(['policy', folder, ...args]);
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
  test('registries of two accounts need two identities', async () => {
    const two = folderWith({ 'pod.yaml': pod(`${ecr}/a:1`, `${west}/b:1`) });
    const { code, stderr } = await run(['policy', two]);
    assert.equal(code, 2);
    assert.match(stderr, /there are registries of 2: name one with --registry/);
    const one = await run(['policy', two, '--registry', west]);
    assert.deepEqual(JSON.parse(one.stdout).Statement[1].Resource, [
      'arn:aws:ecr:eu-west-1:111122223333:repository/b',
    ]);
  });
});

describe('waybill registry add', () => {
  test('tries the key, links it, and has Replicated pull each image', async () => {
    const key = await keyWith(allowing(pull));
    const { code, stdout, stderr } = await run(
      ['add', ecr, folder, '--key-stdin', '--name', 'ours', '--apps', 'hello'],
      { input: JSON.stringify({ AccessKey: { AccessKeyId: key.id, SecretAccessKey: key.secret } }) },
    );
    assert.equal(code, 0, stderr);
    assert.equal(
      stdout,
      `Linked ${ecr} as ours, for hello.\nReplicated can pull all 2 images of the release from it.\n`,
    );
    assert.match(stderr, /The key can pull all 2 images of the release, and cannot push or delete\./);
    const [{ slug, provider, authType, username, password, appIds }] = linked() as [
      (typeof sandbox.portal.registries)[0],
    ];
    assert.deepEqual(
      { slug, provider, authType, username, password, appIds },
      {
        slug: 'ours',
        provider: 'ecr',
        authType: 'accesskey',
        username: key.id,
        password: key.secret,
        appIds: ['app-2'],
      },
    );
    assert.ok(!`${stdout}${stderr}`.includes(key.secret));
  });

  test('what is linked already is not linked twice', async () => {
    const key = await keyWith(allowing(pull));
    await run(['add', ecr, folder, '--key-stdin'], { input: asInput(key) });
    const again = await run(['add', ecr, folder], { env: {} });
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /is linked already, as 429114214526\S+\. Nothing was changed\./);
    assert.equal(linked().length, 1);
  });

  test('the key may come from the environment', async () => {
    const key = await keyWith(allowing(pull));
    const env = { ECR_ACCESS_KEY_ID: key.id, ECR_SECRET_ACCESS_KEY: key.secret };
    assert.equal((await run(['add', ecr, folder], { env })).code, 0);
    assert.equal(linked()[0]?.username, key.id);
  });

  const refused: readonly (readonly [string, object, readonly string[], RegExp])[] = [
    [
      'a key that cannot pull every image',
      allowing(pull, 'arn:aws:ecr:us-east-2:429114214526:repository/demo-apps/api'),
      [],
      /demo-apps\/web.*\nThe key \S+ cannot pull 1 of 2 images: waybill registry policy prints what it needs\. Nothing was linked\./,
    ],
    [
      'a key that can push or delete',
      allowing([...pull, 'ecr:InitiateLayerUpload', 'ecr:BatchDeleteImage']),
      [],
      /can do more than pull: ecr:InitiateLayerUpload, ecr:BatchDeleteImage\..*Nothing was linked\./,
    ],
    [
      'a name that another registry has',
      allowing(pull),
      ['--name', 'other-ecr'],
      /has a registry "other-ecr" already, .*Nothing was linked\./,
    ],
  ];
  for (const [name, policy, args, says] of refused)
    test(`${name} is refused before anything is linked`, async () => {
      const key = await keyWith(policy);
      const { code, stdout, stderr } = await run(['add', ecr, folder, '--key-stdin', ...args], {
        input: asInput(key),
      });
      assert.equal(code, 1);
      assert.match(stderr, says);
      assert.deepEqual(linked(), []);
      assert.ok(!`${stdout}${stderr}`.includes(key.secret));
    });

  test('--create-user makes a user with just that policy, and its key goes to the portal alone', async () => {
    const { code, stdout, stderr } = await run(['add', ecr, folder, '--create-user']);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /Made the IAM user arn:aws:iam::429114214526:user\/replicated-pull-acme, with a new access key\./,
    );
    const [registry] = linked();
    assert.ok(registry !== undefined && registry.password.length > 20);
    assert.ok(!`${stdout}${stderr}`.includes(registry.password));
  });

  const wrong: readonly (readonly [readonly string[], string | undefined, RegExp])[] = [
    [['add'], undefined, /wants one registry host/],
    [['add', 'ghcr.io'], undefined, /not a registry host of Amazon ECR/],
    [['add', ecr], undefined, /Which key\?/],
    [['add', ecr, '--key-stdin'], 'hello', /stdin holds no access key/],
    [['add', ecr, '--key-stdin'], '{"AccessKey":{}}', /stdin holds no access key/],
    [['add', ecr, '--key-stdin', '--create-user'], '', /do not go together/],
  ];
  for (const [args, input, says] of wrong)
    test(`2: ${args.join(' ')} ${input ?? ''}`, async () => {
      const { code, stderr } = await run(args, input === undefined ? {} : { input });
      assert.equal(code, 2);
      assert.match(stderr, says);
      assert.deepEqual(linked(), []);
    });
});

const aws = findProgram('aws');
const noAws = runs(aws, '--version') ? false : 'the aws command is not installed';

/** Runs printed commands as a person would, with `waybill` and `aws` on their path. */
async function asScript(commands: string): Promise<string> {
  const bin = folderWith({ waybill: '', 'commands.sh': commands });
  writeFileSync(
    join(bin, 'waybill'),
    `#!/bin/sh\nexec ${process.execPath} ${join(root, 'dist/server/waybill.cjs')} "$@"\n`,
  );
  chmodSync(join(bin, 'waybill'), 0o755);
  const { stdout } = await promisify(execFile)('sh', ['-e', join(bin, 'commands.sh')], {
    cwd: folder,
    env: {
      ...bareEnvironment,
      ...sandbox.env,
      REPLICATED_APP: '',
      // The shim of a version manager looks for its versions in the home.
      HOME: process.env.HOME,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
    },
    timeout: 120_000,
  });
  return stdout;
}

describe('the printed commands, run', { skip: noAws }, () => {
  test('make a user whose key is linked and can pull', async () => {
    const { stdout: commands } = await run(['policy', folder, '--as', 'aws', '--name', 'by-commands']);
    const stdout = await asScript(commands);
    assert.match(
      stdout,
      new RegExp(`Linked ${ecr} as ${ecr}, for all apps\\.\\nReplicated can pull all 2 images`),
    );
    assert.equal(linked().length, 1);
    assert.ok(!stdout.includes(linked()[0]?.password ?? 'none'));
  });

  test('make a role that the portal may take', async () => {
    const told = await run([
      'policy',
      folder,
      '--as',
      'aws',
      '--name',
      'as-role',
      '--role',
      '--team',
      'team-42',
    ]);
    const stdout = await asScript(
      `${told.stdout}aws iam get-role-policy --role-name as-role --policy-name as-role\n`,
    );
    assert.match(stdout, /"RoleName": "as-role"/);
    assert.match(stdout, /repository\/demo-apps\/worker/);
  });
});

// Behind the printed commands, which make the provider of tokens themselves.
describe('waybill registry policy --create --role', () => {
  test('makes the role and prints its ARN alone, also where it is there', async () => {
    for (let times = 0; times < 2; times++) {
      const made = await run(['policy', folder, '--create', '--role', '--team', 'team-42']);
      assert.equal(made.stdout, 'arn:aws:iam::429114214526:role/replicated-pull-acme\n', made.stderr);
    }
  });
});
