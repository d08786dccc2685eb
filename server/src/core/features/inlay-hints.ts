import { type ReadUse, readUses } from '../release/reading.ts';
import { mainPart, type UsePart } from '../release/use.ts';
import { releaseFile, type Snapshot } from '../session/snapshot.ts';
import { overlaps, type Position, type Range } from '../text/span.ts';
import { rangeInFile } from './document-lines.ts';
import { longAgo } from './figures.ts';

/** A few words behind an image use. */
export interface InlayHint {
  readonly position: Position;
  /** `sha256:1234567 · pushed 3 days ago`, or as much as is known. */
  readonly label: string;
  /** The whole digest. */
  readonly tooltip: string;
}

/** How much of a digest tells images apart for people: as much as of a commit. */
const shortDigest = 'sha256:'.length + 7;

/**
 * What stands behind each image use of a range, where that is known to exist: its digest, unless it is written there
 * anyway, and when it was pushed.
 * @param now milliseconds since the epoch, for the age
 */
export function inlayHintsIn(snapshot: Snapshot, path: string, range: Range, now: number): InlayHint[] {
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  const wanted = at.file.spanOf(range);
  return at.file.documents.flatMap((slice) => {
    const { document, offset } = slice;
    const reach = { start: offset, end: offset + slice.source.text.length + 1 };
    if (!overlaps(reach, { start: wanted.start, end: wanted.end + 1 })) return [];
    return readUses(document, at.role, at.release.context).flatMap((read): InlayHint[] => {
      const end = endOf(read, document.text);
      if (end + offset < wanted.start || end + offset > wanted.end) return [];
      const said = wordsFor(read, snapshot, now);
      if (said === null) return [];
      return [{ position: rangeInFile(slice, { start: end, end }).start, ...said }];
    });
  });
}

/** Behind the part that says which image of a repository is meant, and its closing quote. */
function endOf({ use }: ReadUse, text: string): number {
  const filled = (part: UsePart | undefined): part is UsePart => part !== undefined && part.text !== '';
  const { tag, digest } = use.parts;
  const { span } = filled(digest) ? digest : filled(tag) ? tag : mainPart(use);
  const before = text[span.start - 1];
  const quoted = (before === '"' || before === "'") && text[span.end] === before;
  return quoted ? span.end + 1 : span.end;
}

function wordsFor(
  { image, use }: ReadUse,
  { knowledge }: Snapshot,
  now: number,
): { label: string; tooltip: string } | null {
  const verdict = image === null ? null : knowledge.verdict(image);
  if (image === null || verdict?.status !== 'exists' || verdict.digest === null) return null;
  const { digest } = verdict;
  const at = verdict.facts?.pushedAt ?? pushedAt(knowledge.tags(image)?.details, image.tag);
  const label = [
    use.written.includes(digest) ? '' : digest.slice(0, shortDigest),
    at === undefined ? '' : `pushed ${longAgo(now - at)}`,
  ].filter((part) => part !== '');
  return label.length === 0 ? null : { label: label.join(' · '), tooltip: digest };
}

const pushedAt = (
  details: Readonly<Record<string, { readonly at?: number }>> | undefined,
  tag: string | null,
): number | undefined =>
  details !== undefined && tag !== null && Object.hasOwn(details, tag) ? details[tag]?.at : undefined;
