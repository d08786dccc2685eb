import assert from 'node:assert/strict';
import { type Quirks, type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import type { BuiltImage } from '../../../sandbox/src/seed/image.ts';
import { ecrRegistry, type Repository, upstreamRegistry } from '../../../sandbox/src/store/repository.ts';
import { digestOf } from '../../contract/support/images.ts';
import { keepImage, layeredImage } from '../../support/layered-image.ts';
import { randomFrom } from '../../support/random.ts';
import { type Ran, waybill } from './cli.ts';
import { ecr } from './release.ts';

export const sourceName = 'acme/app:1.0';
export const targetName = `${ecr}/demo/app:1.0`;

/** An index of two platforms with large and small blobs. */
export const image: BuiltImage = layeredImage(
  randomFrom(11),
  [1_300_000],
  [
    { architecture: 'amd64', sizes: [1_100_000, 300_000, 5000] },
    { architecture: 'arm64', sizes: [70_000] },
  ],
);
export const digest = digestOf(image.root.bytes);
export const largest = digestOf(image.blobs[0] as Buffer);

/** A sandbox with the image in its public registry, and a repository of its ECR to copy it to. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly target: Repository;
  /** What the tag at the target stands for. */
  readonly tagged: () => string | null;
  /** How many calls of that operation the ECR's registry, or another plane, had. */
  count(operation: string, plane?: string): number;
  /** Runs `waybill mirror`; of the image to the target unless arguments are given. */
  run(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
}

/** Makes a scene for one test. */
export async function withScene(
  quirks: Partial<Quirks>,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox({ quirks });
  const { store } = sandbox;
  const source = store.createRepository(upstreamRegistry, 'acme/app', { anonymous: true });
  const target = store.createRepository(ecrRegistry(sandbox.accountId, sandbox.region), 'demo/app');
  await keepImage(store, source, '1.0', image);
  try {
    await play({
      sandbox,
      target,
      tagged: () => target.tags.get('1.0') ?? null,
      count: (operation, plane = 'registry') =>
        sandbox.calls.filter((call) => call.operation === operation && call.plane === plane).length,
      run: (args = [sourceName, '--to', targetName], env = {}) =>
        waybill(['mirror', ...args], { env: { ...sandbox.env, ...env } }),
    });
  } finally {
    await sandbox.close();
  }
}

/** The image came over, and the run says so. */
export function assertMirrored({ code, stdout, stderr }: Ran, { tagged, target }: Scene): void {
  assert.equal(code, 0, stderr);
  assert.ok(stdout.includes(digest));
  assert.equal(tagged(), digest);
  for (const blob of image.blobs) assert.ok(target.blobs.has(digestOf(blob)));
}

/** The run failed for that reason, in one sentence that names what it is about, and nothing was tagged. */
export function assertFailed(
  { code, stderr }: Ran,
  expected: { readonly code: number; readonly says: readonly (string | RegExp)[] },
  { tagged }: Pick<Scene, 'tagged'>,
  was: string | null = null,
): void {
  const said = stderr.split('\n').filter((line) => line.startsWith('waybill mirror: '));
  assert.equal(said.length, 1, stderr);
  const [line = ''] = said;
  for (const part of expected.says)
    assert.ok(typeof part === 'string' ? line.includes(part) : part.test(line), `${part} is not in: ${line}`);
  assert.doesNotMatch(line, /undefined|\[object|\n {4}at /);
  assert.equal(code, expected.code, stderr);
  assert.equal(tagged(), was);
}
