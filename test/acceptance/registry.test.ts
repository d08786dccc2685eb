import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { check, type Ran, waybill } from './support/cli.ts';
import { ecr, pod } from './support/release.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => {
  for (const faults of ['fail5xx', 'html200', 'deny', 'expire', 'throttle'] as const)
    sandbox.quirks[faults].length = 0;
});
after(() => sandbox.close());

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  waybill(['registry', ...args], { env: { ...sandbox.env, ...env } });
const west = '429114214526.dkr.ecr.eu-west-1.amazonaws.com';

describe('waybill registry list', () => {
  const folder = folderWith({
    '.waybill.yaml': `app: hello\nregistries:\n  - endpoint: ${ecr}\n  - endpoint: ghcr.io\n`,
    'pod.yaml': pod(`${ecr}/demo-apps/api:1.4.2`),
  });

  test('names every registry, who lists it and for which apps', async () => {
    const { stdout, code } = await run(['list', folder]);
    assert.equal(code, 0);
    assert.deepEqual(stdout.split('\n').slice(0, 8), [
      ecr,
      '  demo-ecr, for all apps',
      '  listed by: vendor portal, .waybill.yaml',
      west,
      '  other-ecr, for other-app',
      '  listed by: vendor portal',
      'ghcr.io',
      '  listed in .waybill.yaml, but not linked in the vendor portal',
    ]);
  });

  test('without a token it lists what the files say, and says that nobody was asked', async () => {
    const { stdout, stderr, code } = await run(['list', folder], { REPLICATED_API_TOKEN: '' });
    assert.equal(code, 0);
    assert.match(stderr, /REPLICATED_API_TOKEN is not set/);
    assert.deepEqual(stdout.match(/^\S+$/gm), [ecr, 'ghcr.io']);
  });

  test('as JSON, with what Replicated got last', async () => {
    await run(['test', 'demo-ecr', '--image', 'demo-apps/api:9.9.9']);
    const { stdout } = await run(['list', folder, '--format', 'json']);
    const { registries } = JSON.parse(stdout);
    assert.equal(registries[0].endpoint, ecr);
    assert.deepEqual(
      { ...registries[0].lastPull, at: 0 },
      { at: 0, action: 'test', image: 'demo-apps/api:9.9.9', status: 404, ok: false },
    );
  });

  const refusals: readonly (readonly [string, () => void, Readonly<Record<string, string>>, RegExp])[] = [
    [
      'a wrong token',
      () => {},
      { REPLICATED_API_TOKEN: 'wrong-token-wrong' },
      /refuses the token.*Unauthorized/,
    ],
    [
      'a portal that fails',
      () => sandbox.quirks.fail5xx.push({ plane: 'portal' }),
      {},
      /portal says: Internal server error/,
    ],
    [
      'a page in its place',
      () => sandbox.quirks.html200.push({ plane: 'portal' }),
      {},
      /Something other than the vendor portal answered/,
    ],
    [
      'a token that may not',
      () => sandbox.quirks.deny.push({ plane: 'portal' }),
      {},
      /may list external registries/,
    ],
    ['plain HTTP elsewhere', () => {}, { REPLICATED_API_ORIGIN: 'http://portal.example' }, /no https URL/],
    ['nobody there', () => {}, { REPLICATED_API_ORIGIN: 'http://127.0.0.1:1' }, /connection was refused/],
  ];
  for (const [name, prepare, env, says] of refusals)
    test(`${name}: a message that says so, and exit code 2`, async () => {
      prepare();
      const { code, stderr, stdout } = await run(['list', folder], env);
      assert.equal(code, 2);
      assert.match(stderr, says);
      for (const token of ['wrong-token-wrong', sandbox.env.REPLICATED_API_TOKEN ?? ''])
        assert.ok(!`${stdout}${stderr}`.includes(token));
    });
});

describe('waybill registry test', () => {
  test('0 where Replicated can pull, 1 where it cannot, with what to do', async () => {
    const good = await run(['test', 'demo-ecr', '--image', 'demo-apps/api:1.4.2']);
    assert.equal(good.code, 0);
    assert.equal(good.stdout, 'Replicated can pull demo-apps/api:1.4.2 from demo-ecr.\n');
    const bad = await run(['test', ecr, '--image', `${ecr}/demo-apps/api:9.9.9`]);
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /it has no demo-apps\/api:9\.9\.9: check repository and tag/);
  });

  const wrong: readonly (readonly [string[], RegExp])[] = [
    [[], /list, add, test, policy, login or replication/],
    [['tets'], /not "tets"/],
    [['test', '--image', 'a:1'], /wants one registry/],
    [['test', 'demo-ecr'], /--image/],
    [['test', 'nobody', '--image', 'a:1'], /External registry not found/],
    [['login'], /wants one registry host/],
    [['login', 'ghcr.io'], /ghcr\.io is not a registry host of Amazon ECR/],
    [['login', `${ecr}.evil.example`], /evil\.example is not a registry host/],
    [['login', ecr, '--aws-profile', 'dev'], /ACCOUNT=PROFILE/],
    [['list', '--format', 'xml'], /text or json/],
  ];
  for (const [args, says] of wrong)
    test(`2: waybill registry ${args.join(' ')}`, async () => {
      const { code, stderr } = await run(args);
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
});

describe('waybill registry login', () => {
  test('writes a login that docker can use, and keeps what was there', async () => {
    const docker = join(
      folderWith({ 'docker/config.json': '{"auths":{"ghcr.io":{"auth":"eDp5"}},"psFormat":"x"}' }),
      'docker',
    );
    const { code, stdout, stderr } = await run(['login', ecr], { DOCKER_CONFIG: docker });
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Logged in to ${ecr} until .*kept in .*config\\.json\\.\\n$`));
    const path = join(docker, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8'));
    assert.equal(config.psFormat, 'x');
    assert.equal(config.auths['ghcr.io'].auth, 'eDp5');
    const [user, password] = Buffer.from(config.auths[ecr].auth, 'base64').toString().split(':');
    assert.equal(user, 'AWS');
    assert.ok(!stdout.includes(password ?? ''));
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
    const pulled = await fetch(`${sandbox.registryUrl}/v2/demo-apps/api/manifests/1.4.2`, {
      headers: { authorization: `Basic ${config.auths[ecr].auth}` },
    });
    assert.equal(pulled.status, 200);
  });

  test('a configuration that is no JSON is left as it is', async () => {
    const docker = join(folderWith({ 'docker/config.json': '{"auths":' }), 'docker');
    const { code, stderr } = await run(['login', ecr], { DOCKER_CONFIG: docker });
    assert.equal(code, 2);
    assert.match(stderr, /config\.json/);
    assert.equal(readFileSync(join(docker, 'config.json'), 'utf8'), '{"auths":');
  });

  test('without credentials it says what to do, and writes nothing', async () => {
    const docker = join(folderWith(), 'docker');
    const { code, stderr } = await run(['login', ecr], {
      DOCKER_CONFIG: docker,
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
    });
    assert.equal(code, 2);
    assert.match(stderr, /No AWS credentials/);
    assert.ok(!existsSync(docker));
  });
});

describe('waybill check with the portal', () => {
  const rulesOf = async (app: string, image: string, env: Readonly<Record<string, string>> = {}) => {
    const folder = folderWith({
      '.waybill.yaml': `app: ${app}\nregistries:\n  - endpoint: ${ecr}\n`,
      'pod.yaml': pod(image),
    });
    const { report } = await check([folder], { env: { ...sandbox.env, ...env } });
    return report.problems
      .filter(({ rule }) => rule.includes('linked'))
      .map(({ severity, rule }) => `${severity} ${rule}`);
  };

  test('linked for all apps, for another app only, and for none', async () => {
    assert.deepEqual(await rulesOf('hello', `${ecr}/demo-apps/api:1.4.2`), []);
    assert.deepEqual(await rulesOf('hello', `${west}/demo-apps/api:1.4.2`), [
      'warning linked-for-another-app',
    ]);
    assert.deepEqual(await rulesOf('other-app', `${west}/demo-apps/api:1.4.2`), []);
    const nobodys = '111122223333.dkr.ecr.us-east-2.amazonaws.com/a:1';
    assert.deepEqual(await rulesOf('hello', nobodys), ['error registry-not-linked']);
  });

  test('without a token, and for an app of another team, the portal says nothing', async () => {
    const image = `${west}/demo-apps/api:1.4.2`;
    assert.deepEqual(await rulesOf('hello', image, { REPLICATED_API_TOKEN: '' }), [
      'warning registry-not-linked',
    ]);
    assert.deepEqual(await rulesOf('somebody-elses', image), ['warning registry-not-linked']);
  });

  test('an image named by the name of its linked registry is looked up behind it', async () => {
    const folder = folderWith({
      '.waybill.yaml': `app: hello\nregistries:\n  - endpoint: ${ecr}\n`,
      'pod.yaml': pod(
        'proxy.replicated.com/proxy/hello/demo-ecr/demo-apps/api:1.4.2',
        'proxy.replicated.com/proxy/hello/demo-ecr/demo-apps/api:1.4.3',
      ),
    });
    const { report } = await check([folder], { env: sandbox.env });
    assert.deepEqual(
      report.images.map(({ verdict }) => verdict.status),
      ['exists', 'absent'],
    );
  });
});
