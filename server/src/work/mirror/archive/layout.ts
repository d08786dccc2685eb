import { isRecord, MAX_MANIFEST } from '../../../io/oci/media.ts';
import { type ImageSource, MirrorError, type Referrer } from '../model.ts';
import { choose } from './choose.ts';
import { jsonIn, readWhole, type StoredFile, type StoredFiles } from './files.ts';
import { descriptorsIn, type Entry, readIndex } from './layout-index.ts';
import { blobFile, manifestJson, storedManifest } from './stored-manifest.ts';
import { referrerOf, type Subjects, subjectsOf } from './subjects.ts';
import { shown } from './words.ts';

/**
 * An image of an OCI image layout: image-spec, image-layout.md.
 * @param marker the file `oci-layout`
 * @param name for people
 * @throws MirrorError for a layout that is none, or where it is not clear which image is meant
 */
export async function layoutSource(
  files: StoredFiles,
  marker: StoredFile,
  reference: string | null,
  name: string,
  signal: AbortSignal,
): Promise<ImageSource> {
  await checkVersion(files, marker, signal);
  const entries = await readIndex(files, signal);
  const subjects = subjectsOf(files);
  const distinct = new Set(entries.map(({ id }) => id)).size;
  // Signatures and the like stand beside the images that they are about.
  const images =
    reference === null && distinct > 1 ? await withoutReferrers(entries, subjects, signal) : entries;
  const { descriptor } = choose(files.name, images, reference);

  return {
    name,
    host: null,
    peek: async () => descriptor.digest,
    resolve: (within) => storedManifest(files, descriptor, within),
    manifest: (wanted, within) => storedManifest(files, wanted, within),
    async openBlob(blob, from, within) {
      within.throwIfAborted();
      const file = await blobFile(files, blob);
      return file.open(from, within);
    },
    async referrers(digest, within) {
      const found = new Map<string, Referrer>();
      for (const entry of entries) {
        const about = await subjects(entry, within);
        if (about?.subject === digest) found.set(entry.id, about.referrer);
      }
      // Where a registry had no list of them, copies keep it under a tag: distribution-spec, "Referrers Tag Schema".
      const tag = digest.replace(':', '-');
      for (const entry of entries) {
        if (!entry.names.includes(tag)) continue;
        const { bytes } = await storedManifest(files, entry.descriptor, within);
        for (const { descriptor, value } of descriptorsIn(files, manifestJson(bytes).manifests))
          if (!found.has(descriptor.digest)) found.set(descriptor.digest, referrerOf(descriptor, value));
      }
      return [...found.values()];
    },
    async tagged(tag, within) {
      const entry = entries.find(({ names }) => names.includes(tag));
      return entry === undefined ? null : storedManifest(files, entry.descriptor, within);
    },
  };
}

async function checkVersion(files: StoredFiles, marker: StoredFile, signal: AbortSignal): Promise<void> {
  const value = jsonIn(files, marker.path, await readWhole(files, marker, MAX_MANIFEST, signal));
  const version = isRecord(value) ? value.imageLayoutVersion : undefined;
  if (typeof version !== 'string' || !version.startsWith('1.'))
    throw new MirrorError(
      'refused',
      `${files.name} is an image layout of the version ${shown(JSON.stringify(version) ?? 'none')}; 1.0.0 is read.`,
    );
}

/** Tags of lists of referrers, and of what cosign keeps beside an image: `sha256-<hex>.sig`. */
const BESIDE = /(?:^|:)sha256-[0-9a-f]{64}(?:\.[a-z]+)?$/;

async function withoutReferrers(
  entries: readonly Entry[],
  subjects: Subjects,
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const images: Entry[] = [];
  for (const entry of entries)
    if (!entry.names.some((name) => BESIDE.test(name)) && (await subjects(entry, signal)) === null)
      images.push(entry);
  return images;
}
