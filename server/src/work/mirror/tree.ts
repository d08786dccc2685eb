import { readManifest } from './manifest.ts';
import { type Descriptor, type ImageSource, type Manifest, MirrorError } from './model.ts';
import { inParallel } from './parallel.ts';

/** All of an image: every platform's manifest and every blob. */
export interface ImageTree {
  readonly top: Manifest;
  /**
   * All manifests below `top`, those that name no others first: a registry refuses an index whose images it does not
   * have.
   */
  readonly levels: readonly (readonly Manifest[])[];
  /** Those of them that name no others, with the digests of their blobs. */
  readonly images: ReadonlyMap<Manifest, readonly string[]>;
  /** All blobs, each once, in the order in which they are named. */
  readonly blobs: readonly Descriptor[];
  /** `os/architecture[/variant]`; empty where the image does not say. */
  readonly platforms: readonly string[];
}

/** An index may name indexes; nobody nests deeper. */
const DEEPEST = 4;
const MOST_MANIFESTS = 5000;
const AT_A_TIME = 8;

/**
 * Reads everything that an image names, but no blob.
 * @throws MirrorError as the source and `readManifest` do, and for an index without an end
 */
export async function readTree(source: ImageSource, top: Manifest, signal: AbortSignal): Promise<ImageTree> {
  const seen = new Map<string, Manifest>([[top.digest, top]]);
  const blobs = new Map<string, Descriptor>();
  const platforms: string[] = [];
  const levels: Manifest[][] = [[top]];
  const images = new Map<Manifest, readonly string[]>();
  for (let depth = 0; ; depth++) {
    const wanted = new Map<string, Descriptor>();
    for (const manifest of levels[depth] ?? []) {
      const named = readManifest(source.name, manifest);
      platforms.push(...named.platforms);
      for (const blob of named.blobs) addBlob(source.name, blobs, blob);
      if (depth > 0 && named.manifests.length === 0)
        images.set(
          manifest,
          named.blobs.map(({ digest }) => digest),
        );
      for (const child of named.manifests) if (!seen.has(child.digest)) wanted.set(child.digest, child);
    }
    if (wanted.size === 0) break;
    if (depth === DEEPEST || seen.size + wanted.size > MOST_MANIFESTS)
      throw new MirrorError(
        'refused',
        `${source.name} is an index of indexes ${DEEPEST} deep, or of more than ${MOST_MANIFESTS} images. Mirror the images by themselves.`,
      );
    const level = await inParallel([...wanted.values()], AT_A_TIME, signal, (child, within) =>
      source.manifest(child, within),
    );
    for (const manifest of level) seen.set(manifest.digest, manifest);
    levels.push(level);
  }
  return {
    top,
    levels: levels.slice(1).reverse(),
    images,
    blobs: [...blobs.values()],
    platforms: [...new Set(platforms)],
  };
}

function addBlob(name: string, blobs: Map<string, Descriptor>, blob: Descriptor): void {
  const known = blobs.get(blob.digest);
  if (known !== undefined && known.size !== blob.size)
    throw new MirrorError(
      'corrupt',
      `${name} gives ${blob.digest} two sizes, ${known.size} and ${blob.size}.`,
    );
  if (known === undefined) blobs.set(blob.digest, blob);
}
