import { digestOf, isDigest, isRecord, MAX_MANIFEST, mediaTypeOf, platformOf } from '../../io/oci/media.ts';
import { type Descriptor, type Manifest, MirrorError } from './model.ts';

/** What a manifest names: further manifests, and blobs. */
export interface Named {
  readonly manifests: readonly Descriptor[];
  /** Configuration and layers, each once. */
  readonly blobs: readonly Descriptor[];
  /** `os/architecture[/variant]` of the images in an index; empty for an image. */
  readonly platforms: readonly string[];
  /** What this is about, where it is a signature, an SBOM or the like: OCI image-spec 1.1, `subject`. */
  readonly subject: string | null;
}

/** As long as an index can be that registries take; real ones have a few dozen entries. */
const MOST_ENTRIES = 5000;

/**
 * Makes a manifest of bytes, whose digest is worked out here.
 * @param expected what it must be; null where only a tag was asked for
 * @throws MirrorError where the bytes are other ones, or too many
 */
export function manifestOf(
  name: string,
  bytes: Buffer,
  mediaType: string,
  expected: Partial<Descriptor> | null,
): Manifest {
  if (bytes.length > MAX_MANIFEST) throw tooLong(name);
  const digest = digestOf(bytes);
  if (expected?.digest !== undefined && expected.digest !== digest)
    throw new MirrorError(
      'corrupt',
      `${name}: the manifest ${expected.digest} came with other bytes, which are ${digest}. Nothing was tagged.`,
    );
  if (expected?.size !== undefined && expected.size !== bytes.length)
    throw new MirrorError(
      'corrupt',
      `${name}: the manifest ${digest} has ${bytes.length} bytes where its index says ${expected.size}.`,
    );
  return { digest, bytes, mediaType: mediaTypeIn(bytes) ?? mediaTypeOf(mediaType) };
}

/** A manifest is longer than registries take. */
export const tooLong = (name: string): MirrorError =>
  new MirrorError('refused', `${name}: the manifest has more than 4 MiB; registries take no longer one.`);

/** A manifest may say itself what it is; then nothing else counts. */
function mediaTypeIn(bytes: Buffer): string | null {
  const value = parsed(bytes);
  return isRecord(value) && typeof value.mediaType === 'string' ? value.mediaType : null;
}

/**
 * Reads a manifest or an index of OCI or Docker schema 2.
 * @param name of the image, for messages
 * @throws MirrorError for what is none, and for what cannot be copied: schema 1, layers that are kept elsewhere
 */
export function readManifest(name: string, manifest: Manifest): Named {
  const value = parsed(manifest.bytes);
  if (!isRecord(value))
    throw new MirrorError('corrupt', `${name}: the manifest ${manifest.digest} is no JSON object.`);
  if (value.schemaVersion === 1 || /docker\.distribution\.manifest\.v1\b/.test(manifest.mediaType))
    throw new MirrorError(
      'refused',
      `${name} has a manifest of Docker's schema 1, which Amazon ECR and today's registries do not take. ` +
        'Pull it and push it again with a current docker, and mirror that.',
    );
  const subject = isRecord(value.subject) && isDigest(value.subject.digest) ? value.subject.digest : null;
  if (Array.isArray(value.manifests)) {
    const manifests = descriptors(name, manifest.digest, value.manifests);
    const platforms = value.manifests
      .map((one) => (isRecord(one) ? platformOf(one.platform) : null))
      // Attestations stand in an index as images of an unknown platform.
      .filter((one): one is string => one !== null && !one.startsWith('unknown/'));
    if (manifests.some(({ digest }) => digest === manifest.digest))
      throw new MirrorError('corrupt', `${name}: the index ${manifest.digest} names itself.`);
    return { manifests, blobs: [], platforms: [...new Set(platforms)], subject };
  }
  const layers = [value.layers, value.blobs].filter(Array.isArray).flat();
  const config = value.config === undefined ? [] : [value.config];
  if (layers.length === 0 && config.length === 0)
    throw new MirrorError(
      'refused',
      `${name}: ${manifest.digest} (${manifest.mediaType || 'no media type'}) names neither layers nor a configuration, so it is no image.`,
    );
  for (const layer of layers)
    if (isRecord(layer) && isForeign(layer))
      throw new MirrorError(
        'refused',
        `${name} has a layer that its registry does not keep but only points to (${String(layer.digest)}), as ` +
          'images of Windows do. Such layers may not be passed on; build the image on a base without them.',
      );
  return {
    manifests: [],
    blobs: descriptors(name, manifest.digest, [...config, ...layers]),
    platforms: [],
    subject,
  };
}

/** "Foreign" in Docker's words, "non-distributable" in OCI's, or with addresses of its own. */
const isForeign = ({ mediaType, urls }: Record<string, unknown>): boolean =>
  (typeof mediaType === 'string' && /nondistributable|\.foreign\./.test(mediaType)) ||
  (Array.isArray(urls) && urls.length > 0);

function descriptors(name: string, of: string, values: readonly unknown[]): Descriptor[] {
  if (values.length > MOST_ENTRIES)
    throw new MirrorError(
      'refused',
      `${name}: ${of} has ${values.length} entries; ${MOST_ENTRIES} at most are copied.`,
    );
  const found = new Map<string, Descriptor>();
  for (const value of values) {
    const { digest, size, mediaType } = isRecord(value) ? value : {};
    if (!isDigest(digest) || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw new MirrorError(
        'corrupt',
        `${name}: ${of} has an entry without a sha256 digest and a size (${JSON.stringify(digest)?.slice(0, 100)}).`,
      );
    const known = found.get(digest);
    if (known !== undefined && known.size !== size)
      throw new MirrorError(
        'corrupt',
        `${name}: ${of} gives ${digest} two sizes, ${known.size} and ${size}.`,
      );
    found.set(digest, { digest, size, mediaType: typeof mediaType === 'string' ? mediaType : '' });
  }
  return [...found.values()];
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
