import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../../sandbox/src/index.ts';
import type { BuiltManifest } from '../../../sandbox/src/seed/image.ts';
import { ecrRegistry, upstreamRegistry } from '../../../sandbox/src/store/repository.ts';
import { pushBlob, putManifest, type RegistryTarget, to } from '../../contract/registry/target.ts';
import { dockerRegistryTarget } from '../../contract/registry/targets.ts';
import { digestOf, oci, testImage } from '../../contract/support/images.ts';
import { signedCall } from '../../contract/support/signed.ts';
import { type Moment, type Seen, startGate } from '../../support/gate.ts';
import { keepImage, layeredImage } from '../../support/layered-image.ts';
import { root } from '../../support/paths.ts';
import { randomFrom } from '../../support/random.ts';
import { bareEnvironment } from './cli.ts';
import { ecr } from './release.ts';

export const phases = [
  'before the first upload',
  'within a blob',
  'between blobs',
  'before a child manifest',
  'before the tag',
] as const satisfies readonly Moment['phase'][];

/** What came of one kill and of the run after it. */
export interface Killed {
  readonly moment: Moment;
  readonly seen: Seen;
  /** Bytes of blobs that went to the registry until the kill, and in the run after it. */
  readonly before: number;
  readonly after: number;
}

/** Kills `waybill mirror` while it copies one image to a registry, again and again. */
export interface KillRig {
  /** Bytes of all blobs of the image. */
  readonly size: number;
  /** A moment of that phase, another one each time. */
  moment(phase: Moment['phase']): Moment;
  /**
   * Begins to copy to a repository that nobody used, kills in that moment, and copies again.
   * @throws AssertionError where anything that is seen is broken, where a blob is sent that is there already, or where
   * the moment did not come
   */
  kill(moment: Moment): Promise<Killed>;
  close(): Promise<void>;
}

const megabyte = 1024 * 1024;
const tag = '1.0';
const accept = `${oci.index}, ${oci.image}`;
/** A run that takes longer hangs: milliseconds. */
const LIMIT = 60_000;

/** @param registry the program of a docker-registry to copy to; null for the sandbox's ECR */
export async function startKillRig(seed: number, registry: string | null): Promise<KillRig> {
  const random = randomFrom(seed);
  const image = layeredImage(
    random,
    [megabyte + 512 * 1024 + random(1000)],
    ['amd64', 'arm64', 's390x'].map((architecture) => ({
      architecture,
      sizes: [megabyte + 1 + random(200_000), 200_000 + random(50_000), 3000 + random(1000), 700],
    })),
  );
  const sandbox = await startSandbox();
  const source = sandbox.store.createRepository(upstreamRegistry, 'acme/killed', { anonymous: true });
  await keepImage(sandbox.store, source, tag, image);
  const { target, close } =
    registry === null ? await sandboxEcr(sandbox) : await dockerRegistryTarget(registry);
  const gate = await startGate(target.url);
  const host = registry === null ? ecr : 'registry.acme.example';
  const docker = mkdtempSync(join(tmpdir(), 'waybill-kill-'));
  const auth = target.authorization.replace('Basic ', '');
  writeFileSync(
    join(docker, 'config.json'),
    JSON.stringify(registry === null ? {} : { auths: { [host]: { auth } } }),
  );
  const env = {
    ...bareEnvironment,
    ...sandbox.env,
    DOCKER_CONFIG: docker,
    WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ 'docker.io': sandbox.publicUrl, [host]: gate.url }),
  };
  const blobs = new Map(image.blobs.map((blob) => [digestOf(blob), blob.length]));
  const size = [...blobs.values()].reduce((sum, one) => sum + one, 0);
  const top = digestOf(image.root.bytes);
  const old = testImage('the one that was there before');
  let count = 0;

  const mirror = (repository: string): ChildProcess =>
    spawn(
      process.execPath,
      [
        join(root, 'dist/server/waybill.cjs'),
        ...['mirror', `docker.io/acme/killed:${tag}`, '--to', `${host}/${repository}:${tag}`],
      ],
      { cwd: docker, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT, killSignal: 'SIGKILL' },
    );

  return {
    size,
    moment(phase) {
      if (phase === 'within a blob') {
        const [digest, all] = [...blobs][random(blobs.size)] as [string, number];
        return { phase, digest, bytes: 1 + random(all - 1) };
      }
      if (phase === 'between blobs') return { phase, taken: 1 + random(blobs.size - 1) };
      if (phase === 'before a child manifest') return { phase, put: random(image.children.length) };
      return { phase };
    },
    async kill(moment) {
      const repository = `killed/n${count++}`;
      await target.prepare(repository);
      // Every other time the tag stands for another image already.
      const was = count % 2 === 0 ? digestOf(old.manifest) : null;
      if (was !== null) {
        await pushBlob(target, repository, old.config);
        await pushBlob(target, repository, old.layer);
        await putManifest(target, repository, tag, old.manifest, old.mediaType);
      }

      let seen: Seen | null = null;
      gate.watch();
      const first = mirror(repository);
      gate.hold(moment, (what) => {
        seen = what;
        first.kill('SIGKILL');
      });
      const { words, signal } = await ended(first);
      assert.ok(seen !== null, `the run ended before the moment came: ${words}`);
      assert.equal(signal, 'SIGKILL');
      await gate.settle();
      const before = gate.bytes();
      assertMoment(moment, seen, blobs.size, image.children.length);

      // Nothing half is to be seen.
      assert.equal(await tagged(target, repository), was, 'the tag stands for what it did');
      for (const manifest of [...image.children, image.root])
        await assertWhole(target, repository, manifest, moment);
      const missing = await missingOf(target, repository, [...blobs.keys()]);

      gate.watch();
      const again = await ended(mirror(repository));
      assert.equal(again.code, 0, again.words);
      const after = gate.bytes();
      assert.equal(await tagged(target, repository), top, 'the target has the digest of the source');
      assert.deepEqual(await missingOf(target, repository, [...blobs.keys()]), []);
      for (const manifest of [...image.children, image.root]) {
        const { body } = await to(target, 'GET', `/v2/${repository}/manifests/${digestOf(manifest.bytes)}`, {
          headers: { accept },
        });
        assert.ok(body.equals(manifest.bytes));
      }
      const lacking = missing.reduce((sum, digest) => sum + (blobs.get(digest) ?? 0), 0);
      assert.equal(after, lacking, 'the second run sends what is not there, and nothing else');
      const inFlight = (seen as Seen).inFlight.reduce((sum, one) => sum + one.size, 0);
      assert.ok(
        before + after <= size + inFlight,
        `${before} + ${after} bytes of ${size}, ${inFlight} in flight`,
      );
      return { moment, seen, before, after };
    },
    async close() {
      await gate.close();
      await close();
      await sandbox.close();
      rmSync(docker, { recursive: true, force: true });
    },
  };
}

/** What was seen at the gate is what the phase's name says. */
function assertMoment(moment: Moment, seen: Seen, blobs: number, children: number): void {
  const { uploads, blobsTaken, manifests, manifestsTaken, inFlight } = seen;
  if (moment.phase === 'before the first upload')
    assert.deepEqual([uploads, blobsTaken, inFlight], [0, 0, []]);
  else assert.ok(uploads > 0);
  if (moment.phase === 'within a blob') {
    const struck = inFlight.find(({ digest }) => digest === moment.digest);
    assert.ok(struck !== undefined && struck.passed === moment.bytes && struck.passed < struck.size);
  }
  if (moment.phase === 'between blobs') assert.ok(blobsTaken === moment.taken && blobsTaken < blobs);
  if (moment.phase === 'before a child manifest') assert.ok(blobsTaken > 0 && manifests === moment.put);
  assert.ok(manifestsTaken <= manifests && manifests <= children);
  if (moment.phase === 'before the tag')
    assert.deepEqual([blobsTaken, inFlight, manifestsTaken], [blobs, [], children]);
  else assert.ok(manifests < children);
}

/** A manifest that can be seen has all that it names. */
async function assertWhole(
  target: RegistryTarget,
  repository: string,
  { bytes }: BuiltManifest,
  { phase }: Moment,
): Promise<void> {
  const found = await to(target, 'HEAD', `/v2/${repository}/manifests/${digestOf(bytes)}`, {
    headers: { accept },
  });
  if (found.status === 404) return;
  assert.equal(found.status, 200);
  const named = JSON.parse(bytes.toString()) as Record<string, { digest: string }[] | undefined> & {
    config?: { digest: string };
  };
  const of = [...(named.config === undefined ? [] : [named.config]), ...(named.layers ?? [])];
  assert.deepEqual(
    await missingOf(
      target,
      repository,
      of.map(({ digest }) => digest),
    ),
    [],
    `broken: ${phase}`,
  );
  for (const { digest } of named.manifests ?? [])
    assert.equal(
      (await to(target, 'HEAD', `/v2/${repository}/manifests/${digest}`, { headers: { accept } })).status,
      200,
    );
}

async function missingOf(
  target: RegistryTarget,
  repository: string,
  digests: readonly string[],
): Promise<string[]> {
  const said = await Promise.all(
    digests.map((digest) => to(target, 'HEAD', `/v2/${repository}/blobs/${digest}`)),
  );
  assert.ok(said.every(({ status }) => status === 200 || status === 404));
  return digests.filter((_, i) => said[i]?.status === 404);
}

async function tagged(target: RegistryTarget, repository: string): Promise<string | null> {
  const { status, headers, body } = await to(target, 'GET', `/v2/${repository}/manifests/${tag}`, {
    headers: { accept },
  });
  if (status === 404) return null;
  assert.equal(status, 200);
  assert.equal(headers['docker-content-digest'], digestOf(body));
  return digestOf(body);
}

async function ended(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; words: string }> {
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, words };
}

async function sandboxEcr(
  sandbox: Awaited<ReturnType<typeof startSandbox>>,
): Promise<{ target: RegistryTarget; close(): Promise<void> }> {
  const answer = await signedCall(sandbox, 'GetAuthorizationToken', {});
  const [data] = answer.body.authorizationData as { authorizationToken: string }[];
  return {
    target: {
      url: sandbox.registryUrl,
      authorization: `Basic ${data?.authorizationToken}`,
      prepare: async (repository) => {
        sandbox.store.createRepository(ecrRegistry(sandbox.accountId, sandbox.region), repository);
      },
    },
    close: async () => {},
  };
}
