import type { FileDocument } from '../manifest/file.ts';
import { factsOf } from '../release/facts.ts';
import type { ImageUse, PartName, UsePart } from '../release/use.ts';
import { type ReleaseFile, releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { TextEdit } from '../text/edit.ts';
import type { Position, Range, Span } from '../text/span.ts';

/**
 * An image use with a caret in it, also where its text is only half there. It is found in the text with one letter
 * more, at the caret: `image:` and `repo:` alone say nothing that could be read.
 */
export interface TypedUse {
  readonly at: ReleaseFile;
  /** The document with the letter in it. */
  readonly slice: FileDocument;
  readonly use: ImageUse;
  /** The part that the caret is in, and its name. */
  readonly part: UsePart;
  readonly name: PartName;
  /** Offset of the letter in the part's text. */
  readonly caret: number;
  /** The range, in the file without the letter, of a part of the part's text that holds it. Null unless on one line. */
  rangeOf(span: Span): Range | null;
  /** What is to be written into that range to make the span be `text`; null where that cannot be done safely. */
  textFor(span: Span, text: string): string | null;
}

const letter = 'x';

/** What stands before a value and is not part of its text. */
const startsNode = /^["'&*!|>]/;

/** The image use that is being typed at a position; null where there is none. */
export function typedUseAt(snapshot: Snapshot, path: string, position: Position): TypedUse | null {
  const at = releaseFile(snapshot, path);
  if (at === null) return null;
  const offset = at.file.offsetAt(position);
  const caretPosition = at.file.positionAt(offset);
  const file = at.file.edit([{ range: { start: caretPosition, end: caretPosition }, text: letter }]);
  const slice = file.documentAt(offset);
  const here = offset - slice.offset;
  const spanOf = (part: UsePart, span: Span): Span => part.sourceOf(span);

  for (const use of factsOf(slice.document, at.role).uses)
    for (const [name, part] of Object.entries(use.parts) as [PartName, UsePart][]) {
      if (here < part.span.start || here >= part.span.end) continue;
      const caret = caretIn(part, here);
      if (caret === null || isBeside(part, caret)) continue;
      return {
        at,
        slice,
        use,
        part,
        name,
        caret,
        rangeOf(span) {
          const source = spanOf(part, span);
          const { start, end } = file.rangeOf({
            start: source.start + slice.offset,
            end: source.end + slice.offset,
          });
          if (start.line !== end.line || source.start > here || source.end <= here) return null;
          return { start, end: { line: end.line, character: end.character - letter.length } };
        },
        textFor: (span, text) =>
          within(slice.document.text, spanOf(part, span), part.replace(span, text), {
            isSame: part.text.slice(span.start, span.end) === text,
          }),
      };
    }
  return null;
}

/** Whether the letter stands beside the value, so that nothing of the value is typed. No name holds white space. */
function isBeside({ text, templates }: UsePart, caret: number): boolean {
  if (caret === 0 && startsNode.test(text.slice(letter.length))) return true;
  const bare = templates.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
  return /\s/.test(bare.trim());
}

/** Where the letter at `here` stands in the part's text; null where it is part of a template or not shown as it is. */
function caretIn(part: UsePart, here: number): number | null {
  const guess = here - part.span.start;
  const isThere = (at: number): boolean => {
    if (at < 0 || part.text[at] !== letter) return false;
    const { start, end } = part.sourceOf({ start: at, end: at + 1 });
    return start === here && end === here + 1;
  };
  let caret = isThere(guess) ? guess : -1;
  for (let at = 0; caret < 0 && at < part.text.length; at++) if (isThere(at)) caret = at;
  if (caret < 0 || part.templates.some(({ start, end }) => start <= caret && caret < end)) return null;
  return caret;
}

/** The text that a span has after edits; null where they reach out of it. */
function within(
  text: string,
  span: Span,
  edits: readonly TextEdit[] | null,
  { isSame }: { readonly isSame: boolean },
): string | null {
  if (edits === null) return isSame ? text.slice(span.start, span.end) : null;
  let out = '';
  let at = span.start;
  for (const edit of edits) {
    if (edit.span.start < at || edit.span.end > span.end) return null;
    out += text.slice(at, edit.span.start) + edit.newText;
    at = edit.span.end;
  }
  return out + text.slice(at, span.end);
}
