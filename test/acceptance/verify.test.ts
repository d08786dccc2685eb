import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { upstreamRegistry } from '../../sandbox/src/store/repository.ts';
import { clusterCall } from '../contract/support/cluster.ts';
import { customerWithLicense, deployment, portalCall, promoted } from '../contract/support/portal.ts';
import { waybill } from './support/cli.ts';

const ecr = '429114214526.dkr.ecr.us-east-2.amazonaws.com';
const unlinked = '429114214526.dkr.ecr.us-west-2.amazonaws.com';

interface Found {
  readonly code: number | null;
  readonly finding: string;
  readonly message: string;
}

describe('waybill verify', () => {
  let sandbox: Sandbox;
  let license: string;
  let customer: string;
  let folder: string;
  let env: Readonly<Record<string, string>>;
  before(async () => {
    sandbox = await startSandbox();
    copyTo(`${sandbox.accountId}/us-west-2`, 'demo-apps/api');
    // The registry of a customer, which the app manager copies images to under the last part of their names.
    copyTo(upstreamRegistry, 'demo-apps/api', 'team/api');
    ({ license, id: customer } = await customerWithLicense(sandbox));
    folder = mkdtempSync(join(tmpdir(), 'waybill-verify-'));
    env = {
      ...sandbox.env,
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    };
    writeFileSync(join(folder, '.waybill.yaml'), 'app: mysampleecrapp\n');
  });
  after(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts what a repository of the seeded region holds into another registry too. */
  function copyTo(registry: string, name: string, as = name): void {
    const { store, accountId } = sandbox;
    const from = store.repository(`${accountId}/us-east-2`, name);
    const to = store.createRepository(registry, as, { anonymous: registry === upstreamRegistry });
    for (const { bytes, mediaType } of from?.manifests.values() ?? [])
      store.putManifest(to, { bytes, mediaType, tag: null, pushedAt: 0 });
    for (const blob of from?.blobs ?? []) to.blobs.add(blob);
    for (const [tag, digest] of from?.tags ?? []) to.tags.set(tag, digest);
  }

  /** Promotes a release of one image, installs it, and says what verify finds of its one container. */
  async function verify(image: string, wish: object = {}, flags: readonly string[] = []): Promise<Found> {
    const application =
      'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: a\nspec:\n  title: A\n';
    const files = { 'application.yaml': application, 'web.yaml': deployment('web', image) };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    await promoted(sandbox, files);
    const made = await clusterCall(sandbox, 'POST', '/sandbox/install', { license, ...wish });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const { code, stdout, stderr } = await waybill(['verify', folder, '--format', 'json', ...flags], { env });
    assert.ok(code === 0 || code === 1, stderr);
    const { containers } = JSON.parse(stdout) as { containers: { finding: string; message: string }[] };
    const [only] = containers;
    assert.ok(only !== undefined && containers.length === 1, stdout);
    return { code, finding: only.finding, message: only.message };
  }

  const wrong: Readonly<
    Record<string, readonly [image: string, wish: object, finding: string, words: RegExp]>
  > = {
    'other content than the registry has': [
      `${ecr}/demo-apps/api:1.4.2`,
      { overrides: { web: { digest: `sha256:${'0'.repeat(64)}` } } },
      'other-digest',
      /sha256:0{64} runs, but .* is sha256:7b1735670b5a/,
    ],
    'past the proxy': [
      `${ecr}/demo-apps/api:1.4.2`,
      { overrides: { web: { image: `${ecr}/demo-apps/api:1.4.2` } } },
      'not-proxied',
      /would write proxy\.replicated\.com\/proxy\/mysampleecrapp\//,
    ],
    'another pull secret': [
      `${ecr}/demo-apps/api:1.4.2`,
      { overrides: { web: { pullSecrets: ['kotsadm-replicated-registry'] } } },
      'wrong-secret',
      /mysampleecrapp-registry/,
    ],
    'no such tag': [`${ecr}/demo-apps/api:9`, {}, 'pull-failed', /does not exist/],
    'no such repository': [`${ecr}/demo-apps/nowhere:1`, {}, 'pull-failed', /does not exist/],
    'a registry that is not linked': [
      `${unlinked}/demo-apps/api:1.4.2`,
      {},
      'pull-failed',
      /registry is not linked in the vendor portal/,
    ],
    'no image for the node': [
      `${ecr}/demo-apps/api:1.4.2`,
      { platform: 'linux/s390x' },
      'pull-failed',
      /no image for this node's platform/,
    ],
    'a pull secret that is not there': [
      `${ecr}/demo-apps/api:1.4.2`,
      { secrets: 'missing' },
      'pull-failed',
      /pull secret mysampleecrapp-registry, which its pod names, is not in the namespace/,
    ],
    'a secret with the licence of nobody': [
      `${ecr}/demo-apps/api:1.4.2`,
      { secrets: 'wrong' },
      'pull-failed',
      /proxy refused the customer's licence/,
    ],
  };

  test('the right image, through the proxy or from where anybody may pull', async () => {
    for (const image of [`${ecr}/demo-apps/api:1.4.2`, 'nginx:1.25']) {
      const { code, finding, message } = await verify(image);
      assert.deepEqual([code, finding], [0, 'right'], message);
    }
  });

  for (const [name, [image, wish, finding, words]] of Object.entries(wrong))
    test(name, async () => {
      const found = await verify(image, wish);
      assert.deepEqual([found.code, found.finding], [1, finding], found.message);
      assert.match(found.message, words);
      assert.ok(!found.message.includes(sandbox.env.REPLICATED_API_TOKEN ?? ''));
    });

  const registry = ['--local-registry', 'registry.corp:5000', '--local-registry-namespace', 'team'];
  const local: Readonly<
    Record<string, readonly [override: object, flags: readonly string[], finding: string, words: RegExp]>
  > = {
    'from the local registry, as the release says': [
      { image: 'registry.corp:5000/team/api:1.4.2' },
      registry,
      'right',
      /runs from the local registry, as its registry has it/,
    ],
    'from the local registry in an air gap': [
      { image: 'registry.corp:5000/team/api:1.4.2' },
      [...registry, '--airgap'],
      'right',
      /runs from the local registry/,
    ],
    'other content in the local registry': [
      { image: 'registry.corp:5000/team/api:1.4.2', digest: `sha256:${'0'.repeat(64)}` },
      registry,
      'other-digest',
      /deploy the version again, with its images/,
    ],
    'another tag in the local registry': [
      { image: 'registry.corp:5000/team/api:1.4.3' },
      registry,
      'not-in-release',
      /names no image registry\.corp:5000\/team\/api:1\.4\.3\.$/,
    ],
    'another namespace of it': [
      { image: 'registry.corp:5000/other/api:1.4.2' },
      registry,
      'not-proxied',
      /would write registry\.corp:5000\/team\/api:1\.4\.2, in the local registry/,
    ],
    'through the proxy, in spite of it': [
      { image: `proxy.replicated.com/proxy/mysampleecrapp/${ecr}/demo-apps/api:1.4.2` },
      registry,
      'not-proxied',
      /would write registry\.corp:5000\/team\/api:1\.4\.2, in the local registry/,
    ],
    'a local registry that nobody told of': [
      { image: 'registry.corp:5000/team/api:1.4.2' },
      [],
      'not-in-release',
      /local registry, name that: --local-registry registry\.corp:5000\. It then stands for .*demo-apps\/api:1\.4\.2/,
    ],
  };
  for (const [name, [override, flags, finding, words]] of Object.entries(local))
    test(name, async () => {
      const found = await verify(`${ecr}/demo-apps/api:1.4.2`, { overrides: { web: override } }, flags);
      assert.equal(found.finding, finding, found.message);
      assert.match(found.message, words);
      assert.equal(found.code, ['other-digest', 'not-proxied'].includes(finding) ? 1 : 0);
    });

  test('what the local registry lacks, or refuses, is told as that', async () => {
    const override = { overrides: { web: { image: 'registry.corp:5000/team/api:1.4.2' } } };
    const copy = sandbox.store.repository(upstreamRegistry, 'team/api');
    const tagged = copy?.tags.get('1.4.2') ?? '';
    copy?.tags.delete('1.4.2');
    const lacking = await verify(`${ecr}/demo-apps/api:1.4.2`, override, registry);
    assert.deepEqual([lacking.code, lacking.finding], [1, 'pull-failed'], lacking.message);
    assert.match(lacking.message, /local registry does not have .*copied there when a version is deployed/);
    copy?.tags.set('1.4.2', tagged);
    const elsewhere = ['--local-registry', 'registry.corp:5000', '--local-registry-namespace', 'private'];
    const refused = await verify(
      `${ecr}/demo-apps/api:1.4.2`,
      { overrides: { web: { image: 'registry.corp:5000/private/api:1.4.2' } } },
      elsewhere,
    );
    assert.match(refused.message, /local registry refused the login/);
  });

  test('flags that make no sense are refused as waybill preview refuses them', async () => {
    for (const command of ['verify', 'preview']) {
      const { code, stderr } = await waybill([command, folder, '--local-registry-namespace', 'team'], {
        env,
      });
      assert.equal(code, 2);
      assert.match(stderr, /--local-registry-namespace needs --local-registry\./);
    }
  });

  test('an image that the customer chose is asked about too', async () => {
    const config = [
      'apiVersion: kots.io/v1beta1',
      'kind: Config',
      'metadata: {name: c}',
      'spec:',
      '  groups:',
      '    - name: g',
      '      items: [{name: image, type: text, default: "nginx:1.25"}]',
      '',
    ].join('\n');
    const values = join(folder, '..', `${basename(folder)}-values.yaml`);
    const wanted = `${ecr}/demo-apps/api:1.4.2`;
    writeFileSync(join(folder, 'config.yaml'), config);
    writeFileSync(
      values,
      `apiVersion: kots.io/v1beta1\nkind: ConfigValues\nspec:\n  values:\n    image: {value: "${wanted}"}\n`,
    );
    try {
      const image = `'repl{{ ConfigOption "image" }}'`;
      const proxied = `proxy.replicated.com/proxy/mysampleecrapp/${wanted}`;
      const wish = { overrides: { web: { image: proxied } } };
      const known = await verify(image, wish, ['--config', values]);
      assert.deepEqual([known.code, known.finding], [0, 'right'], known.message);
      const unknown = await verify(image, wish);
      assert.equal(unknown.finding, 'not-in-release', unknown.message);
    } finally {
      rmSync(join(folder, 'config.yaml'));
      rmSync(values);
    }
  });

  test('a licence that was archived', async () => {
    await portalCall(sandbox, 'POST', `/v3/customer/${customer}/archive`);
    const { finding, message } = await verify(`${ecr}/demo-apps/api:1.4.2`);
    await portalCall(sandbox, 'POST', `/v3/customer/${customer}/unarchive`);
    assert.equal(finding, 'pull-failed');
    assert.match(message, /proxy refused the customer's licence/);
  });

  test('a cluster that refuses, fails or says nothing is told as that', async () => {
    const faults: readonly (readonly [() => void, RegExp])[] = [
      [
        () => sandbox.quirks.deny.push({ plane: 'cluster', operation: 'ListPod', times: 1 }),
        /pods is forbidden|may not/,
      ],
      [
        () => sandbox.quirks.expire.push({ plane: 'cluster', operation: 'ListPod', times: 1 }),
        /[Uu]nauthorized|refuses|log in/,
      ],
    ];
    for (const [fault, words] of faults) {
      fault();
      const { code, stderr } = await waybill(['verify', folder], { env });
      assert.equal(code, 2);
      assert.match(stderr, words);
      assert.ok(!stderr.includes('sandbox-cluster-token'));
    }
  });
});
