import { isManifestType, isRecord, MAX_MANIFEST } from '../../../io/oci/media.ts';
import { type Descriptor, type ImageSource, MirrorError } from '../model.ts';
import { type Candidate, choose } from './choose.ts';
import { jsonIn, readWhole, type StoredFile, type StoredFiles } from './files.ts';
import { blobFile, blobPath, manifestJson, storedManifest } from './stored-manifest.ts';
import { shown } from './words.ts';

/** A line of `index.json`. */
interface Entry extends Candidate {
  readonly descriptor: Descriptor;
}

const MOST_ENTRIES = 5000;
/** What names an image in `index.json`: OCI image-spec, "Pre-Defined Annotation Keys", and containerd's full name. */
const NAMES = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const;

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
    resolve: (within) => storedManifest(files, descriptor, within),
    manifest: (wanted, within) => storedManifest(files, wanted, within),
    async openBlob(blob, from, within) {
      within.throwIfAborted();
      const file = await blobFile(files, blob);
      return file.open(from, within);
    },
    async referrers(digest, within) {
      const found = new Map<string, Descriptor>();
      for (const entry of entries)
        if ((await subjects(entry, within)) === digest) found.set(entry.id, entry.descriptor);
      // Where a registry had no list of them, copies keep it under a tag: distribution-spec, "Referrers Tag Schema".
      const tag = digest.replace(':', '-');
      for (const entry of entries) {
        if (!entry.names.includes(tag)) continue;
        const { bytes } = await storedManifest(files, entry.descriptor, within);
        for (const one of descriptorsIn(files, manifestJson(bytes).manifests))
          found.set(one.digest, one.descriptor);
      }
      return [...found.values()];
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

async function readIndex(files: StoredFiles, signal: AbortSignal): Promise<readonly Entry[]> {
  const file = await files.find('index.json');
  if (file === null) throw new MirrorError('corrupt', `${files.name} has oci-layout but no index.json.`);
  const value = jsonIn(files, file.path, await readWhole(files, file, MAX_MANIFEST, signal));
  const manifests = isRecord(value) ? value.manifests : undefined;
  if (!Array.isArray(manifests))
    throw new MirrorError('corrupt', `${files.name}: index.json has no list of manifests.`);
  if (manifests.length > MOST_ENTRIES)
    throw new MirrorError(
      'refused',
      `${files.name}: index.json has ${manifests.length} entries; ${MOST_ENTRIES} at most are read.`,
    );
  return descriptorsIn(files, manifests).map(({ descriptor, annotations }) => ({
    id: descriptor.digest,
    names: NAMES.map((key) => annotations[key]).filter((one): one is string => typeof one === 'string'),
    descriptor,
  }));
}

interface Described {
  readonly digest: string;
  readonly descriptor: Descriptor;
  readonly annotations: Readonly<Record<string, unknown>>;
}

function descriptorsIn(files: StoredFiles, values: unknown): Described[] {
  return (Array.isArray(values) ? values : []).map((value: unknown) => {
    const { digest, size, mediaType, annotations } = isRecord(value) ? value : {};
    // Refuses every text that is no digest.
    blobPath(files.name, typeof digest === 'string' ? digest : JSON.stringify(digest ?? null));
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw new MirrorError('corrupt', `${files.name}: an index gives ${String(digest)} no size.`);
    const descriptor = {
      digest: String(digest),
      size,
      mediaType: typeof mediaType === 'string' ? mediaType : '',
    };
    return { digest: descriptor.digest, descriptor, annotations: isRecord(annotations) ? annotations : {} };
  });
}

/** Asks for the digest that a manifest is about; null where it is about none, or is not there. */
type Subjects = (entry: Entry, signal: AbortSignal) => Promise<string | null>;

function subjectsOf(files: StoredFiles): Subjects {
  const known = new Map<string, string | null>();
  const read = async ({ id, descriptor }: Entry, signal: AbortSignal): Promise<string | null> => {
    if (descriptor.mediaType !== '' && !isManifestType(descriptor.mediaType)) return null;
    // The archive may have been saved without it.
    if ((await files.find(blobPath(files.name, id))) === null) return null;
    const { subject } = manifestJson((await storedManifest(files, descriptor, signal)).bytes);
    return isRecord(subject) && typeof subject.digest === 'string' ? subject.digest : null;
  };
  return async (entry, signal) => {
    const before = known.get(entry.id);
    if (before !== undefined) return before;
    const subject = await read(entry, signal);
    known.set(entry.id, subject);
    return subject;
  };
}

async function withoutReferrers(
  entries: readonly Entry[],
  subjects: Subjects,
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const images: Entry[] = [];
  for (const entry of entries) if ((await subjects(entry, signal)) === null) images.push(entry);
  return images;
}
