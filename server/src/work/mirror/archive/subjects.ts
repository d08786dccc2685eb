import { isManifestType, isRecord } from '../../../io/oci/media.ts';
import type { Descriptor, Referrer } from '../model.ts';
import type { StoredFiles } from './files.ts';
import { type Entry, textsIn } from './layout-index.ts';
import { blobPath, manifestJson, storedManifest } from './stored-manifest.ts';

/** A manifest that is about another one. */
export interface About {
  readonly subject: string;
  readonly referrer: Referrer;
}

/** Asks what a manifest is about; null where it is about none, or is not there. */
export type Subjects = (entry: Entry, signal: AbortSignal) => Promise<About | null>;

/** What the manifests of a layout are about; each is read once. */
export function subjectsOf(files: StoredFiles): Subjects {
  const known = new Map<string, About | null>();
  const read = async ({ id, descriptor }: Entry, signal: AbortSignal): Promise<About | null> => {
    if (descriptor.mediaType !== '' && !isManifestType(descriptor.mediaType)) return null;
    // The archive may have been saved without it.
    if ((await files.find(blobPath(files.name, id))) === null) return null;
    const { bytes, mediaType } = await storedManifest(files, descriptor, signal);
    const value = manifestJson(bytes);
    if (!isRecord(value.subject) || typeof value.subject.digest !== 'string') return null;
    return { subject: value.subject.digest, referrer: referrerOf({ ...descriptor, mediaType }, value) };
  };
  return async (entry, signal) => {
    const before = known.get(entry.id);
    if (before !== undefined) return before;
    const about = await read(entry, signal);
    known.set(entry.id, about);
    return about;
  };
}

/**
 * What a list of referrers says of one, out of its own manifest or such a list: distribution-spec, "Listing Referrers".
 * An image manifest that names no type of artifact has its configuration's.
 */
export function referrerOf(descriptor: Descriptor, value: Readonly<Record<string, unknown>>): Referrer {
  const { artifactType, config, annotations } = value;
  const type = artifactType || (isRecord(config) ? config.mediaType : undefined);
  return {
    ...descriptor,
    ...(typeof type === 'string' ? { artifactType: type } : {}),
    ...(isRecord(annotations) ? { annotations: textsIn(annotations) } : {}),
  };
}
