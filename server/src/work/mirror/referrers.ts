import { type CopyOptions, copyTree, type ImageTarget, putManifest } from './copy.ts';
import { manifestOf } from './manifest.ts';
import type { ImageSource, Manifest, Referrer } from './model.ts';
import { type ImageTree, readTree } from './tree.ts';

/** A signature of an SBOM of an image is as far as it goes. */
const DEEPEST = 3;
/** How cosign names what it keeps beside an image where it uses no referrers: `sha256-<hex>.sig`. */
const COSIGN = ['sig', 'att', 'sbom'] as const;
const INDEX = 'application/vnd.oci.image.index.v1+json';

/**
 * Copies what refers to an image that is at the target already: signatures, SBOMs and attestations, of the index and
 * of each image in it, as OCI referrers and by cosign's tags.
 * @returns how many there were
 * @throws as copyTree does
 */
export async function copyReferrers(
  source: ImageSource,
  tree: ImageTree,
  target: ImageTarget,
  signal: AbortSignal,
  options: Omit<CopyOptions, 'present' | 'unasked'>,
): Promise<number> {
  let copied = 0;
  const copyOne = async (manifest: Manifest, tag: string | null, reference: string): Promise<boolean> => {
    const name = `${target.name}: ${reference}`;
    const named = { ...source, name: `${source.name}: ${reference}` };
    const its = await readTree(named, manifest, signal);
    copied++;
    const unasked = new Set(its.blobs.map(({ digest }) => digest));
    return copyTree(named, its, { ...target, tag, name }, signal, {
      ...options,
      present: new Set(),
      unasked,
    });
  };
  const below = async (digest: string, depth: number): Promise<void> => {
    const referrers = await source.referrers(digest, signal);
    let unnoted = false;
    for (const referrer of referrers) {
      const manifest = await source.manifest(referrer, signal);
      if (!(await copyOne(manifest, null, referrer.digest))) unnoted = true;
      if (depth < DEEPEST) await below(referrer.digest, depth + 1);
    }
    if (unnoted) await putList(digest, referrers, target, signal);
  };
  for (const { digest } of [...tree.levels.flat(), tree.top]) {
    await below(digest, 1);
    for (const kind of COSIGN) {
      const tag = `${tagOf(digest)}.${kind}`;
      const manifest = (await source.tagged?.(tag, signal)) ?? null;
      if (manifest !== null) await copyOne(manifest, tag, tag);
    }
  }
  return copied;
}

/** A registry that takes no note of subjects has the list under a tag: distribution-spec, "Referrers Tag Schema". */
async function putList(
  digest: string,
  referrers: readonly Referrer[],
  target: ImageTarget,
  signal: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: referrers }));
  const tag = tagOf(digest);
  const manifest = manifestOf(target.name, bytes, INDEX, null);
  await putManifest(manifest, tag, { ...target, tag, name: `${target.name}: ${tag}` }, signal);
}

const tagOf = (digest: string): string => digest.replace(':', '-');
