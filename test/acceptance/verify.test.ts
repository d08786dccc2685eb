import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
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
    copyTo('us-west-2', 'demo-apps/api');
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

  /** Puts what a repository of the seeded region holds into another region too. */
  function copyTo(region: string, name: string): void {
    const { store, accountId } = sandbox;
    const from = store.repository(`${accountId}/us-east-2`, name);
    const to = store.createRepository(`${accountId}/${region}`, name);
    for (const { bytes, mediaType } of from?.manifests.values() ?? [])
      store.putManifest(to, { bytes, mediaType, tag: null, pushedAt: 0 });
    for (const blob of from?.blobs ?? []) to.blobs.add(blob);
    for (const [tag, digest] of from?.tags ?? []) to.tags.set(tag, digest);
  }

  /** Promotes a release of one image, installs it, and says what verify finds of its one container. */
  async function verify(image: string, wish: object = {}): Promise<Found> {
    const application =
      'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: a\nspec:\n  title: A\n';
    const files = { 'application.yaml': application, 'web.yaml': deployment('web', image) };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    await promoted(sandbox, files);
    const made = await clusterCall(sandbox, 'POST', '/sandbox/install', { license, ...wish });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const { code, stdout, stderr } = await waybill(['verify', folder, '--format', 'json'], { env });
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
