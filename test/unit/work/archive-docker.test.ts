import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isRecord } from '../../../server/src/io/oci/media.ts';
import { type ArchiveSource, openArchive } from '../../../server/src/work/mirror/archive/open.ts';
import { type Manifest, MirrorError } from '../../../server/src/work/mirror/model.ts';
import {
  describedAs,
  layoutOf,
  membersOf,
  named,
  type SampleImage,
  sampleImage,
  sha256,
  types,
} from '../../support/layout.ts';
import { type Member, tarOf } from '../../support/tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-docker-archive-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;

let count = 0;
function tarFileOf(...members: readonly Member[]): string {
  const path = join(folder, `${++count}.tar`);
  writeFileSync(path, tarOf(...members));
  return path;
}

async function using<T>(
  path: string,
  reference: string | null,
  work: (source: ArchiveSource) => Promise<T>,
): Promise<T> {
  const source = await openArchive(path, reference, never);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}
const resolved = (path: string, reference: string | null = null): Promise<Manifest> =>
  using(path, reference, (source) => source.resolve(never));
const fails = (work: Promise<unknown>, why: string, message: RegExp): Promise<void> =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof MirrorError, String(error));
    assert.match(error.message, message);
    assert.equal(error.why, why);
    return true;
  });
async function bytesIn(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const api = sampleImage('api');
const web = sampleImage('web');

const configName = (image: SampleImage): string => `${sha256(image.config)}.json`;
const savedAs = (image: SampleImage, tags: readonly string[] | null, layers: readonly string[]) => ({
  Config: configName(image),
  RepoTags: tags,
  Layers: layers,
});
const list = (...images: readonly unknown[]): Member => ({
  name: 'manifest.json',
  body: JSON.stringify(images),
});
const config = (image: SampleImage): Member => ({ name: configName(image), body: image.config });

/** As dockers before 25 wrote it: a folder for each layer, and links for layers that are the same. */
const old = (image: SampleImage, tags: readonly string[] | null, prefix = ''): [unknown, Member[]] => {
  const layers = image.layers.map((_, index) => `${prefix}${index}/layer.tar`);
  return [
    savedAs(image, tags, layers),
    [
      config(image),
      { name: `${prefix}0/`, type: '5' },
      { name: `${prefix}0/VERSION`, body: '1.0' },
      { name: `${prefix}0/layer.tar`, body: image.layers[0]! },
      { name: `${prefix}1/layer.tar`, body: image.layers[1]! },
      { name: `${prefix}2/layer.tar`, type: '2', link: `../${prefix}0/layer.tar` },
    ],
  ];
};
/** The same with something else in place of its members. */
const oldWith = (...members: readonly Member[]): string => {
  const [entry, usual] = old(api, ['acme/api:1.0']);
  const others = new Set(members.map(({ name }) => name));
  return tarFileOf(...usual.filter(({ name }) => !others.has(name)), list(entry), ...members);
};

describe('an archive of an old docker', () => {
  test('gets a manifest with its layers as they are', () =>
    using(oldWith(), null, async (source) => {
      const manifest = await source.resolve(never);
      assert.equal(manifest.mediaType, types.image);
      assert.equal(manifest.digest, `sha256:${sha256(manifest.bytes)}`);
      const value: unknown = JSON.parse(manifest.bytes.toString());
      assert.deepEqual(value, {
        schemaVersion: 2,
        mediaType: types.image,
        config: describedAs(types.config, api.config),
        layers: api.layers.map((layer) => describedAs(types.layer, layer)),
      });
      assert.ok(isRecord(value));
      for (const [index, layer] of api.layers.entries()) {
        const descriptor = describedAs(types.layer, layer);
        assert.deepEqual(await bytesIn(await source.openBlob(descriptor, 0, never)), layer, `layer ${index}`);
        assert.deepEqual(await bytesIn(await source.openBlob(descriptor, 700, never)), layer.subarray(700));
      }
      const read = await bytesIn(await source.openBlob(describedAs(types.config, api.config), 0, never));
      assert.equal(read.toString(), api.config);
      assert.deepEqual(await source.manifest({ ...manifest, size: manifest.bytes.length }, never), manifest);
      assert.deepEqual(await source.referrers(manifest.digest, never), []);
    }));
  test('gets the same one each time, whatever the order in the tar', async () => {
    const [entry, members] = old(api, ['acme/api:1.0']);
    const [other, others] = old(api, ['other:2'], 'elsewhere');
    const first = await resolved(tarFileOf(...members, list(entry)));
    const second = await resolved(tarFileOf(list(other), ...others.toReversed()));
    assert.deepEqual(second, first);
  });
  test('may link layers as hard links, and in chains', async () => {
    const first = await resolved(oldWith());
    const chained = oldWith(
      { name: '0/layer.tar', type: '1', link: '1/../a' },
      { name: 'a', type: '2', link: 'b/../c' },
      { name: 'c', body: api.layers[0]! },
    );
    assert.deepEqual(await resolved(chained), first);
  });
  test('of an image without layers', async () => {
    const text = JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers' } });
    const name = `${sha256(text)}.json`;
    const path = tarFileOf({ name, body: text }, list({ Config: name, RepoTags: null, Layers: null }));
    assert.deepEqual(JSON.parse((await resolved(path)).bytes.toString()).layers, []);
  });
  test('what it does not hold', () =>
    using(oldWith(), null, async (source) => {
      const absent = describedAs(types.layer, 'absent');
      await fails(source.openBlob(absent, 0, never), 'source', /does not hold sha256:/);
      await fails(source.manifest(absent, never), 'source', /does not hold sha256:/);
      const layer = describedAs(types.layer, api.layers[0]!);
      await fails(source.openBlob({ ...layer, size: 7 }, 0, never), 'corrupt', /says 7/);
    }));
  test('a manifest that was broken off is made at the next try', () =>
    using(oldWith(), null, async (source) => {
      const reason = new Error('called off');
      await assert.rejects(source.resolve(AbortSignal.abort(reason)), reason);
      assert.equal((await source.resolve(never)).mediaType, types.image);
    }));
});

describe('which of several images', () => {
  const [first, some] = old(api, ['acme/api:1.0', 'api:latest']);
  const [second, more] = old(web, null, 'web');
  const path = tarFileOf(...some, ...more, list(first, second));
  const configOf = async (reference: string): Promise<string> =>
    JSON.parse((await resolved(path, reference)).bytes.toString()).config.digest;
  for (const [reference, image] of [
    ['acme/api:1.0', api],
    ['docker.io/acme/api:1.0', api],
    ['api', api],
    ['@0', api],
    ['@1', web],
  ] as const)
    test(reference, async () => assert.equal(await configOf(reference), `sha256:${sha256(image.config)}`));
  test('none is said', () =>
    fails(resolved(path), 'source', /several images\. Say which one.*: @1, acme\/api:1\.0, api:latest\.$/));
  test('none is called so', () =>
    fails(resolved(path, 'api:2'), 'source', /holds no image api:2\. It holds @1/));
});

describe('an archive that is not right', () => {
  const layer = { name: '1/layer.tar' };
  test('a layer with other bytes', () =>
    fails(
      resolved(oldWith({ ...layer, body: web.layers[1]! })),
      'corrupt',
      /the layer 1\/layer\.tar is sha256:\w+, where the image's configuration says sha256:/,
    ));
  test('layers in another order', () => {
    const [, members] = old(api, null);
    const swapped = savedAs(api, null, ['1/layer.tar', '0/layer.tar', '2/layer.tar']);
    return fails(resolved(tarFileOf(...members, list(swapped))), 'corrupt', /configuration says/);
  });
  test('fewer layers than the configuration has', () => {
    const [, members] = old(api, null);
    const fewer = savedAs(api, null, ['0/layer.tar']);
    return fails(resolved(tarFileOf(...members, list(fewer))), 'corrupt', /names 1 layers, where .* has 3/);
  });
  test('a configuration with other bytes', () =>
    fails(resolved(oldWith({ name: configName(api), body: web.config })), 'corrupt', /has other bytes/));
  test('a configuration that is no JSON', () => {
    const path = tarFileOf({ name: 'config', body: '{' }, list({ Config: 'config', Layers: [] }));
    return fails(resolved(path), 'corrupt', /config is not JSON/);
  });
  test('a configuration of more than 8 MiB', () => {
    const body = Buffer.alloc(8 * 1024 * 1024 + 1, ' ');
    const path = tarFileOf({ name: 'config', body }, list({ Config: 'config', Layers: [] }));
    return fails(resolved(path), 'refused', /config has 8388609 bytes; no more than 8 MiB/);
  });
  test('a layer that is not there', () => {
    const [entry, members] = old(api, null);
    const path = tarFileOf(...members.filter(({ name }) => name !== layer.name), list(entry));
    return fails(resolved(path), 'corrupt', /does not hold 1\/layer\.tar/);
  });
  test('a compressed layer', () =>
    fails(
      resolved(oldWith({ ...layer, body: gzipSync(api.layers[1]!) })),
      'refused',
      /1\/layer\.tar is compressed \(gzip\).*skopeo copy/,
    ));
  for (const [what, member, message] of [
    [
      'out of the archive',
      { ...layer, type: '2', link: '../../etc/passwd' },
      /leads out of the archive, to \.\.\/\.\./,
    ],
    [
      'to an absolute path',
      { ...layer, type: '2', link: '/etc/passwd' },
      /leads out of the archive, to \/etc/,
    ],
    ['as a hard link out of it', { ...layer, type: '1', link: '../x' }, /leads out of the archive/],
    ['to itself', { ...layer, type: '2', link: 'layer.tar' }, /leads to itself/],
    ['to a folder', { ...layer, type: '2', link: '../0' }, /is a folder, where a file must be/],
  ] as const)
    test(`a layer that is a link ${what}`, () => fails(resolved(oldWith(member)), 'refused', message));
  for (const [what, entry] of [
    ['a configuration outside', { Config: '../config.json', Layers: [] }],
    ['a configuration at an absolute path', { Config: '/config.json', Layers: [] }],
    ['a layer outside', { Config: 'config.json', Layers: ['x/../../layer.tar'] }],
    ['nothing', { Config: '', Layers: [] }],
  ] as const)
    test(`manifest.json names ${what}`, () =>
      fails(resolved(tarFileOf(list(entry))), 'refused', /names a file outside of the archive/));
  for (const body of [
    '{}',
    '[7]',
    '[{"Config":7}]',
    '[{"Config":"a","Layers":"b"}]',
    '[{"Config":"a","RepoTags":[1]}]',
  ])
    test(`manifest.json is ${body}`, () =>
      fails(
        resolved(tarFileOf({ name: 'manifest.json', body })),
        'corrupt',
        /not as `docker save` writes it/,
      ));
  test('manifest.json is empty', () => fails(resolved(tarFileOf(list())), 'source', /holds no image\.$/));
  test('an archive without manifest.json', () =>
    fails(resolved(tarFileOf({ name: 'repositories', body: '{}' })), 'source', /before 1\.10/));
  test('layers of Windows, of the image that is meant', async () => {
    const [entry, members] = old(api, ['api:1']);
    const [other, others] = old(web, ['web:1'], 'web');
    const LayerSources = {
      'sha256:a': {
        mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
        urls: ['https://x'],
      },
    };
    const path = tarFileOf(...members, ...others, list({ ...(entry as object), LayerSources }, other));
    await fails(resolved(path, 'api:1'), 'refused', /may not be passed on.*\(sha256:a\)/);
    assert.equal((await resolved(path, 'web:1')).mediaType, types.image);
  });
});

test('docker 25 and later write both; then the layout counts', async () => {
  const blobs = (image: SampleImage) => ({
    Config: `blobs/sha256/${sha256(image.config)}`,
    RepoTags: ['acme/api:1.0'],
    Layers: image.layers.map((layer) => `blobs/sha256/${sha256(layer)}`),
    LayerSources: Object.fromEntries(
      image.layers.map((layer) => [`sha256:${sha256(layer)}`, describedAs(types.layer, layer)]),
    ),
  });
  const layout = layoutOf([named(api.descriptor, '1.0', 'docker.io/acme/api:1.0')], api.files);
  const path = tarFileOf(
    { name: 'blobs/', type: '5' },
    { name: 'blobs/sha256/', type: '5' },
    ...membersOf(layout),
    list(blobs(api)),
  );
  for (const reference of [null, 'acme/api:1.0'])
    assert.equal((await resolved(path, reference)).bytes.toString(), api.manifest);
  // Without the layout, what it is made of serves as well.
  const { 'oci-layout': _, ...rest } = layout;
  const made = await resolved(tarFileOf(...membersOf(rest), list(blobs(api))));
  assert.deepEqual(JSON.parse(made.bytes.toString()), JSON.parse(api.manifest));
});
