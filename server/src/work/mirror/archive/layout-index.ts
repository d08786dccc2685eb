import { isRecord, MAX_MANIFEST } from '../../../io/oci/media.ts';
import { type Descriptor, MirrorError } from '../model.ts';
import type { Candidate } from './choose.ts';
import { jsonIn, readWhole, type StoredFiles } from './files.ts';
import { blobPath } from './stored-manifest.ts';

/** A line of `index.json`. */
export interface Entry extends Candidate {
  readonly descriptor: Descriptor;
}

const MOST_ENTRIES = 5000;
/** What names an image in `index.json`: OCI image-spec, "Pre-Defined Annotation Keys", and containerd's full name. */
const NAMES = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const;

/** Reads `index.json` of a layout. @throws MirrorError where it is none, or has a digest that is not a sha256 */
export async function readIndex(files: StoredFiles, signal: AbortSignal): Promise<readonly Entry[]> {
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
  return descriptorsIn(files, manifests).map(({ descriptor, value }) => {
    const annotations = textsIn(value.annotations);
    const names = NAMES.flatMap((key) => annotations[key] ?? []);
    return { id: descriptor.digest, names, descriptor };
  });
}

export interface Described {
  readonly descriptor: Descriptor;
  /** As it stands there. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** The descriptors in an index. @throws MirrorError for one without a sha256 digest and a size */
export function descriptorsIn(files: StoredFiles, values: unknown): Described[] {
  return (Array.isArray(values) ? values : []).map((one: unknown) => {
    const value = isRecord(one) ? one : {};
    const { digest, size, mediaType } = value;
    // Refuses every text that is no digest.
    blobPath(files.name, typeof digest === 'string' ? digest : JSON.stringify(digest ?? null));
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw new MirrorError('corrupt', `${files.name}: an index gives ${String(digest)} no size.`);
    const descriptor = {
      digest: String(digest),
      size,
      mediaType: typeof mediaType === 'string' ? mediaType : '',
    };
    return { descriptor, value };
  });
}

/** Annotations; what is no text is left out. */
export const textsIn = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    ),
  );
