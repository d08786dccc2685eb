import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ArchiveSource, openArchive } from '../../../server/src/work/mirror/archive/open.ts';
import { MirrorError } from '../../../server/src/work/mirror/model.ts';
import {
  blobAt,
  blobsOf,
  describedAs,
  type Files,
  layoutOf,
  membersOf,
  named,
  sampleImage,
  types,
  writeFiles,
} from '../../support/layout.ts';
import { tarOf } from '../../support/tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-layout-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;

let count = 0;
const freshPath = (): string => join(folder, String(++count));
const folderOf = (files: Files): string => writeFiles(freshPath(), files);
const tarFileOf = (bytes: Buffer): string => {
  const path = `${freshPath()}.tar`;
  writeFileSync(path, bytes);
  return path;
};

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
const resolved = (path: string, reference: string | null = null) =>
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
const index = JSON.stringify({
  schemaVersion: 2,
  mediaType: types.index,
  manifests: [api.descriptor, web.descriptor],
});
const indexDescriptor = describedAs(types.index, index);

const forms: readonly (readonly [form: string, at: (files: Files) => string])[] = [
  ['folder', folderOf],
  ['tar', (files) => tarFileOf(tarOf(...membersOf(files)))],
  [
    'tar with ./ before all names',
    (files) =>
      tarFileOf(
        tarOf(
          { name: './', type: '5' },
          ...membersOf(files).map((one) => ({ ...one, name: `./${one.name}` })),
        ),
      ),
  ],
];

for (const [form, at] of forms)
  describe(`an image layout in a ${form}`, () => {
    test('an image, byte for byte', () =>
      using(at(layoutOf([named(api.descriptor, '1.0')], api.files)), null, async (source) => {
        const manifest = await source.resolve(never);
        assert.deepEqual(manifest, { ...manifest, mediaType: types.image, digest: api.descriptor.digest });
        assert.equal(manifest.bytes.toString(), api.manifest);
        const config = describedAs(types.config, api.config);
        assert.equal((await bytesIn(await source.openBlob(config, 0, never))).toString(), api.config);
        const [first] = api.layers;
        const layer = describedAs(types.layer, first!);
        assert.deepEqual(await bytesIn(await source.openBlob(layer, 0, never)), first);
        assert.deepEqual(await bytesIn(await source.openBlob(layer, 513, never)), first?.subarray(513));
        assert.equal((await bytesIn(await source.openBlob(layer, layer.size, never))).length, 0);
        assert.equal(source.host, null);
        assert.equal(await source.peek?.(never), api.descriptor.digest);
      }));
    test('an index, and what it names', () =>
      using(at(layoutOf([indexDescriptor], blobsOf(index), api.files, web.files)), null, async (source) => {
        assert.equal((await source.resolve(never)).mediaType, types.index);
        assert.equal((await source.manifest(web.descriptor, never)).bytes.toString(), web.manifest);
      }));
    test('a blob that is not there', () => {
      const { [blobAt(web.descriptor.digest)]: _, ...files } = layoutOf(
        [indexDescriptor],
        blobsOf(index),
        api.files,
        web.files,
      );
      return using(at(files), null, async (source) => {
        await fails(source.manifest(web.descriptor, never), 'source', /does not hold sha256:.*--platform/);
        const absent = describedAs(types.layer, 'absent');
        await fails(source.openBlob(absent, 0, never), 'source', /does not hold sha256:/);
      });
    });
    test('a blob of another size', () =>
      using(at(layoutOf([api.descriptor], api.files)), null, async (source) => {
        const layer = describedAs(types.layer, api.layers[0]!);
        await fails(
          source.openBlob({ ...layer, size: layer.size + 1 }, 0, never),
          'corrupt',
          /has \d+ bytes, where its manifest says/,
        );
      }));
    test('a manifest with other bytes', () => {
      const other = api.manifest.replace('2', '3');
      const files = layoutOf([api.descriptor], api.files, { [blobAt(api.descriptor.digest)]: other });
      return fails(resolved(at(files)), 'corrupt', /has other bytes, which are sha256:/);
    });
    test('a manifest of another length', () => {
      const files = layoutOf([{ ...api.descriptor, size: 10 }], api.files);
      return fails(resolved(at(files)), 'corrupt', /where its index says 10/);
    });
    test('a manifest of more than 4 MiB', async () => {
      const long = `${api.manifest}${' '.repeat(4 * 1024 * 1024)}`;
      const files = layoutOf([describedAs(types.image, long)], blobsOf(long));
      await fails(resolved(at(files)), 'refused', /more than 4 MiB/);
      const lying = layoutOf([{ ...describedAs(types.image, long), size: 100 }], blobsOf(long));
      await fails(resolved(at(lying)), 'refused', /more than 4 MiB/);
    });
    for (const digest of [
      'sha256:../../../../etc/passwd',
      `sha256:${'A'.repeat(64)}`,
      `sha512:${'a'.repeat(128)}`,
      `sha256:${'a'.repeat(64)}\n`,
      'md5:x',
      7,
    ])
      test(`the digest ${JSON.stringify(digest)}`, async () => {
        const wrong = { ...api.descriptor, digest };
        await fails(resolved(at(layoutOf([wrong], api.files))), 'refused', /no sha256 digest/);
        await using(at(layoutOf([api.descriptor], api.files)), null, async (source) => {
          const asked = { ...wrong, digest: String(digest) };
          await fails(source.openBlob(asked, 0, never), 'refused', /no sha256 digest/);
          await fails(source.manifest(asked, never), 'refused', /no sha256 digest/);
        });
      });
    test('index.json that is none', async () => {
      const { 'index.json': _, ...without } = layoutOf([], api.files);
      await fails(resolved(at(without)), 'corrupt', /no index\.json/);
      for (const [text, why, message] of [
        ['{', 'corrupt', /index\.json is not JSON/],
        ['[]', 'corrupt', /no list of manifests/],
        ['{"manifests":[]}', 'source', /holds no image/],
        [`{"manifests":[{"digest":"${api.descriptor.digest}"}]}`, 'corrupt', /no size/],
        [JSON.stringify({ manifests: Array(5001).fill(api.descriptor) }), 'refused', /5001 entries/],
        [' '.repeat(4 * 1024 * 1024 + 1), 'refused', /4194305 bytes/],
      ] as const)
        await fails(resolved(at({ ...without, 'index.json': text })), why, message);
    });
    test('a layout of another version', () =>
      fails(
        resolved(
          at({ ...layoutOf([api.descriptor], api.files), 'oci-layout': '{"imageLayoutVersion":"2.0"}' }),
        ),
        'refused',
        /of the version "2\.0"/,
      ));
  });

describe('which of several images', () => {
  const path = folderOf(
    layoutOf(
      [
        named(api.descriptor, '1.0', 'docker.io/acme/api:1.0'),
        named(api.descriptor, 'latest', 'docker.io/library/api:latest'),
        named(web.descriptor, '1.0', 'docker.io/acme/web:1.0'),
        indexDescriptor,
      ],
      blobsOf(index),
      api.files,
      web.files,
    ),
  );
  for (const [reference, digest] of [
    ['docker.io/acme/web:1.0', web.descriptor.digest],
    ['acme/web:1.0', web.descriptor.digest],
    ['latest', api.descriptor.digest],
    ['api', api.descriptor.digest],
    [web.descriptor.digest, web.descriptor.digest],
    [indexDescriptor.digest, indexDescriptor.digest],
    [`@${indexDescriptor.digest}`, indexDescriptor.digest],
  ] as const)
    test(`${reference}`, async () => assert.equal((await resolved(path, reference)).digest, digest));
  test('none is said', () =>
    fails(
      resolved(path),
      'source',
      /several images\. Say which one.*: 1\.0, docker\.io\/acme\/api:1\.0, .*, latest, sha256:/,
    ));
  test('none is called so', () =>
    fails(resolved(path, 'acme/web:2.0'), 'source', /no image acme\/web:2\.0\. It holds 1\.0, docker\.io/));
  test('two are called so', () =>
    fails(resolved(path, '1.0'), 'source', /several images that are called 1\.0\..*sha256:\w+, sha256:/));
  test('no more than twenty are listed', () => {
    const many = [...Array(30).keys()].map((number) => {
      const image = sampleImage(String(number));
      return named(image.descriptor, `tag-${String(number).padStart(2, '0')}`);
    });
    return fails(resolved(folderOf(layoutOf(many)), 'x'), 'source', /tag-19 and 10 more\.$/);
  });
  test('one image with two names needs none', async () => {
    const two = layoutOf([named(api.descriptor, '1'), named(api.descriptor, '2')], api.files);
    assert.equal((await resolved(folderOf(two))).digest, api.descriptor.digest);
  });
  test('the name for people says which', () =>
    using(path, 'acme/web:1.0', async ({ name }) => assert.equal(name, `${path}:acme/web:1.0`)));
});

describe('what refers to an image', () => {
  const about = ({ digest, size, mediaType }: typeof api.descriptor) => ({
    subject: { digest, size, mediaType },
  });
  const annotations = { 'org.example.by': 'acme' };
  const artifactType = 'application/vnd.example.signature';
  const signature = sampleImage('signature', { ...about(api.descriptor), artifactType, annotations });
  const listedSignature = { ...signature.descriptor, artifactType, annotations };
  const sbom = sampleImage('sbom', about(web.descriptor));
  const files = layoutOf(
    [
      named(api.descriptor, '1.0'),
      signature.descriptor,
      sbom.descriptor,
      // Not saved, and something that is no manifest.
      describedAs(types.image, 'absent'),
      { ...describedAs('text/plain', 'x'), size: 1 },
    ],
    api.files,
    signature.files,
    sbom.files,
  );
  test('is what has it for its subject', () =>
    using(folderOf(files), '1.0', async (source) => {
      assert.deepEqual(await source.referrers(api.descriptor.digest, never), [listedSignature]);
      // Its type is its configuration's.
      assert.deepEqual(await source.referrers(web.descriptor.digest, never), [
        { ...sbom.descriptor, artifactType: types.config },
      ]);
      assert.deepEqual(await source.referrers(sbom.descriptor.digest, never), []);
    }));
  test('is what an index lists that is tagged with its digest', () => {
    const list = JSON.stringify({
      schemaVersion: 2,
      mediaType: types.index,
      manifests: [listedSignature],
    });
    const tag = api.descriptor.digest.replace(':', '-');
    const tagged = layoutOf(
      [named(api.descriptor, '1.0'), named(describedAs(types.index, list), tag)],
      blobsOf(list),
      api.files,
      signature.files,
    );
    return using(folderOf(tagged), '1.0', async (source) =>
      assert.deepEqual(await source.referrers(api.descriptor.digest, never), [listedSignature]),
    );
  });
  test('is what cosign tagged with its digest', () => {
    const tag = `${api.descriptor.digest.replace(':', '-')}.sig`;
    const tagged = layoutOf([api.descriptor, named(web.descriptor, tag)], api.files, web.files);
    return using(folderOf(tagged), null, async (source) => {
      assert.equal((await source.resolve(never)).digest, api.descriptor.digest);
      assert.equal((await source.tagged?.(tag, never))?.digest, web.descriptor.digest);
      assert.equal(await source.tagged?.('other', never), null);
    });
  });
  test('does not make it several images', async () => {
    const signed = layoutOf([api.descriptor, signature.descriptor], api.files, signature.files);
    assert.equal((await resolved(folderOf(signed))).digest, api.descriptor.digest);
  });
  test('one that is damaged is not passed over', () =>
    using(
      folderOf({ ...files, [blobAt(signature.descriptor.digest)]: signature.manifest.replace('2', '3') }),
      '1.0',
      (source) => fails(source.referrers(api.descriptor.digest, never), 'corrupt', /other bytes/),
    ));
});

test('a manifest that does not say what it is, is what its index says, or what it looks like', async () => {
  const silent = api.manifest.replace(/"mediaType": "[^"]*image\.manifest[^"]*",/, '');
  const silentIndex = JSON.stringify({ schemaVersion: 2, manifests: [] });
  const typed = async (text: string, mediaType: string) => {
    const descriptor = {
      ...describedAs('', text),
      ...(mediaType === '' ? { mediaType: undefined } : { mediaType }),
    };
    return (await resolved(folderOf(layoutOf([descriptor], blobsOf(text))))).mediaType;
  };
  assert.equal(await typed(silent, 'application/x+json'), 'application/x+json');
  assert.equal(await typed(silent, ''), types.image);
  assert.equal(await typed(silentIndex, ''), types.index);
  assert.equal(await typed(api.manifest, 'application/x+json'), types.image);
});

describe('links in a folder', () => {
  const layer = describedAs(types.layer, api.layers[0]!);
  const linkedTo = (target: string): string => {
    const { [blobAt(layer.digest)]: bytes, ...files } = api.files;
    const path = folderOf({ ...layoutOf([api.descriptor], files), 'other/layer': bytes! });
    symlinkSync(target, join(path, blobAt(layer.digest)));
    return path;
  };
  const opened = (path: string) =>
    using(path, null, async (source) => bytesIn(await source.openBlob(layer, 0, never)));
  test('within it are followed', async () =>
    assert.deepEqual(await opened(linkedTo('../../other/layer')), api.layers[0]));
  test('out of it are refused', async () => {
    const outside = join(folder, 'outside');
    writeFileSync(outside, api.layers[0]!);
    await fails(opened(linkedTo(outside)), 'refused', /blobs\/sha256\/\w+ is a link that leads out/);
    await fails(opened(linkedTo('../../../outside')), 'refused', /leads out/);
  });
  test('to folders beside it whose names begin alike are refused', async () => {
    const path = linkedTo('x');
    const blob = join(path, blobAt(layer.digest));
    rmSync(blob);
    mkdirSync(`${path}-beside`);
    writeFileSync(join(`${path}-beside`, 'layer'), api.layers[0]!);
    symlinkSync(join(`${path}-beside`, 'layer'), blob);
    await fails(opened(path), 'refused', /leads out/);
  });
  test('of whole folders are no way out', async () => {
    const outside = folderOf(api.files);
    const path = folderOf(layoutOf([api.descriptor]));
    symlinkSync(join(outside, 'blobs'), join(path, 'blobs'));
    await fails(resolved(path), 'refused', /leads out/);
  });
  test('in a circle are refused', () =>
    fails(opened(linkedTo(blobAt(layer.digest).split('/').at(-1) ?? '')), 'refused', /leads to itself/));
  test('to nothing are nothing', () => fails(opened(linkedTo('../nothing')), 'source', /does not hold/));
  test('to a folder or a device are refused', async () => {
    await fails(opened(linkedTo('../../other')), 'refused', /is no regular file/);
    await fails(opened(linkedTo('/dev/zero')), 'refused', /leads out/);
  });
  test('the layout itself may be one', async () => {
    const path = freshPath();
    symlinkSync(folderOf(layoutOf([api.descriptor], api.files)), path);
    assert.equal((await resolved(path)).digest, api.descriptor.digest);
  });
});

test('a blob in a tar that is a link or a folder is refused', async () => {
  const { [blobAt(api.descriptor.digest)]: manifest, ...files } = layoutOf([api.descriptor], api.files);
  const name = blobAt(api.descriptor.digest);
  for (const [member, kind] of [
    [{ name, type: '2', link: '../../other' }, 'symlink'],
    [{ name, type: '1', link: 'other' }, 'hard link'],
    [{ name, type: '5' }, 'folder'],
  ] as const) {
    const bytes = tarOf(...membersOf({ ...files, other: manifest! }), member);
    await fails(resolved(tarFileOf(bytes)), 'refused', new RegExp(`blobs/sha256/\\w+ is a ${kind}, where`));
  }
});

describe('what is no archive', () => {
  test('nothing there', () =>
    fails(resolved(join(folder, 'nothing')), 'source', /nothing: There is no such file/));
  test('no path', () => fails(resolved(''), 'source', /Write oci:PATH/));
  test('a folder without oci-layout', () =>
    fails(resolved(folderOf({ version: '1' })), 'source', /no OCI image layout.*skopeo/));
  test('a device', () => fails(resolved('/dev/zero'), 'refused', /neither a file nor a folder/));
  test('an empty file', () => fails(resolved(tarFileOf(Buffer.alloc(0))), 'corrupt', /is empty/));
  test('a tar of something else', () =>
    fails(resolved(tarFileOf(tarOf({ name: 'a' }))), 'source', /neither oci-layout nor manifest\.json/));
  test('a compressed tar', async () => {
    const bytes = gzipSync(tarOf(...membersOf(layoutOf([api.descriptor], api.files))));
    await fails(resolved(tarFileOf(bytes)), 'refused', /is compressed\. `gunzip` it first/);
    const zstd = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(1000)]);
    await fails(resolved(tarFileOf(zstd)), 'refused', /`zstd -d` it first/);
  });
});

describe('a tar that is being read', () => {
  const big = Buffer.alloc(3 * 1024 * 1024, 'waybill ');
  const layer = describedAs(types.layer, big);
  const path = (): string =>
    tarFileOf(tarOf(...membersOf(layoutOf([api.descriptor], api.files, blobsOf(big)))));
  test('many streams at once', () =>
    using(path(), null, async (source) => {
      const all = await Promise.all(
        [...Array(20).keys()].map(async (number) =>
          bytesIn(await source.openBlob(layer, number * 100_000, never)),
        ),
      );
      for (const [number, bytes] of all.entries()) assert.deepEqual(bytes, big.subarray(number * 100_000));
    }));
  test('a stream that is called off fails with the reason', () =>
    using(path(), null, async (source) => {
      const controller = new AbortController();
      const reason = new Error('called off');
      const stream = await source.openBlob(layer, 0, controller.signal);
      await assert.rejects(async () => {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          assert.ok(chunk.length < layer.size);
          controller.abort(reason);
        }
      }, reason);
      await assert.rejects(source.openBlob(layer, 0, controller.signal), reason);
      await assert.rejects(source.resolve(controller.signal), reason);
    }));
  test('a file that becomes shorter is damaged', async () => {
    const at = path();
    await using(at, null, async (source) => {
      const stream = await source.openBlob(layer, 0, never);
      truncateSync(at, 100_000);
      await fails(bytesIn(stream), 'corrupt', /became shorter/);
    });
  });
  test('in a folder, too', async () => {
    const at = folderOf(layoutOf([api.descriptor], api.files, blobsOf(big)));
    await using(at, null, async (source) => {
      const stream = await source.openBlob(layer, 0, never);
      truncateSync(join(at, blobAt(layer.digest)), 100_000);
      await fails(bytesIn(stream), 'corrupt', /was changed/);
    });
  });
  test('closing twice is closing, and nothing is read after it', async () => {
    const source = await openArchive(path(), null, never);
    await source.close();
    await source.close();
    await fails(source.resolve(never), 'source', /cannot be read/);
  });
  test('opening is called off', () => {
    const reason = new Error('called off');
    return assert.rejects(openArchive(path(), null, AbortSignal.abort(reason)), reason);
  });
});
