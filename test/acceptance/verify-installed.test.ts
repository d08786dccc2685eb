import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { clusterCall } from '../contract/support/cluster.ts';
import { customerWithLicense, deployment, promoted } from '../contract/support/portal.ts';
import { shared } from '../support/paths.ts';
import { withScratch } from '../support/scratch.ts';
import { type Ran, waybill } from './support/cli.ts';
import { pullCases } from './support/pull-cases.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const app = 'mysampleecrapp';
const proxied = `proxy.replicated.com/proxy/${app}/${ecr}/demo-apps/api`;

const midstream = 'overlays/midstream/kustomization.yaml';

interface Difference {
  readonly what: string;
  readonly kind: string;
  readonly name: string;
  readonly installed: string | null;
  readonly preview: string | null;
  readonly uncertain: string | null;
  readonly message: string;
}
interface Installed {
  readonly version: { readonly finding: string; readonly current: string | null; readonly message: string };
  readonly midstream: {
    readonly same: boolean;
    readonly differences: readonly Difference[];
    readonly remarks: readonly string[];
  };
}

const files: Readonly<Record<string, string>> = {
  'application.yaml':
    'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: a\nspec:\n  title: A\n',
  'web.yaml': deployment('web', `${ecr}/demo-apps/api:1.4.2`),
  'cache.yaml': deployment('cache', 'nginx:1.25'),
};

describe('waybill verify --installed', () => {
  let sandbox: Sandbox;
  let folder: string;
  let license: string;
  let env: Readonly<Record<string, string>>;
  /** Of the promotion that is current. */
  let cursor: number;
  before(async () => {
    sandbox = await startSandbox();
    folder = mkdtempSync(join(tmpdir(), 'waybill-installed-'));
    const { license: text } = await customerWithLicense(sandbox);
    license = text;
    const none = join(folder, 'none');
    env = { ...sandbox.env, AWS_CONFIG_FILE: none, AWS_SHARED_CREDENTIALS_FILE: none };
    mkdirSync(join(folder, 'release'));
    writeFileSync(join(folder, 'release/.waybill.yaml'), `app: ${app}\n`);
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, 'release', path), text);
    writeFileSync(join(folder, 'license.yaml'), license);
    await promoted(sandbox, files, 'app-1-unstable', '2.0.0');
    const channel = sandbox.portal.promotions.filter(({ channelId }) => channelId === 'app-1-unstable');
    cursor = Math.max(...channel.map(({ channelSequence }) => channelSequence));
  });
  after(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (path: string): string => join(folder, path);

  /** Writes the archive that the app manager would keep of an installation of that promotion. */
  async function archived(
    { label = '2.0.0', cursor: sequence = cursor } = {},
    flags: readonly string[] = [],
  ): Promise<void> {
    writeFileSync(
      at('installation.yaml'),
      `apiVersion: kots.io/v1beta1\nkind: Installation\nmetadata:\n  name: a\nspec:\n  channelID: app-1-unstable\n  channelName: Unstable\n  versionLabel: ${label}\n  updateCursor: "${sequence}"\n`,
    );
    const given = ['--license', at('license.yaml'), '--installation', at('installation.yaml'), ...flags];
    const { code, stderr } = await waybill(['preview', at('release'), '--out', at('archive'), ...given]);
    assert.equal(code, 0, stderr);
  }
  beforeEach(() => archived());

  /** Changes a file of the archive. */
  function change(path: string, from: string | RegExp, to: string): void {
    const text = readFileSync(at(`archive/${path}`), 'utf8');
    const changed = text.replace(from, to);
    assert.notEqual(changed, text);
    writeFileSync(at(`archive/${path}`), changed);
  }

  const run = (flags: readonly string[] = ['--no-cluster'], more: Readonly<Record<string, string>> = {}) =>
    waybill(['verify', at('release'), '--installed', at('archive'), ...flags], { env: { ...env, ...more } });

  async function verify(
    flags?: readonly string[],
    more?: Readonly<Record<string, string>>,
  ): Promise<Ran & { readonly installed: Installed }> {
    const ran = await run([...(flags ?? ['--no-cluster']), '--format', 'json'], more);
    assert.ok(ran.code !== 2 && ran.code !== null, ran.stderr);
    return { ...ran, installed: (JSON.parse(ran.stdout) as { installed: Installed }).installed };
  }

  const kinds = ({ midstream }: Installed): string[] =>
    midstream.differences.map(({ what, kind, name }) => `${kind} ${what} ${name}`);

  test('what is current and as the preview has it is the same', async () => {
    const { code, installed } = await verify();
    assert.deepEqual(installed.midstream, { same: true, differences: [], remarks: [] });
    assert.equal(installed.version.finding, 'current', installed.version.message);
    assert.equal(code, 0);
    const { stdout } = await run();
    assert.match(stdout, /✓ Version 2\.0\.0 \(promotion \d+ to Unstable\) is installed, which is current/);
    assert.match(stdout, /✓ The installed kustomization is the one of this release\.\n$/);
    const licenseId = /licenseID: (\S+)/.exec(license)?.[1] ?? '';
    assert.ok(licenseId.length > 8 && !stdout.includes(licenseId));
  });

  test('an older version is told, with what to do', async () => {
    await archived({ label: '1.0.0', cursor: cursor - 1 });
    const { code, installed } = await verify();
    assert.deepEqual([installed.version.finding, installed.version.current], ['other', '2.0.0']);
    assert.match(
      installed.version.message,
      /^Version 1\.0\.0 .*; 2\.0\.0 is current on Unstable\. Check for upd/,
    );
    assert.equal(code, 1);
  });

  test('the same label promoted again is another version', async () => {
    await archived({ cursor: cursor + 1 });
    const { installed } = await verify();
    assert.match(installed.version.message, /newer than 2\.0\.0.*a release was taken back/);
  });

  test('images that are missing, added and other are told apart', async () => {
    change(midstream, /images:\n(- name: .*\n {2}newName: .*\n)/, 'images:\n');
    change(
      midstream,
      'images:\n',
      'images:\n- name: quay.io/acme/old\n  newName: proxy.replicated.com/proxy/mysampleecrapp/quay.io/acme/old\n',
    );
    const { code, installed } = await verify();
    assert.deepEqual(kinds(installed), [
      `missing image ${ecr}/demo-apps/api`,
      'added image quay.io/acme/old',
    ]);
    assert.equal(installed.midstream.differences[0]?.preview, proxied);
    assert.match(installed.midstream.differences[0]?.message ?? '', /push it, then check for updates/);
    assert.equal(code, 1);
    await archived();
    change(midstream, proxied, 'proxy.replicated.com/proxy/otherapp/api');
    const other = await verify();
    assert.deepEqual(kinds(other.installed), [`other image ${ecr}/demo-apps/api`]);
    assert.match((await run()).stdout, /differs in 1 place from the one of this release\.\n$/);
  });

  test('a tag that somebody put into the kustomization is a difference', async () => {
    change(midstream, proxied, `${proxied}\n  newTag: 1.4.1`);
    const { installed } = await verify();
    assert.equal(installed.midstream.differences[0]?.installed, `${proxied}:1.4.1`);
  });

  test('pull secrets and annotations count, the login of Docker Hub does not', async () => {
    const patches = 'overlays/midstream/pullsecrets.yaml';
    writeFileSync(
      at(`archive/${patches}`),
      `${readFileSync(at(`archive/${patches}`), 'utf8')}---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      imagePullSecrets:\n      - name: ${app}-kotsadm-dockerhub\n`,
    );
    assert.deepEqual(kinds((await verify()).installed), []);
    change(patches, `${app}-registry`, 'kotsadm-replicated-registry');
    change(midstream, `kots.io/app-slug: ${app}`, 'kots.io/app-slug: other');
    const { code, installed } = await verify();
    assert.equal(kinds(installed).length, 2);
    assert.match(
      kinds(installed).join(),
      /other pull-secret Deployment (web|cache).*other annotation kots\.io/,
    );
    assert.equal(code, 1);
  });

  test('without a token the version is not compared, and that is said', async () => {
    const { code, installed } = await verify(['--no-cluster'], { REPLICATED_API_TOKEN: '' });
    assert.equal(code, 0);
    assert.equal(installed.version.finding, 'unknown');
    assert.match(installed.version.message, /no token for the vendor portal/);
  });

  test('a portal that refuses leaves the rest', async () => {
    const { code, installed } = await verify(['--no-cluster'], { REPLICATED_API_TOKEN: 'wrong' });
    assert.equal(installed.version.finding, 'unknown');
    assert.match(installed.version.message, /REPLICATED_API_TOKEN/);
    assert.ok(installed.midstream.same && code === 0);
  });

  test('an installation with a local registry is compared as one', async () => {
    const flags = ['--local-registry', 'registry.corp:5000', '--local-registry-namespace', 'team'];
    await archived({}, flags);
    const without = await verify();
    assert.equal(without.code, 1);
    assert.deepEqual(without.installed.midstream.remarks, [
      `Images are pulled from a registry of the customer's. Compare with ${flags.join(' ')}.`,
    ]);
    const { code, installed } = await verify(['--no-cluster', ...flags]);
    assert.deepEqual(installed.midstream, { same: true, differences: [], remarks: [] });
    assert.equal(code, 0);
  });

  test('what a preview cannot see is no difference for certain', async () => {
    const chart = `apiVersion: kots.io/v1beta1\nkind: HelmChart\nmetadata:\n  name: db\nspec:\n  chart:\n    name: db\n    chartVersion: 1.0.0\n`;
    writeFileSync(at('release/chart.yaml'), chart);
    try {
      change(midstream, 'images:\n', 'images:\n- name: quay.io/acme/db\n  newName: proxy.replicated.com/p\n');
      const { code, installed } = await verify();
      assert.deepEqual(kinds(installed), ['added image quay.io/acme/db']);
      assert.match(installed.midstream.differences[0]?.uncertain ?? '', /chart/);
      assert.ok(installed.midstream.same && code === 0);
    } finally {
      rmSync(at('release/chart.yaml'));
    }
  });

  test('pods and archive together, where there is a cluster', async () => {
    const made = await clusterCall(sandbox, 'POST', '/sandbox/install', { license });
    assert.equal(made.status, 201);
    const both = await verify([]);
    const { containers } = JSON.parse(both.stdout) as { containers: { finding: string }[] };
    assert.deepEqual(
      containers.map(({ finding }) => finding),
      ['right', 'right'],
    );
    assert.equal(both.code, 0);
    const alone = await verify([], { KUBECONFIG: '' });
    assert.deepEqual((JSON.parse(alone.stdout) as { context: unknown }).context, null);
    assert.equal(alone.code, 0);
  });

  test('the folder above is fine, as kubectl kots download leaves it', async () => {
    mkdirSync(at('download'), { recursive: true });
    cpSync(at('archive'), at(`download/${app}`), { recursive: true });
    const { code, stderr } = await waybill(
      ['verify', at('release'), '--installed', at('download'), '--no-cluster'],
      { env },
    );
    assert.equal(code, 0, stderr);
  });

  test('what is no archive, or is of another app, is told as that', async () => {
    const wrong: readonly (readonly [string, () => void, RegExp])[] = [
      ['nowhere', () => {}, /There is no folder .*nowhere/],
      ['release', () => {}, /is no app's archive: .* kubectl kots download APP/],
      [
        'archive',
        () => change('upstream/userdata/license.yaml', `appSlug: ${app}`, 'appSlug: other'),
        /is of the app other, and this release is of mysampleecrapp/,
      ],
      [
        'archive',
        () => change('upstream/userdata/installation.yaml', 'kind: Installation', 'kind: Installed'),
        /installation\.yaml: That is not an Installation/,
      ],
      ['archive', () => change(midstream, 'images:', 'images: ]'), /kustomization\.yaml is not read as YAML/],
      ['archive', () => rmSync(at(`archive/${midstream}`)), /It has no overlays\/midstream/],
    ];
    for (const [name, spoil, words] of wrong) {
      await archived();
      spoil();
      const { code, stdout, stderr } = await waybill(
        ['verify', at('release'), '--installed', at(name), '--no-cluster'],
        { env },
      );
      assert.equal(code, 2, stdout);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
    const { code, stderr } = await waybill(['verify', at('release'), '--no-cluster'], { env });
    assert.equal(code, 2);
    assert.match(stderr, /--no-cluster .* goes with --installed/);
  });
});

describe('what KOTS itself wrote is the same as the preview', () => {
  for (const name of pullCases())
    test(name, () =>
      withScratch(async (scratch) => {
        const kept = join(shared ?? '', 'corpus/kots-pull-cases', name);
        cpSync(join(kept, 'upstream'), scratch, { recursive: true });
        rmSync(join(scratch, 'userdata'), { recursive: true, force: true });
        const archive = join(kept, 'wantResults');
        const flags = ['--installed', archive, '--app', 'my-app', '--namespace', 'app-namespace'];
        const { code, stdout, stderr } = await waybill(['verify', scratch, ...flags, '--no-cluster']);
        assert.equal(code, 0, stdout + stderr);
      }),
    );
});
