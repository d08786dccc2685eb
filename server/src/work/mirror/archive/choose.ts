import { canonical } from '../../../core/image/normal.ts';
import { parseReference } from '../../../core/image/parse.ts';
import { MirrorError } from '../model.ts';
import { listed, shown } from './words.ts';

/** One of the images in an archive. */
export interface Candidate {
  /** What it is also known by, and what tells it from others: its digest, or `@0` where that is not known. */
  readonly id: string;
  /** Names and tags that the archive gives it. */
  readonly names: readonly string[];
}

/**
 * Finds the image that is meant.
 * @param archive for people
 * @param reference an id, or a name as the archive has it or as people shorten it (`nginx` for
 * `docker.io/library/nginx:latest`); null for the only one
 * @throws MirrorError where there is none or more than one, listing what there is
 */
export function choose<T extends Candidate>(
  archive: string,
  candidates: readonly T[],
  reference: string | null,
): T {
  const names = [
    ...new Set(candidates.flatMap(({ id, names }) => (names.length === 0 ? [id] : names))),
  ].sort();
  const found = reference === null ? candidates : matching(candidates, reference);
  const [first] = found;
  if (candidates.length === 0) throw new MirrorError('source', `${archive} holds no image.`);
  if (first === undefined)
    throw new MirrorError(
      'source',
      `${archive} holds no image ${shown(reference ?? '')}. It holds ${listed(names)}.`,
    );
  const ids = [...new Set(found.map(({ id }) => id))];
  if (ids.length === 1) return first;
  throw new MirrorError(
    'source',
    reference === null
      ? `${archive} holds several images. Say which one, with oci:, oci-archive: or docker-archive: before the path and a colon and its name behind: ${listed(names)}.`
      : `${archive} holds several images that are called ${shown(reference)}. Give the full name or one of these: ${listed(ids)}.`,
  );
}

/** The first of these that is true of any image: its id, one of its names, a name that means the same. */
function matching<T extends Candidate>(candidates: readonly T[], reference: string): readonly T[] {
  const full = fullName(reference);
  const ways: readonly ((one: T) => boolean)[] = [
    ({ id }) => id === reference || `@${id}` === reference,
    ({ names }) => names.includes(reference),
    ({ names }) => full !== null && names.some((name) => fullName(name) === full),
  ];
  for (const way of ways) {
    const found = candidates.filter(way);
    if (found.length > 0) return found;
  }
  return [];
}

function fullName(text: string): string | null {
  const parsed = parseReference(text);
  return parsed.ok ? canonical(parsed.reference, { defaultTag: true }) : null;
}
