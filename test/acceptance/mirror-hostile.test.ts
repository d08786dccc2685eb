import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BuiltManifest } from '../../sandbox/src/seed/image.ts';
import { descriptor, digestOf, oci } from '../contract/support/images.ts';
import { manifest } from '../support/layered-image.ts';
import { type Came, type Lie, refusal, startTampered } from '../support/tampered.ts';
import { assertFailed, sourceName, targetName, withScene } from './support/mirror-scene.ts';
import { ecr } from './support/release.ts';

/*
 * `waybill mirror` where one end is none that a registry should be: it lies about bytes, has images that must not be
 * copied, or has no room.
 */

const bad = 'registry.bad.example';
const badName = `${bad}/acme/bad:1.0`;

/** What one path of a registry answers; what no path is of is 404. */
type Paths = Readonly<Record<string, Lie>>;

const asManifest = ({ mediaType, bytes }: BuiltManifest): Lie => ({
  headers: { 'content-type': mediaType, 'docker-content-digest': digestOf(bytes) },
  body: bytes,
});

/** A registry that has this image under the tag, and these blobs or manifests. */
const having = (top: BuiltManifest, ...more: readonly (Buffer | BuiltManifest)[]): Paths => ({
  'manifests/1.0': asManifest(top),
  ...Object.fromEntries(
    more.map((one) =>
      Buffer.isBuffer(one)
        ? [`blobs/${digestOf(one)}`, { body: one }]
        : [`manifests/${digestOf(one.bytes)}`, asManifest(one)],
    ),
  ),
});

const layer = Buffer.alloc(50_000, 'layer');
const big = Buffer.alloc(1_500_000, 'big');
const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
const imageOf = (...layers: readonly object[]): BuiltManifest =>
  manifest(oci.image, { config: descriptor(oci.config, config), layers });
const plain = imageOf(descriptor(oci.layer, layer), descriptor(oci.layer, big));
const whole = having(plain, config, layer, big);

interface Expected {
  readonly code: number;
  readonly says: readonly (string | RegExp)[];
  /** Blobs that may have been sent before it was seen. */
  readonly sent?: boolean;
}

async function pulledFrom(paths: Paths, expected: Expected): Promise<void> {
  await withScene({}, async (scene) => {
    const source = await startTampered(null, ({ path }: Came) => paths[path.replace('/v2/acme/bad/', '')]);
    try {
      const ran = await scene.run([badName, '--to', targetName], {
        WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ [bad]: source.url, [ecr]: scene.sandbox.registryUrl }),
      });
      assertFailed(ran, { ...expected, says: [badName, ...expected.says] }, scene);
      assert.equal(scene.count('PutManifest'), 0);
      if (expected.sent !== true) assert.equal(scene.count('PutUpload'), 0);
    } finally {
      await source.close();
    }
  });
}

describe('waybill mirror, from a registry that lies', { concurrency: 3 }, () => {
  const digest = digestOf(layer);
  const cases: Readonly<Record<string, readonly [Paths, Expected]>> = {
    'a blob with another byte': [
      { ...whole, [`blobs/${digest}`]: { body: Buffer.alloc(layer.length, 'other') } },
      { code: 7, says: [digest, bad, 'another digest'], sent: true },
    ],
    'a large blob with another byte': [
      { ...whole, [`blobs/${digestOf(big)}`]: { body: Buffer.alloc(big.length, 'other') } },
      { code: 7, says: [digestOf(big), bad, 'another digest'], sent: true },
    ],
    'a blob that is longer': [
      { ...whole, [`blobs/${digest}`]: { body: Buffer.concat([layer, config]) } },
      { code: 7, says: [digest, bad, '50037 bytes', '50000'], sent: true },
    ],
    'a blob that is shorter': [
      { ...whole, [`blobs/${digest}`]: { body: layer.subarray(1) } },
      { code: 7, says: [digest, bad, '49999 bytes', '50000'], sent: true },
    ],
    'a blob that is longer, without its length': [
      { ...whole, [`blobs/${digest}`]: { body: Buffer.concat([layer, config]), chunked: true } },
      { code: 7, says: [digest, bad, '50000'], sent: true },
    ],
    'a blob that always ends early, without its length': [
      { ...whole, [`blobs/${digest}`]: { body: layer.subarray(1), chunked: true } },
      { code: 6, says: [digest, bad, 'broke off', 'byte 49999 of 50000'], sent: true },
    ],
    'a blob that always breaks off at the same byte': [
      { ...whole, [`blobs/${digestOf(big)}`]: { body: big, cut: 1_200_000 } },
      { code: 6, says: [digestOf(big), bad, 'broke off', 'of 1500000'], sent: true },
    ],
    'a blob that is not there': [
      { ...whole, [`blobs/${digest}`]: refusal(404, 'BLOB_UNKNOWN', 'blob unknown') },
      { code: 4, says: [digest, bad, 'does not have it', 'BLOB_UNKNOWN'], sent: true },
    ],
    'a blob that may not be read': [
      { ...whole, [`blobs/${digest}`]: refusal(403, 'DENIED', 'not for you') },
      { code: 4, says: [digest, bad, 'not for you'], sent: true },
    ],
    'a blob of another part than asked for': [
      {
        ...whole,
        [`blobs/${digest}`]: {
          status: 206,
          headers: { 'content-range': `bytes 5-50004/50005` },
          body: layer,
        },
      },
      { code: 6, says: [digest, bad, 'another part'], sent: true },
    ],
    'a page for people in place of a blob': [
      { ...whole, [`blobs/${digest}`]: { headers: { 'content-type': 'text/html' }, body: '<html>' } },
      { code: 7, says: [digest, bad], sent: true },
    ],
    'a blob that is to be fetched in the clear or at another kind of address': [
      { ...whole, [`blobs/${digest}`]: { status: 307, headers: { location: 'file:///etc/passwd' } } },
      { code: 6, says: [digest, bad], sent: true },
    ],
    'a blob that is sent on for ever': [
      {
        ...whole,
        [`blobs/${digest}`]: { status: 307, headers: { location: `/v2/acme/bad/blobs/${digest}` } },
      },
      { code: 6, says: [digest, bad, 'too many times'], sent: true },
    ],
  };
  for (const [what, [paths, expected]] of Object.entries(cases))
    test(what, () => pulledFrom(paths, expected));

  test('a blob that is only ever sent in parts, and no part of it by Range, comes over whole', () =>
    withScene({}, async (scene) => {
      // 200 for every request, whatever part it is for; each time a little more before the connection breaks.
      let times = 0;
      const between = await startTampered(null, ({ method, path }) => {
        const lie = whole[path.replace('/v2/acme/bad/', '')];
        if (method !== 'GET' || path !== `/v2/acme/bad/blobs/${digestOf(big)}`) return lie;
        times++;
        return { body: big, ...(times < 5 ? { cut: times * 300_000 } : {}) };
      });
      try {
        const ran = await scene.run([badName, '--to', targetName], {
          WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({
            [bad]: between.url,
            [ecr]: scene.sandbox.registryUrl,
          }),
        });
        assert.equal(ran.code, 0, ran.stderr);
        assert.equal(scene.tagged(), digestOf(plain.bytes));
        assert.equal(times, 5);
      } finally {
        await between.close();
      }
    }));
});

describe('waybill mirror, from a registry with an image that is none', { concurrency: 3 }, () => {
  const child = imageOf(descriptor(oci.layer, layer));
  const indexOf = (...manifests: readonly object[]): BuiltManifest => manifest(oci.index, { manifests });
  const nested = (levels: number): BuiltManifest[] => {
    const all = [child];
    for (let i = 0; i < levels; i++) {
      const { mediaType, bytes } = all.at(-1) as BuiltManifest;
      all.push(indexOf(descriptor(mediaType, bytes)));
    }
    return all;
  };
  const deep = nested(6);
  const named = indexOf({ mediaType: oci.index, digest: `sha256:${'a'.repeat(64)}`, size: 500 });
  const wrongSize = indexOf({ ...descriptor(oci.image, child.bytes), size: 7 });
  const gone = indexOf(descriptor(oci.image, child.bytes));
  const many = indexOf(
    ...Array.from({ length: 10_000 }, (_, i) => ({
      mediaType: oci.image,
      digest: `sha256:${i.toString(16).padStart(64, '0')}`,
      size: 500,
    })),
  );
  const long = manifest(oci.image, {
    config: descriptor(oci.config, config),
    layers: [],
    annotations: { long: 'x'.repeat(4 * 1024 * 1024) },
  });
  const cases: Readonly<Record<string, readonly [Paths, Expected]>> = {
    'a manifest of more than 4 MiB': [having(long), { code: 1, says: ['4 MiB'] }],
    'an index of 10,000 entries': [having(many), { code: 1, says: ['10000 entries'] }],
    'an index that has itself in the place of its image': [
      { ...having(named), [`manifests/sha256:${'a'.repeat(64)}`]: asManifest(named) },
      { code: 7, says: [`sha256:${'a'.repeat(64)}`, digestOf(named.bytes)] },
    ],
    'an index of an index of an index, and so on': [
      having(deep.at(-1) as BuiltManifest, ...deep),
      { code: 1, says: ['index of indexes'] },
    ],
    'an index that gives an image another size': [
      having(wrongSize, child, config, layer),
      { code: 7, says: [digestOf(child.bytes), `${child.bytes.length} bytes`, '7'] },
    ],
    'an index whose image is not there': [
      having(gone),
      { code: 4, says: [digestOf(child.bytes), bad, 'does not have it'] },
    ],
    "Docker's schema 1": [
      having({
        mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
        bytes: Buffer.from(JSON.stringify({ schemaVersion: 1, name: 'acme/bad', tag: '1.0', fsLayers: [] })),
      }),
      { code: 1, says: ['schema 1', 'docker'] },
    ],
    'layers that are kept elsewhere': [
      having(
        imageOf({
          ...descriptor('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', layer),
          urls: ['https://mcr.microsoft.com/v2/windows/blobs/x'],
        }),
        config,
      ),
      { code: 1, says: [digestOf(layer), 'Windows'] },
    ],
    'no JSON': [
      having({ mediaType: oci.image, bytes: Buffer.from('{"schemaVersion":2,') }),
      { code: 7, says: ['no JSON'] },
    ],
    'a list in place of a manifest': [
      having({ mediaType: oci.image, bytes: Buffer.from('[]') }),
      { code: 7, says: ['no JSON object'] },
    ],
    'a digest that climbs out of its place': [
      having(imageOf({ mediaType: oci.layer, digest: 'sha256:../../../etc/passwd', size: 10 }), config),
      { code: 7, says: ['without a sha256 digest', '../../../etc/passwd'] },
    ],
    'a size that is none': [
      having(imageOf({ ...descriptor(oci.layer, layer), size: -1 }), config, layer),
      { code: 7, says: [digestOf(layer), 'a size'] },
    ],
    'one blob in two sizes': [
      having(
        imageOf(descriptor(oci.layer, layer), { ...descriptor(oci.layer, layer), size: 5 }),
        config,
        layer,
      ),
      { code: 7, says: [digestOf(layer), 'two sizes'] },
    ],
    'no layers and no configuration': [
      having(manifest(oci.image, {})),
      { code: 1, says: ['neither layers nor a configuration'] },
    ],
  };
  for (const [what, [paths, expected]] of Object.entries(cases))
    test(what, () => pulledFrom(paths, expected));

  test('an image by its digest that comes with other bytes', () =>
    withScene({}, async (scene) => {
      const digest = digestOf(plain.bytes);
      const source = await startTampered(null, ({ path }) =>
        path.includes('/manifests/') ? asManifest(child) : null,
      );
      try {
        const ran = await scene.run([`${bad}/acme/bad@${digest}`, '--to', targetName], {
          WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ [bad]: source.url, [ecr]: scene.sandbox.registryUrl }),
        });
        const says = [`${bad}/acme/bad`, digest, digestOf(child.bytes)];
        assertFailed(ran, { code: 7, says }, scene);
      } finally {
        await source.close();
      }
    }));
});

describe('waybill mirror, to a registry that does not take it', { concurrency: 3 }, () => {
  const full = `${bad}/team/app:1.0`;
  /** A registry where nothing is yet, and that takes everything but what `refuse` is about. */
  const taking = (refuse: (came: Came) => Lie | null) => {
    const put: string[] = [];
    const tamper = (came: Came): Lie | null => {
      const { method, path } = came;
      const refused = refuse(came);
      if (refused !== null) return refused;
      if (method === 'POST') return { status: 202, headers: { location: `${path}an-upload?state=a%2Bb` } };
      if (method !== 'PUT') return null;
      put.push(path);
      const digest = /\/manifests\/(sha256:.*)/.exec(path)?.[1];
      return { status: 201, headers: digest === undefined ? {} : { 'docker-content-digest': digest } };
    };
    return { put, tamper };
  };
  /** What docker-registry says of all that it did not expect. */
  const unknown = (detail: unknown): Lie => ({
    ...refusal(500, '', ''),
    body: JSON.stringify({ errors: [{ code: 'UNKNOWN', message: 'unknown error', detail }] }),
  });
  const isBlob = ({ method, path }: Came): boolean => method === 'PUT' && path.includes('/uploads/');
  const isTag = ({ method, path }: Came): boolean => method === 'PUT' && path.endsWith('/manifests/1.0');
  const isChild = ({ method, path }: Came): boolean =>
    method === 'PUT' && path.includes('/manifests/sha256:');

  const cases: Readonly<Record<string, readonly [(came: Came) => Lie | null, Expected]>> = {
    'HTTP 507': [
      (came) => (isBlob(came) ? refusal(507, 'UNKNOWN', 'disk full') : null),
      { code: 5, says: [/sha256:[0-9a-f]{64}/, bad, 'no room', 'disk full'] },
    ],
    'HTTP 500 and "no space left on device"': [
      (came) => (isBlob(came) ? refusal(500, 'UNKNOWN', 'write /data: no space left on device') : null),
      { code: 5, says: [/sha256:[0-9a-f]{64}/, bad, 'no room', 'no space left on device'] },
    ],
    "HTTP 500 and docker-registry's words for a full disk": [
      (came) => (isBlob(came) ? unknown('write /data/x: no space left on device') : null),
      { code: 5, says: [/sha256:[0-9a-f]{64}/, bad, 'no room'] },
    ],
    "HTTP 500 and docker-registry's number for a full disk": [
      (came) =>
        isBlob(came)
          ? unknown({ DriverName: 'filesystem', Enclosed: { Op: 'write', Path: '/data/x', Err: 28 } })
          : null,
      { code: 5, says: [/sha256:[0-9a-f]{64}/, bad, 'no room'] },
    ],
    'HTTP 413 of a proxy before it': [
      (came) =>
        isBlob(came) ? { status: 413, headers: { 'content-type': 'text/html' }, body: '<html>' } : null,
      { code: 5, says: [/sha256:[0-9a-f]{64}/, bad, 'no room', 'HTTP 413'] },
    ],
    'a quota': [
      (came) =>
        came.method === 'POST' ? refusal(403, 'DENIED', 'adding 5 MB exceeds the quota of 1 GB') : null,
      { code: 5, says: [bad, 'quota'] },
    ],
    'an image of an index that is not taken': [
      (came) => (isChild(came) ? refusal(400, 'MANIFEST_INVALID', 'media type not allowed') : null),
      { code: 5, says: [/sha256:[0-9a-f]{64}/, bad, 'media type not allowed'] },
    ],
    'a tag that is not taken': [
      (came) => (isTag(came) ? refusal(403, 'DENIED', 'tags of releases are kept') : null),
      { code: 5, says: [bad, 'tags of releases are kept'] },
    ],
    'another digest for what it was given': [
      (came) =>
        isTag(came)
          ? { status: 201, headers: { 'docker-content-digest': `sha256:${'b'.repeat(64)}` } }
          : null,
      { code: 7, says: [bad, `sha256:${'b'.repeat(64)}`] },
    ],
    'an upload without a place to send it to': [
      (came) => (came.method === 'POST' ? { status: 202 } : null),
      { code: 6, says: [bad, 'HTTP 202'] },
    ],
  };
  for (const [what, [refuse, expected]] of Object.entries(cases))
    test(what, () =>
      withScene({}, async (scene) => {
        const { put, tamper } = taking(refuse);
        const target = await startTampered(null, tamper);
        try {
          const ran = await scene.run([sourceName, '--to', full], {
            WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({
              'docker.io': scene.sandbox.publicUrl,
              [bad]: target.url,
            }),
          });
          assertFailed(ran, { ...expected, says: [full, ...expected.says] }, scene);
          assert.ok(!put.some((path) => path.endsWith('/manifests/1.0')), 'nothing was tagged');
        } finally {
          await target.close();
        }
      }),
    );
});
