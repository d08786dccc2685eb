import type { FileDocument } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import { LineIndex } from '../text/lines.ts';
import type { Range, Span } from '../text/span.ts';

const lineIndexes = new WeakMap<ManifestDocument, LineIndex>();

/** The line index of a document's text; remembered for as long as the document is. */
export function linesOf(document: ManifestDocument): LineIndex {
  let lines = lineIndexes.get(document);
  if (lines === undefined) {
    lines = new LineIndex(document.text);
    lineIndexes.set(document, lines);
  }
  return lines;
}

/** The range in the file of a span of one of its documents. */
export function rangeInFile(slice: FileDocument, span: Span): Range {
  return below(linesOf(slice.document).rangeOf(span), slice.line);
}

/** A range so many lines further down. */
export const below = ({ start, end }: Range, lines: number): Range => ({
  start: { line: start.line + lines, character: start.character },
  end: { line: end.line + lines, character: end.character },
});
