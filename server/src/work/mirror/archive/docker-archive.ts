import { createHash } from 'node:crypto';
import { digestOf, isRecord, MAX_CONFIG, MAX_MANIFEST } from '../../../io/oci/media.ts';
import { type Descriptor, type ImageSource, type Manifest, MirrorError } from '../model.ts';
import { choose } from './choose.ts';
import { compressionOf } from './compression.ts';
import { jsonIn, readWhole, type StoredFile, type StoredFiles } from './files.ts';
import { readSaved, type SavedImage } from './saved.ts';
import { checkSize, ociTypes } from './stored-manifest.ts';
import { listed, shown } from './words.ts';

/** The manifest that was made for an image, and where the blobs are that it names. */
interface Made {
  readonly manifest: Manifest;
  readonly blobs: ReadonlyMap<string, StoredFile>;
}

/**
 * An image of a `docker save` archive as dockers before 25 wrote it: configuration and layers, but no manifest. One is
 * made here, the same each time; layers stay the plain tars that they are, so the digest is another one than that of
 * the image at the registry that it once came from.
 * @param list the file `manifest.json`
 * @param name for people
 * @throws MirrorError where it is not clear which image is meant
 */
export async function dockerArchiveSource(
  files: StoredFiles,
  list: StoredFile,
  reference: string | null,
  name: string,
  signal: AbortSignal,
): Promise<ImageSource> {
  const image = choose(files.name, await readSaved(files, list, signal), reference);
  // All layers have to be read for it, so it is made once; but not one that was broken off.
  let made: Made | null = null;
  const make = async (within: AbortSignal): Promise<Made> => {
    within.throwIfAborted();
    made ??= await madeOf(files, image, within);
    return made;
  };
  const missing = (digest: string): MirrorError =>
    new MirrorError('source', `${name} does not hold ${shown(digest)}.`);

  return {
    name,
    host: null,
    resolve: async (within) => (await make(within)).manifest,
    async manifest({ digest }, within) {
      const { manifest } = await make(within);
      if (manifest.digest !== digest) throw missing(digest);
      return manifest;
    },
    async openBlob(blob, from, within) {
      const file = (await make(within)).blobs.get(blob.digest);
      if (file === undefined) throw missing(blob.digest);
      checkSize(name, file, blob);
      return file.open(from, within);
    },
    referrers: async () => [],
  };
}

async function madeOf(files: StoredFiles, image: SavedImage, signal: AbortSignal): Promise<Made> {
  if (image.foreign.length > 0)
    throw new MirrorError(
      'refused',
      `${files.name} has layers that may not be passed on, as images of Windows do (${listed(image.foreign)}). ` +
        'Build the image on a base without them.',
    );
  const config = await fileOf(files, image.config);
  const bytes = await readWhole(files, config, MAX_CONFIG, signal);
  const configDigest = digestOf(bytes);
  // The file is called by the image's id, which is the configuration's digest.
  const id = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(image.config)?.[1];
  if (id !== undefined && configDigest !== `sha256:${id}`)
    throw new MirrorError(
      'corrupt',
      `${files.name}: the configuration ${shown(image.config)} has other bytes, which are ${configDigest}.`,
    );
  const expected = diffIds(files, image, jsonIn(files, image.config, bytes));
  const blobs = new Map<string, StoredFile>([[configDigest, config]]);
  const layers: Descriptor[] = [];
  const hashed = new Map<string, string>();
  for (const [index, path] of image.layers.entries()) {
    const layer = await fileOf(files, path);
    await refuseCompressed(files, layer, signal);
    const digest = hashed.get(layer.place) ?? (await hashOf(layer, signal));
    hashed.set(layer.place, digest);
    if (digest !== expected[index])
      throw new MirrorError(
        'corrupt',
        `${files.name}: the layer ${shown(path)} is ${digest}, where the image's configuration says ${shown(String(expected[index]))}. The archive is damaged.`,
      );
    blobs.set(digest, layer);
    layers.push({ mediaType: ociTypes.layer, digest, size: layer.size });
  }
  return { manifest: manifestOf(files, { digest: configDigest, size: bytes.length }, layers), blobs };
}

function manifestOf(
  files: StoredFiles,
  config: Pick<Descriptor, 'digest' | 'size'>,
  layers: readonly Descriptor[],
): Manifest {
  const mediaType = ociTypes.image;
  const value = { schemaVersion: 2, mediaType, config: { mediaType: ociTypes.config, ...config }, layers };
  const bytes = Buffer.from(JSON.stringify(value));
  if (bytes.length > MAX_MANIFEST)
    throw new MirrorError(
      'refused',
      `${files.name} has ${layers.length} layers; their manifest would have more than 4 MiB, which no registry takes.`,
    );
  return { mediaType, digest: digestOf(bytes), bytes };
}

/** The digests of the unpacked layers, which the configuration lists: image-spec, config.md, `rootfs`. */
function diffIds(files: StoredFiles, image: SavedImage, config: unknown): readonly unknown[] {
  const rootfs = isRecord(config) && isRecord(config.rootfs) ? config.rootfs : {};
  const ids = rootfs.diff_ids ?? [];
  if (!Array.isArray(ids) || ids.length !== image.layers.length)
    throw new MirrorError(
      'corrupt',
      `${files.name}: manifest.json names ${image.layers.length} layers, where the configuration ${shown(image.config)} has ${Array.isArray(ids) ? ids.length : 'no list of them'}.`,
    );
  return ids;
}

async function fileOf(files: StoredFiles, path: string): Promise<StoredFile> {
  const file = await files.find(path);
  if (file === null)
    throw new MirrorError(
      'corrupt',
      `${files.name} does not hold ${shown(path)}, which its manifest.json names.`,
    );
  return file;
}

async function refuseCompressed(files: StoredFiles, layer: StoredFile, signal: AbortSignal): Promise<void> {
  for await (const chunk of layer.open(0, signal) as AsyncIterable<Buffer>) {
    const program = compressionOf(chunk);
    if (program === null) return;
    throw new MirrorError(
      'refused',
      `${files.name}: the layer ${shown(layer.path)} is compressed (${program}), as crane and kaniko write it; whether it is the ` +
        "configuration's cannot be seen without unpacking it. Write an OCI layout: `skopeo copy docker-archive:FILE oci-archive:OTHER`.",
    );
  }
}

async function hashOf(file: StoredFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of file.open(0, signal) as AsyncIterable<Buffer>) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}
