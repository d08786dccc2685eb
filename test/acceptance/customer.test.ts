import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { type Ran, waybill } from './support/cli.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

const run = (
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> => waybill(args, { cwd, env: { ...sandbox.env, REPLICATED_APP: '', ...env } });

describe('waybill release init', () => {
  test('writes a release that can be pushed as it is, and never writes over one', async () => {
    const parent = folderWith({ 'nothing.txt': '' });
    const made = await run(['release', 'init', 'new', '--app', 'fleetbook'], parent);
    assert.equal(made.code, 0, made.stderr);
    assert.equal(readdirSync(join(parent, 'new')).length, 9);
    const before = readFileSync(join(parent, 'new/deployment.yaml'), 'utf8');
    const again = await run(['release', 'init', 'new'], parent);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /has \.waybill\.yaml, .* already\. Nothing was written/);
    assert.equal(readFileSync(join(parent, 'new/deployment.yaml'), 'utf8'), before);
    const pushed = await run(['release', 'push', 'new', '--yes', '--version', '0.0.1'], parent);
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.match(pushed.stdout, /Files: 8, /);
  });
  test('2: a slug that is none', async () => {
    const { code, stderr } = await run(
      ['release', 'init', '--app', 'a b'],
      folderWith({ 'nothing.txt': '' }),
    );
    assert.equal(code, 2);
    assert.match(stderr, /"a b" is no slug/);
  });
});

describe('waybill app', () => {
  test('ls and channels', async () => {
    const here = folderWith({ '.waybill.yaml': 'app: fleetbook\n' });
    const apps = await run(['app', 'ls'], here);
    assert.equal(apps.code, 0);
    assert.match(apps.stdout, /^hello +\S/m);
    const channels = await run(['app', 'channels'], here);
    assert.match(channels.stdout, /^Stable +no release +default$/m);
    assert.match(channels.stdout, /^Unstable +release 1 +0\.0\.1$/m);
    const json = JSON.parse(
      (await run(['app', 'channels', '--app', 'hello', '--format', 'json'], here)).stdout,
    );
    assert.deepEqual([json.app, json.channels.length], ['hello', 3]);
  });
  const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['app'], 2, /ls, .*channels|wants .*ls/],
    [['app', 'ls', 'x'], 2, /too much here/],
    [['app', 'channels'], 2, /Which app\?/],
    [['app', 'channels', '--app', 'nobodys'], 4, /no app "nobodys" for this token/],
    [['customer'], 2, /wants create, ls, licence or install/],
    [['customer', 'create'], 2, /Which app\?/],
    [['customer', 'create', '--app', 'hello'], 2, /wants the customer's name/],
    [['customer', 'create', 'a', 'b'], 2, /goes into quotes/],
    [['customer', 'create', 'a', '--app', 'hello'], 2, /Which channel\?/],
    [['customer', 'create', 'a', '--type', 'gold'], 2, /--type is one of/],
    [['customer', 'create', 'a', '--expires-in', 'soon'], 2, /wants days/],
    [['customer', 'licence', 'Nobody', '--app', 'hello'], 4, /has no customer "Nobody"\. It has none/],
  ];
  for (const [args, expected, says] of wrong)
    test(`${expected}: waybill ${args.join(' ')}`, async () => {
      const { code, stderr } = await run(args, folderWith({ 'nothing.txt': '' }));
      assert.match(stderr, says);
      assert.equal(code, expected);
    });
});

describe('waybill customer', () => {
  const here = folderWith({ '.waybill.yaml': 'app: fleetbook\nchannel: Unstable\n' });
  test('creates a customer once, with a licence that only its owner reads', async () => {
    const made = await run(
      ['customer', 'create', 'Big Bank', '--email', 'ops@bank.example', '--out', 'bank.yaml'],
      here,
    );
    assert.equal(made.code, 0, made.stderr);
    assert.match(
      made.stdout,
      /^Created the customer Big Bank of fleetbook on Unstable\.\nThe licence is in bank\.yaml\.\n$/,
    );
    const licence = join(here, 'bank.yaml');
    assert.match(readFileSync(licence, 'utf8'), /kind: License[\s\S]*appSlug: "?fleetbook/);
    if (process.platform !== 'win32') assert.equal(statSync(licence).mode & 0o777, 0o600);
    const again = await run(['customer', 'create', 'Big Bank'], here);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /has the customer Big Bank on Unstable already; nothing was created/);
    assert.equal(sandbox.portal.customers.length, 1);
    const elsewhere = await run(['customer', 'create', 'Big Bank', '--channel', 'Stable'], here);
    assert.equal(elsewhere.code, 4);
    assert.match(elsewhere.stderr, /has a customer "Big Bank" already, on Unstable\. Nothing was created/);
    const over = await run(['customer', 'licence', 'Big Bank', '--out', 'bank.yaml'], here);
    assert.equal(over.code, 2);
    assert.match(over.stderr, /bank\.yaml is there already and was not written over/);
  });

  test('lists them, and prints how they install, without the licence’s id', async () => {
    const { stdout } = await run(['customer', 'ls'], here);
    assert.match(stdout, /^Big Bank +dev +Unstable +does not expire +\S+$/m);
    const told = await run(['customer', 'install', 'Big Bank', '--out', 'bank.yaml'], here);
    assert.equal(told.code, 0, told.stderr);
    assert.match(
      told.stdout,
      /^ {2}kubectl kots install fleetbook\/unstable --namespace fleetbook --license-file bank\.yaml$/m,
    );
    assert.match(
      told.stdout,
      /^ {2}kubectl kots upstream upgrade fleetbook --namespace fleetbook --deploy$/m,
    );
    assert.doesNotMatch(told.stdout, /helm|sudo/);
    assert.ok(!told.stdout.includes(sandbox.portal.customers[0]?.licenseId ?? 'none'));
  });

  test('a licence allows what the release is for, and what is asked for', async () => {
    const allowed = (name: string) => sandbox.portal.customers.find((one) => one.name === name)?.allowed;
    assert.deepEqual(allowed('Big Bank'), ['is_kots_install_enabled']);
    const both = folderWith({
      '.waybill.yaml': 'app: fleetbook\nchannel: Unstable\ninstallers: [embedded-cluster-2]\n',
      'pod.yaml': 'kind: Pod\n',
    });
    assert.equal((await run(['customer', 'create', 'Small Bank', '--helm', '--airgap'], both)).code, 0);
    assert.deepEqual([...(allowed('Small Bank') ?? [])].sort(), [
      'is_airgap_enabled',
      'is_embedded_cluster_download_enabled',
      'is_helm_install_enabled',
      'is_kots_install_enabled',
    ]);
  });

  test('a licence beside a release is not pushed with it', async () => {
    assert.ok(existsSync(join(here, 'bank.yaml')));
    const { code, stderr } = await run(['release', 'push', '.', '--yes'], here);
    assert.equal(code, 1);
    assert.match(stderr, /bank\.yaml is a customer's licence, which is a secret and no part of a release/);
  });

  test('4: nothing to install from a channel without a release', async () => {
    const { code, stderr } = await run(['customer', 'install', 'Big Bank', '--channel', 'Beta'], here);
    assert.equal(code, 4);
    assert.match(stderr, /No release was promoted to Beta of fleetbook yet: there is nothing to install/);
  });
});
