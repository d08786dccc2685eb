import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digestOf } from '../../sandbox/src/digest.ts';
import { type Sandbox, sandboxAccount, sandboxRegion, startSandbox } from '../../sandbox/src/index.ts';
import { type RegistryTarget, to } from '../contract/registry/target.ts';
import { dockerRegistryTarget } from '../contract/registry/targets.ts';
import { findProgram, runs } from '../contract/support/peers.ts';
import { digestIn, pushBuilt, twoPlatforms } from '../support/multi-image.ts';
import { folderWith } from '../unit/io/support/temp.ts';
import { waybill } from './support/cli.ts';
import { pod } from './support/release.ts';

const program = findProgram('docker-registry');
const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** `waybill mirror` between two registries that others wrote, whose other clients then say what is there. */
describe('two docker-registry servers', {
  skip: program === null ? 'docker-registry is not installed' : false,
}, () => {
  const started: Awaited<ReturnType<typeof dockerRegistryTarget>>[] = [];
  let from: RegistryTarget;
  let onto: RegistryTarget;
  let env: Record<string, string>;
  let folder: string;
  before(async () => {
    started.push(await dockerRegistryTarget(program ?? ''), await dockerRegistryTarget(program ?? ''));
    [from, onto] = started.map(({ target }) => target) as [RegistryTarget, RegistryTarget];
    folder = mkdtempSync(join(tmpdir(), 'waybill-mirror-'));
    const auth = Buffer.from('AWS:sandbox').toString('base64');
    const auths = { 'from.example': { auth }, 'onto.example': { auth } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
    env = {
      DOCKER_CONFIG: folder,
      WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ 'from.example': from.url, 'onto.example': onto.url }),
    };
  });
  after(async () => {
    for (const each of started) await each.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const mirror = (...args: string[]) => waybill(['mirror', ...args], { env });
  const at = async (reference: string): Promise<string | undefined> => {
    const [repository, tag] = reference.split(':');
    const answer = await to(onto, 'HEAD', `/v2/${repository}/manifests/${tag}`, { headers: { accept } });
    return answer.status === 200 ? answer.headers['docker-content-digest'] : undefined;
  };

  for (const format of ['oci', 'docker'] as const)
    test(`an index of ${format} arrives with all platforms and the same digest`, async () => {
      const image = twoPlatforms(`arrives ${format}`, format);
      await pushBuilt(from, `team/${format}`, '1', image);
      const { code, stdout, stderr } = await mirror(
        `from.example/team/${format}:1`,
        '--to',
        `onto.example/app/${format}:1`,
      );
      assert.equal(code, 0, stderr);
      const digest = digestIn(image.root);
      assert.equal(
        stdout,
        `onto.example/app/${format}:1 is from.example/team/${format}:1 now: ${digest}, 6 blobs sent (14 kB)\n`,
      );
      assert.match(stderr, /2 platforms: linux\/amd64, linux\/arm64/);
      assert.equal(await at(`app/${format}:1`), digest);
    });

  test('a second time nothing is sent', async () => {
    const image = twoPlatforms('twice');
    await pushBuilt(from, 'team/twice', '1', image);
    assert.equal((await mirror('from.example/team/twice:1', '--to', 'onto.example/app/twice')).code, 0);
    const { code, stdout } = await mirror('from.example/team/twice:1', '--to', 'onto.example/app/twice');
    assert.equal(code, 0);
    assert.equal(stdout, `onto.example/app/twice:1 was there already: ${digestIn(image.root)}\n`);
  });

  test('a dry run says what would happen and does nothing', async () => {
    await pushBuilt(from, 'team/dry', '1', twoPlatforms('dry'));
    const { code, stdout, stderr } = await mirror(
      'from.example/team/dry:1',
      '--to',
      'onto.example/app/dry',
      '--dry-run',
    );
    assert.equal(code, 0);
    assert.match(`${stdout}${stderr}`, /to send: 6 blobs, 14 kB/);
    assert.equal(await at('app/dry:1'), undefined);
  });

  test('a moved tag is said to be replaced, and what both images share is not sent again', async () => {
    const [old, fresh] = [twoPlatforms('old'), twoPlatforms('fresh')];
    await pushBuilt(from, 'team/moved', '1', old);
    assert.equal((await mirror('from.example/team/moved:1', '--to', 'onto.example/app/moved')).code, 0);
    await pushBuilt(from, 'team/moved', '1', fresh);
    const { stdout, stderr } = await mirror('from.example/team/moved:1', '--to', 'onto.example/app/moved');
    assert.match(stderr, new RegExp(`replaces ${digestIn(old.root)}`));
    assert.match(stdout, /4 blobs sent \(.*\), 2 there already\n$/);
    assert.equal(await at('app/moved:1'), digestIn(fresh.root));
  });

  test('what another repository holds is mounted from there in the same run', async () => {
    await pushBuilt(from, 'team/one', '1', twoPlatforms('one'));
    await pushBuilt(from, 'team/two', '1', twoPlatforms('two'));
    const release = folderWith({
      '.waybill.yaml':
        'registries: [{ endpoint: onto.example, rewrite: "mounted/{name}" }]\nrewrites: [{ from: "quay.io/**", to: "onto.example/mounted/{name}" }]\n',
      'pods.yaml': `${pod('quay.io/team/one:1')}---\n${pod('quay.io/team/two:1').replace('name: pod', 'name: other')}`,
    });
    const endpoints = JSON.stringify({ 'quay.io': from.url, 'onto.example': onto.url });
    const auth = Buffer.from('AWS:sandbox').toString('base64');
    const config = folderWith({
      'config.json': JSON.stringify({ auths: { 'quay.io': { auth }, 'onto.example': { auth } } }),
    });
    const { code, stdout, stderr } = await waybill(['mirror', '--release', release, '--format', 'json'], {
      env: { DOCKER_CONFIG: config, WAYBILL_REGISTRY_ENDPOINTS: endpoints },
    });
    assert.equal(code, 0, stderr);
    const done = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; blobs: { sent: number; mounted: number } })
      .filter(({ event }) => event === 'mirrored');
    assert.equal(done.length, 2);
    // Two layers are the same in both images; each is sent once, whichever image comes to it first.
    assert.equal(
      done.reduce((sum, { blobs }) => sum + blobs.sent, 0),
      10,
    );
    assert.equal(
      done.reduce((sum, { blobs }) => sum + blobs.mounted, 0),
      2,
    );
  });

  const skopeo = findProgram('skopeo');
  test('skopeo agrees', { skip: skopeo === null ? 'skopeo is not installed' : false }, async () => {
    const image = twoPlatforms('skopeo');
    await pushBuilt(from, 'team/skopeo', '1', image);
    assert.equal((await mirror('from.example/team/skopeo:1', '--to', 'onto.example/app/skopeo')).code, 0);
    const where = `docker://${new URL(onto.url).host}/app/skopeo:1`;
    const login = ['--tls-verify=false', '--creds', 'AWS:sandbox'];
    const raw = spawnSync(skopeo ?? '', ['inspect', '--raw', ...login, where]);
    assert.deepEqual(raw.stdout, image.root.bytes);
    const inspected = spawnSync(skopeo ?? '', ['inspect', '--override-arch', 'arm64', ...login, where]);
    const said = JSON.parse(inspected.stdout.toString()) as { Digest: string; Architecture: string };
    assert.deepEqual([said.Digest, said.Architecture], [digestIn(image.root), 'arm64']);
  });

  const podman = findProgram('podman');
  test('podman pulls it', {
    skip: runs(podman, '--version') ? false : 'podman is not installed',
  }, async () => {
    const image = twoPlatforms('podman');
    await pushBuilt(from, 'team/podman', '1', image);
    assert.equal((await mirror('from.example/team/podman:1', '--to', 'onto.example/app/podman')).code, 0);
    const where = `${new URL(onto.url).host}/app/podman:1`;
    const storage = [
      '--root',
      join(folder, 'storage'),
      '--runroot',
      join(folder, 'run'),
      '--storage-driver',
      'vfs',
    ];
    const podmanRuns = (...args: string[]) =>
      spawnSync(podman ?? '', [...storage, ...args], { timeout: 60_000 });
    const pulled = podmanRuns('pull', '-q', '--tls-verify=false', '--creds', 'AWS:sandbox', where);
    assert.equal(pulled.status, 0, pulled.stderr.toString());
    const listed = podmanRuns(
      'image',
      'inspect',
      '--format',
      '{{json .RepoDigests}}',
      where,
    ).stdout.toString();
    assert.match(listed, new RegExp(digestIn(image.root)));
  });
});

describe('the sandbox', () => {
  const host = `${sandboxAccount}.dkr.ecr.${sandboxRegion}.amazonaws.com`;
  const withSandbox = async (work: (sandbox: Sandbox) => Promise<void>): Promise<void> => {
    const sandbox = await startSandbox();
    try {
      await work(sandbox);
    } finally {
      await sandbox.close();
    }
  };
  const config = `app: hello\nregistries:\n  - endpoint: ${host}\n    rewrite: demo-apps/{name}\n`;

  test('an image goes to its private path, and a whole release is rewritten to what was mirrored', () =>
    withSandbox(async ({ env }) => {
      const release = folderWith({ '.waybill.yaml': config, 'pod.yaml': pod('nginx:1.25') });
      const { code, stdout, stderr } = await waybill(['mirror', '--release', release, '--rewrite'], { env });
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`^${host}/demo-apps/nginx:1\\.25 is nginx:1\\.25 now: sha256:`));
      assert.match(
        readFileSync(join(release, 'pod.yaml'), 'utf8'),
        new RegExp(`image: ${host}/demo-apps/nginx:1\\.25\\n`),
      );
      assert.match(stderr, /Rewrote 1 image in 1 file\./);
    }));

  test('two images that would share a path are refused before anything is sent', () =>
    withSandbox(async ({ env, calls }) => {
      const release = folderWith({
        '.waybill.yaml': config,
        'pods.yaml': `${pod('quay.io/a/nginx:1')}---\n${pod('nginx:1.25')}`,
      });
      const { code, stderr } = await waybill(['mirror', '--release', release], { env });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /quay\.io\/a\/nginx and docker\.io\/library\/nginx would both be copied to .*demo-apps\/nginx/,
      );
      assert.deepEqual(calls, []);
    }));

  test('an image that is not there is said to be so, with its exit code', () =>
    withSandbox(async ({ env }) => {
      const { code, stderr } = await waybill(
        ['mirror', 'quay.io/none/such:1', '--to', `${host}/demo-apps/nginx:9`],
        { env },
      );
      assert.equal(code, 4);
      assert.match(stderr, /quay\.io\/none\/such:1/);
    }));
});

describe("Amazon ECR's own ways, in the sandbox", () => {
  const host = `${sandboxAccount}.dkr.ecr.${sandboxRegion}.amazonaws.com`;
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  const run = (...args: string[]) => waybill(args, { env: sandbox.env });

  test('a missing repository is only made when that is asked for, with the settings asked for', async () => {
    const args = ['mirror', 'redis:7.4', '--to', `${host}/demo-apps/redis`] as const;
    const without = await run(...args);
    assert.equal(without.code, 5);
    assert.match(without.stderr, /there is no repository demo-apps\/redis at .*Add --create/);
    const { code, stderr } = await run(...args, '--create', '--immutable');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /demo-apps\/redis is to be created \(immutable tags, not scanned on push\)/);
    const again = await run('mirror', 'busybox:1.36', '--to', `${host}/demo-apps/redis:7.4`);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /redis:7\.4 is immutable and stands for sha256:/);
  });

  test('each action that is denied is named before a byte is sent', async () => {
    sandbox.quirks.deny.push({ operation: 'PutImage' }, { operation: 'InitiateLayerUpload' });
    const before = sandbox.calls.length;
    const { code, stderr } = await run('mirror', 'redis:7.4', '--to', `${host}/demo-apps/web:denied`);
    sandbox.quirks.deny.length = 0;
    assert.equal(code, 5);
    assert.match(stderr, /Missing: ecr:InitiateLayerUpload, ecr:PutImage\./);
    const uploads = sandbox.calls.slice(before).filter(({ operation }) => operation === 'StartUpload');
    assert.deepEqual(uploads, []);
  });

  test("a cache of the registry's own is used where it is asked for, and offered where it is there", async () => {
    const image = 'quay.io/prometheus/prometheus:v2.53.0';
    const missing = await run('mirror', image, '--pull-through', host);
    assert.equal(missing.code, 5);
    assert.match(
      missing.stderr,
      /no pull-through cache rule for quay\.io.*Add --create to have one made for quay\/…/,
    );
    const { code, stdout, stderr } = await run('mirror', image, '--pull-through', host, '--create');
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^${host}/quay/prometheus/prometheus:v2\\.53\\.0 is ${image}, kept by`));
    const offered = await run('mirror', image, '--to', `${host}/demo-apps/prometheus`, '--dry-run');
    assert.match(
      offered.stderr,
      new RegExp(`a pull-through cache of ${host} has it as ${host}/quay/prometheus/prometheus:v2\\.53\\.0`),
    );
  });

  test('the settings that would serve another region are shown and not applied', async () => {
    const { code, stdout, stderr } = await run('registry', 'replication', host, '--regions', 'eu-west-1');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Nothing is replicated\./);
    assert.deepEqual(JSON.parse(stdout), {
      rules: [{ destinations: [{ region: 'eu-west-1', registryId: sandboxAccount }] }],
    });
    assert.ok(!sandbox.calls.some(({ operation }) => operation === 'PutReplicationConfiguration'));
  });

  test('an OCI layout that this machine holds is mirrored as it is', async () => {
    const image = twoPlatforms('from a layout');
    const folder = mkdtempSync(join(tmpdir(), 'waybill-layout-'));
    const blobs = [...image.blobs, ...image.children.map(({ bytes }) => bytes), image.root.bytes];
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
    for (const bytes of blobs) writeFileSync(join(folder, 'blobs', digestOf(bytes).replace(':', '/')), bytes);
    const { mediaType, bytes } = image.root;
    const manifests = [{ mediaType, digest: digestOf(bytes), size: bytes.length }];
    writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    const { code, stdout, stderr } = await run(
      'mirror',
      `oci:${folder}`,
      '--to',
      `${host}/demo-apps/web:layout`,
    );
    rmSync(folder, { recursive: true });
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(digestIn(image.root)));
  });
});

test('a command line that makes no sense says what to write', async () => {
  for (const [args, says] of [
    [[], /Which image\?/],
    [['nginx', 'redis', '--to', 'a.example/b'], /--to is for one image/],
    [['nginx', '--release', '.'], /--release takes the images/],
    [['Not An Image', '--to', 'a.example/b'], /is no image/],
    [['nginx', '--to', 'a.example/b', '--rewrite'], /--rewrite goes with --release/],
    [['nginx', '--format', 'xml', '--to', 'a.example/b'], /--format is text or json/],
  ] as const) {
    const { code, stderr } = await waybill(['mirror', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, says);
  }
});
