import { digestOf, isDigest, isRecord, MAX_MANIFEST } from '../../../io/oci/media.ts';
import { type Descriptor, type Manifest, MirrorError } from '../model.ts';
import { readWhole, type StoredFile, type StoredFiles } from './files.ts';
import { shown } from './words.ts';

export const ociTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  image: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** A digest as part of a path; only then may one be made of it. @throws MirrorError for any other text */
export function blobPath(name: string, digest: string): string {
  if (!isDigest(digest))
    throw new MirrorError(
      'refused',
      `${name}: ${shown(digest)} is no sha256 digest; no others are mirrored.`,
    );
  return `blobs/sha256/${digest.slice('sha256:'.length)}`;
}

/**
 * The file of a blob of a layout.
 * @throws MirrorError where it is not there or has another size
 */
export async function blobFile(files: StoredFiles, blob: Descriptor): Promise<StoredFile> {
  const file = await files.find(blobPath(files.name, blob.digest));
  if (file === null)
    throw new MirrorError(
      'source',
      `${files.name} does not hold ${blob.digest}, which the image names. \`docker save\` leaves out platforms that ` +
        'were not pulled: pull them and save again, or save one with --platform.',
    );
  checkSize(files.name, file, blob);
  return file;
}

/** @throws MirrorError where a file has not the size that its descriptor says */
export function checkSize(name: string, { size }: StoredFile, blob: Descriptor): void {
  if (size !== blob.size)
    throw new MirrorError(
      'corrupt',
      `${name}: ${shown(blob.digest)} has ${size} bytes, where its manifest says ${blob.size}. The archive is damaged.`,
    );
}

/** A manifest of a layout, held against digest and size. @throws MirrorError */
export async function storedManifest(
  files: StoredFiles,
  descriptor: Descriptor,
  signal: AbortSignal,
): Promise<Manifest> {
  const { digest } = descriptor;
  const file = await files.find(blobPath(files.name, digest));
  // Before the size is compared: a manifest that is too long is too long, whatever was said of it.
  if (Math.max(descriptor.size, file?.size ?? 0) > MAX_MANIFEST)
    throw new MirrorError(
      'refused',
      `${files.name}: the manifest ${digest} has more than 4 MiB; registries take no longer one.`,
    );
  const bytes = await readWhole(files, file ?? (await blobFile(files, descriptor)), MAX_MANIFEST, signal);
  if (bytes.length !== descriptor.size)
    throw new MirrorError(
      'corrupt',
      `${files.name}: the manifest ${digest} has ${bytes.length} bytes, where its index says ${descriptor.size}.`,
    );
  const is = digestOf(bytes);
  if (is !== digest)
    throw new MirrorError(
      'corrupt',
      `${files.name}: the manifest ${digest} has other bytes, which are ${is}. The archive is damaged.`,
    );
  return { digest, bytes, mediaType: typeOf(bytes, descriptor) };
}

/** A manifest's own word counts first; OCI's need not say what they are, nor need those that name them. */
function typeOf(bytes: Buffer, { mediaType }: Descriptor): string {
  const value = manifestJson(bytes);
  if (typeof value.mediaType === 'string') return value.mediaType;
  return mediaType === '' ? (Array.isArray(value.manifests) ? ociTypes.index : ociTypes.image) : mediaType;
}

/** What is written in a manifest; empty where it is no JSON object, about which its reader complains. */
export function manifestJson(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
