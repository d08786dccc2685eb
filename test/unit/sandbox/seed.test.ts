import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { seededDigests } from '../../../sandbox/src/index.ts';
import { gzipStored } from '../../../sandbox/src/seed/gzip.ts';
import { buildImage } from '../../../sandbox/src/seed/image.ts';
import { seed } from '../../../sandbox/src/seed/seed.ts';
import { tar } from '../../../sandbox/src/seed/tar.ts';
import { ecrRegistry, upstreamRegistry } from '../../../sandbox/src/store/repository.ts';
import { openStore } from '../../../sandbox/src/store/store.ts';

test('every seeded tag has the digest that it always had', async () => {
  const store = await openStore(null);
  await seed(store);
  const digests = (registry: string) =>
    Object.fromEntries(
      store.repositories(registry).map((each) => [each.name, Object.fromEntries(each.tags)]),
    );
  assert.deepEqual(
    { ecr: digests(ecrRegistry('429114214526', 'us-east-2')), upstream: digests(upstreamRegistry) },
    seededDigests,
  );
});

test('what is seeded in ECR and at the public registry under one name is one image', () => {
  assert.equal(
    seededDigests.ecr['demo-apps/nginx']['1.27.2'],
    seededDigests.upstream['library/nginx']['1.27.2'],
  );
});

test('a built image is complete: every descriptor names a blob of its digest and size', () => {
  const image = buildImage({
    name: 'a/b',
    version: '1',
    platforms: ['linux/amd64', 'linux/arm64'],
    format: 'docker',
  });
  assert.equal(image.children.length, 2);
  const index = JSON.parse(image.root.bytes.toString()) as {
    manifests: { size: number; platform: object }[];
  };
  assert.deepEqual(
    index.manifests.map((each) => each.platform),
    [
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux' },
    ],
  );
  const sizes = image.blobs.map((blob) => blob.length);
  for (const { bytes } of image.children) {
    const { config, layers } = JSON.parse(bytes.toString()) as {
      config: { size: number };
      layers: { size: number }[];
    };
    for (const { size } of [config, ...layers]) assert.ok(sizes.includes(size));
  }
});

test('stored gzip is gzip, for nothing, for a block and for more than one', () => {
  for (const length of [0, 1, 65_535, 65_536, 200_000]) {
    const bytes = Buffer.alloc(length, 'gzip');
    assert.ok(gunzipSync(gzipStored(bytes)).equals(bytes), `${length} bytes`);
  }
});

test('an archive has a checksum that fits, and ends with two empty blocks', () => {
  const archive = tar({ 'etc/motd': 'hello' });
  const header = Buffer.from(archive.subarray(0, 512));
  const written = Number.parseInt(header.subarray(148, 154).toString(), 8);
  header.fill(' ', 148, 156);
  assert.equal(
    header.reduce((sum, byte) => sum + byte, 0),
    written,
  );
  assert.equal(archive.length, 512 * 5);
  assert.ok(archive.subarray(-1024).every((byte) => byte === 0));
});
