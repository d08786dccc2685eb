import { type BuiltImage, type BuiltManifest, seededAt } from '../../sandbox/src/seed/image.ts';
import type { Repository } from '../../sandbox/src/store/repository.ts';
import type { Store } from '../../sandbox/src/store/store.ts';
import { descriptor, oci } from '../contract/support/images.ts';

/** What a platform of `layeredImage` has. */
export interface Layers {
  readonly architecture: string;
  /** Bytes of each layer. */
  readonly sizes: readonly number[];
}

/**
 * An image of layers of random bytes: an index, or the image itself where there is one platform only.
 * @param random whole numbers below a limit
 * @param shared bytes of layers that all platforms have
 */
export function layeredImage(
  random: (limit: number) => number,
  shared: readonly number[],
  platforms: readonly Layers[],
): BuiltImage {
  const bytesOf = (size: number): Buffer => {
    const bytes = Buffer.alloc(size);
    // A word in each kilobyte makes a layer unlike any other, and quickly.
    for (let at = 0; at + 4 <= size; at += 1024) bytes.writeUInt32LE(random(2 ** 32), at);
    return bytes;
  };
  const base = shared.map(bytesOf);
  const blobs = [...base];
  const children = platforms.map(({ architecture, sizes }) => {
    const own = sizes.map(bytesOf);
    const config = Buffer.from(
      JSON.stringify({ architecture, os: 'linux', rootfs: { type: 'layers' }, n: random(2 ** 32) }),
    );
    blobs.push(config, ...own);
    const layers = [...base, ...own].map((layer) => descriptor(oci.layer, layer));
    return { architecture, ...manifest(oci.image, { config: descriptor(oci.config, config), layers }) };
  });
  const [only] = children;
  if (children.length === 1 && only !== undefined) return { blobs, children: [], root: only };
  const manifests = children.map(({ architecture, mediaType, bytes }) => ({
    ...descriptor(mediaType, bytes),
    platform: { os: 'linux', architecture },
  }));
  return { blobs, children, root: manifest(oci.index, { manifests }) };
}

/** A manifest with these fields, written with spaces that a registry must not touch. */
export function manifest(mediaType: string, fields: object): BuiltManifest {
  return {
    mediaType,
    bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }, null, 3)),
  };
}

/** Puts an image into the sandbox without a push; gives its digest. */
export async function keepImage(
  store: Store,
  repository: Repository,
  tag: string,
  image: BuiltImage,
): Promise<string> {
  for (const blob of image.blobs) await store.putBlob(repository, blob);
  for (const each of image.children)
    store.putManifest(repository, { ...each, tag: null, pushedAt: seededAt });
  return store.putManifest(repository, { ...image.root, tag, pushedAt: seededAt }).digest;
}
