import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseArchiveName } from '../../server/src/work/mirror/archive/name.ts';
import { openArchive } from '../../server/src/work/mirror/archive/open.ts';
import { MirrorError } from '../../server/src/work/mirror/model.ts';
import {
  blobsOf,
  type Described,
  describedAs,
  layoutOf,
  named,
  sampleImage,
  sha256,
  types,
  writeFiles,
} from '../support/layout.ts';
import { findProgram, runs } from './support/peers.ts';

/* Archives that skopeo wrote, named as it names them: all that they name must be in them, with the digests that it has. */

const skopeo = findProgram('skopeo');

describe('archives of skopeo', {
  skip: runs(skopeo, '--version') ? false : 'skopeo is not installed',
}, () => {
  const api = sampleImage('api');
  const web = sampleImage('web');
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [api, web].map(({ descriptor }, number) => ({
      ...descriptor,
      platform: { os: 'linux', architecture: ['amd64', 'arm64'][number] },
    })),
  });
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-skopeo-'));
    const lines = [
      named(api.descriptor, '1.0'),
      named(web.descriptor, '2.0'),
      named(describedAs(types.index, index), 'all'),
    ];
    writeFiles(join(folder, 'layout'), layoutOf(lines, api.files, web.files, blobsOf(index)));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Paths in names are relative to `folder`, which stands for `%` in them. */
  const at = (name: string): string => name.replace('%', folder);
  const run = (...args: readonly string[]): Buffer => {
    const said = spawnSync(skopeo ?? '', ['--insecure-policy', ...args.map(at)], { timeout: 60_000 });
    assert.equal(said.status, 0, said.stderr?.toString());
    return said.stdout;
  };

  interface Read {
    readonly digest: string;
    readonly manifests: readonly string[];
    readonly blobs: readonly Described[];
  }
  /** Reads all of an image, held against its digests. */
  async function readAll(text: string): Promise<Read> {
    const name = parseArchiveName(at(text));
    assert.ok(name !== null);
    const { signal } = new AbortController();
    const source = await openArchive(name.path, name.reference, signal);
    try {
      const top = await source.resolve(signal);
      const value = JSON.parse(top.bytes.toString());
      const children: readonly Described[] = value.manifests ?? [];
      const below = await Promise.all(children.map((child) => source.manifest(child, signal)));
      const images = [value, ...below.map(({ bytes }) => JSON.parse(bytes.toString()))];
      const blobs = images.flatMap(({ config, layers = [] }) =>
        config === undefined ? [] : [config, ...layers],
      );
      for (const blob of blobs) {
        const chunks: Buffer[] = [];
        for await (const chunk of await source.openBlob(blob, 0, signal)) chunks.push(chunk);
        const bytes = Buffer.concat(chunks);
        assert.deepEqual([bytes.length, `sha256:${sha256(bytes)}`], [blob.size, blob.digest]);
      }
      return { digest: top.digest, manifests: below.map(({ digest }) => digest), blobs };
    } finally {
      await source.close();
    }
  }
  const rawDigest = (name: string): string => `sha256:${sha256(run('inspect', '--raw', name))}`;

  test('an OCI layout in a folder', async () => {
    run('copy', 'oci:%/layout:1.0', 'oci:%/copy:latest');
    const read = await readAll('oci:%/copy:latest');
    assert.equal(read.digest, rawDigest('oci:%/copy:latest'));
    assert.equal(read.blobs.length, 4);
    assert.deepEqual(await readAll('oci:%/copy'), read);
  });
  test('an OCI layout in a tar', async () => {
    run('copy', 'oci:%/layout:1.0', 'oci-archive:%/oci.tar:1.0');
    const read = await readAll('oci-archive:%/oci.tar:1.0');
    assert.equal(read.digest, rawDigest('oci-archive:%/oci.tar:1.0'));
    assert.equal(read.blobs.length, 4);
    assert.deepEqual(await readAll('%/oci.tar'), read);
  });
  test('all platforms', async () => {
    run('copy', '--all', '--preserve-digests', 'oci:%/layout:all', 'oci-archive:%/all.tar:all');
    const read = await readAll('%/all.tar');
    assert.equal(read.digest, `sha256:${sha256(index)}`);
    assert.deepEqual(read.manifests, [api.descriptor.digest, web.descriptor.digest]);
    assert.equal(read.blobs.length, 8);
  });
  test("docker's archive", async () => {
    run('copy', 'oci:%/layout:1.0', 'docker-archive:%/docker.tar:acme/api:1.0');
    const read = await readAll('docker-archive:%/docker.tar:acme/api:1.0');
    // Its layers are unpacked, as they are in the layout that it was made of.
    assert.deepEqual(
      read.blobs.map(({ digest }) => digest),
      [api.config, ...api.layers].map((bytes) => `sha256:${sha256(bytes)}`),
    );
    assert.deepEqual(await readAll('%/docker.tar'), read);
    await assert.rejects(readAll('docker-archive:%/docker.tar:acme/api:2.0'), (error) => {
      assert.ok(error instanceof MirrorError);
      assert.match(error.message, /holds no image acme\/api:2\.0\. It holds docker\.io\/acme\/api:1\.0\./);
      return true;
    });
  });
});
