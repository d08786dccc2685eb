import { familiar } from '../image/normal.ts';
import type { ImageName } from '../knowledge/knowledge.ts';
import type { FileDocument } from '../manifest/file.ts';
import { innermost, type ReadUse, readUses } from '../release/reading.ts';
import { editsOf, type Rewrite } from '../release/rewrite.ts';
import { mainPart } from '../release/use.ts';
import { type ReleaseFile, releaseFile, type Snapshot } from '../session/snapshot.ts';
import { applyEdits, minimalEdit, type TextEdit } from '../text/edit.ts';
import { type Position, type Range, type Span, touches } from '../text/span.ts';
import { rangeInFile } from './document-lines.ts';
import { typedUseAt } from './typing.ts';

/** A text to be put into a file. */
export interface InsertionEdit {
  readonly range: Range;
  readonly newText: string;
}

/**
 * The edits that put an image where the caret is: in the place of the image that is named there, in all keys that name
 * it and through the proxy where it went through that; as the value of a key that has none; else as text. Null where
 * the image that is named there cannot be replaced safely.
 */
export function insertionAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  image: ImageName,
): InsertionEdit[] | null {
  const at = releaseFile(snapshot, path);
  const there = at && useAt(at, position);
  if (at !== null && there !== null) {
    const edits = replacing(there.read, image);
    return edits?.map(({ span, newText }) => ({ range: rangeInFile(there.slice, span), newText })) ?? null;
  }
  return typedInsertion(snapshot, path, position, image) ?? [plainly(position, image)];
}

const plainly = (position: Position, image: ImageName): InsertionEdit => ({
  range: { start: position, end: position },
  newText: familiar({ domain: image.host, path: image.repository, tag: image.tag, digest: image.digest }),
});

function useAt(at: ReleaseFile, position: Position): { slice: FileDocument; read: ReadUse } | null {
  const offset = at.file.offsetAt(position);
  const slice = at.file.documentAt(offset);
  const { text } = slice.document;
  const read = readUses(slice.document, at.role, at.release.context).find(({ use }) =>
    Object.values(use.parts).some(({ span }) => touches(withQuotes(span, text), offset - slice.offset)),
  );
  return read === undefined ? null : { slice, read };
}

function withQuotes({ start, end }: Span, text: string): Span {
  const quote = text[start - 1];
  const isQuoted = (quote === '"' || quote === "'") && text[end] === quote;
  return isQuoted ? { start: start - 1, end: end + 1 } : { start, end };
}

/** For a key without a value, which is an image only once something stands there. */
function typedInsertion(
  snapshot: Snapshot,
  path: string,
  position: Position,
  image: ImageName,
): InsertionEdit[] | null {
  const typed = typedUseAt(snapshot, path, position);
  if (typed === null) return null;
  const { slice, use, at } = typed;
  const read = readUses(slice.document, at.role, at.release.context).find(
    (each) => each.use.field === use.field,
  );
  const edits = read === undefined ? null : replacing(read, image);
  if (edits === null) return null;
  const before = at.file.documentAt(at.file.offsetAt(position));
  const edit = minimalEdit(before.document.text, applyEdits(slice.document.text, edits), 0);
  return edit === null ? [] : [{ range: rangeInFile(before, edit.span), newText: edit.newText }];
}

/** The edits, in the document's offsets, that make a use name an image and nothing else of it change. */
function replacing(read: ReadUse, { host, repository, tag, digest }: ImageName): TextEdit[] | null {
  const { use, reference, peeled } = read;
  const proxied = peeled === null ? null : innermost(peeled);
  const way =
    reference !== null && proxied?.upstream
      ? reference.text.slice(reference.spans.path.start, proxied.upstreamSpan.start)
      : null;
  const rewrite: Rewrite = {
    repository:
      way === null || !reference?.domain
        ? { host, path: repository }
        : { host: reference.domain, path: `${way}${host}/${repository}` },
    tag,
    digest,
  };
  const edits = editsOf(read, rewrite);
  if (edits !== null || use.shape !== 'image') return edits;
  // What stands there is no image name, so nothing of it is kept.
  const main = mainPart(use);
  const { newText } = plainly({ line: 0, character: 0 }, { host, repository, tag, digest });
  const edit = minimalEdit(main.text, newText, 0);
  return edit === null ? [] : main.replace(edit.span, edit.newText);
}
