import { type Delimiter, kotsDelimiters } from '../gotemplate/scan.ts';
import { LineIndex } from '../text/lines.ts';
import type { Position, Range, Span } from '../text/span.ts';
import type { ManifestDocument } from './node.ts';
import { type ParseOptions, parseDocument } from './parse.ts';
import { boundaryHolds, mayCloseTemplates, type Piece, splitDocuments } from './split.ts';

/** A document and where in its file it stands. It always starts at the start of a line. */
export interface FileDocument {
  /** Parsed when first asked for; the same object in every version of the file in which its text did not change. */
  readonly document: ManifestDocument;
  /** Its text, unparsed; the same object for as long as the document is the same. */
  readonly source: { readonly text: string };
  /** Offset of the document's text in the file. */
  readonly offset: number;
  /** 0-based line on which it starts. */
  readonly line: number;
}

/** As in LSP: replaces the text of a range; without a range the whole text. */
export interface FileChange {
  readonly range?: Range;
  readonly text: string;
}

/**
 * The text of one file as documents, immutable. An edit gives a new file that shares all untouched documents with the
 * old one, at a cost that depends on the touched documents and, lightly, on how many there are.
 */
export class ManifestFile {
  readonly #chunks: readonly Chunk[];
  readonly #options: ParseOptions;
  #places: Places | null = null;
  #documents: readonly FileDocument[] | null = null;
  #text: string | null = null;

  private constructor(chunks: readonly Chunk[], options: ParseOptions) {
    this.#chunks = chunks;
    this.#options = options;
  }

  static of(text: string, options: ParseOptions = {}): ManifestFile {
    const pieces = splitDocuments(text, delimitersOf(options));
    const file = new ManifestFile(
      pieces.map((piece) => new Chunk(piece, options)),
      options,
    );
    file.#text = text;
    return file;
  }

  get text(): string {
    this.#text ??= this.#chunks.map((chunk) => chunk.text).join('');
    return this.#text;
  }

  get length(): number {
    return this.#at().offsets[this.#chunks.length] as number;
  }

  get lineCount(): number {
    return (this.#at().lines[this.#chunks.length] as number) + 1;
  }

  get documents(): readonly FileDocument[] {
    if (this.#documents === null) {
      const { offsets, lines } = this.#at();
      this.#documents = this.#chunks.map(
        (chunk, i) => new PlacedDocument(chunk, offsets[i] as number, lines[i] as number),
      );
    }
    return this.#documents;
  }

  /** The document that holds an offset; at a boundary the one that starts there. */
  documentAt(offset: number): FileDocument {
    return this.documents[this.#chunkAt(offset)] as FileDocument;
  }

  /** The position of an offset. Offsets outside the text are moved to its nearest end. */
  positionAt(offset: number): Position {
    const i = this.#chunkAt(offset);
    const { offsets, lines } = this.#at();
    const inside = (this.#chunks[i] as Chunk).index.positionAt(offset - (offsets[i] as number));
    return { line: inside.line + (lines[i] as number), character: inside.character };
  }

  /** The offset of a position. A character past the end of its line means the end of that line. */
  offsetAt(position: Position): number {
    const { offsets, lines } = this.#at();
    if (position.line < 0) return 0;
    const i = lastAtOrBefore(lines, this.#chunks.length, position.line);
    const line = position.line - (lines[i] as number);
    return (
      (offsets[i] as number) +
      (this.#chunks[i] as Chunk).index.offsetAt({ line, character: position.character })
    );
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }

  spanOf(range: Range): Span {
    return { start: this.offsetAt(range.start), end: this.offsetAt(range.end) };
  }

  /** The file after the changes; each speaks of the text that the one before it left. */
  edit(changes: readonly FileChange[]): ManifestFile {
    let file: ManifestFile = this;
    for (const change of changes) {
      if (change.range === undefined) file = file.#replaceSpan(0, file.length, change.text);
      else {
        const { start, end } = file.spanOf(change.range);
        file = file.#replaceSpan(Math.min(start, end), Math.max(start, end), change.text);
      }
    }
    return file;
  }

  #replaceSpan(start: number, end: number, text: string): ManifestFile {
    if (start === end && text === '') return this;
    const chunks = this.#chunks;
    const { offsets } = this.#at();
    let first = this.#chunkAt(start);
    let last = end === start ? first : this.#chunkAt(end - 1);
    let touched =
      (chunks[first] as Chunk).text.slice(0, start - (offsets[first] as number)) +
      text +
      (chunks[last] as Chunk).text.slice(end - (offsets[last] as number));

    const open = chunks.findIndex((chunk) => chunk.open !== 'no');
    if (open >= 0 && open < first && this.#reopens(open, first, touched)) {
      touched = joinTexts(chunks, open, first) + touched + joinTexts(chunks, last + 1, chunks.length);
      first = open;
      last = chunks.length - 1;
    }

    let pieces: readonly Piece[];
    for (;;) {
      pieces = splitDocuments(touched, delimitersOf(this.#options));
      if (last < chunks.length - 1 && pieces.some((piece) => piece.open === 'unclosed')) {
        if (anyCloses(chunks, last + 1)) {
          touched += joinTexts(chunks, last + 1, chunks.length);
          last = chunks.length - 1;
          continue;
        }
      }
      const next = chunks[last + 1];
      if (next !== undefined && !boundaryHolds((pieces[pieces.length - 1] as Piece).text, next.text)) {
        touched += next.text;
        last++;
        continue;
      }
      const previous = chunks[first - 1];
      if (previous !== undefined && !boundaryHolds(previous.text, (pieces[0] as Piece).text)) {
        touched = previous.text + touched;
        first--;
        continue;
      }
      break;
    }
    return new ManifestFile(this.#splice(first, last, pieces), this.#options);
  }

  /** Whether a changed text may matter to a template that was left open before it. */
  #reopens(open: number, until: number, touched: string): boolean {
    for (let i = open; i < until; i++) if ((this.#chunks[i] as Chunk).open === 'tangled') return true;
    return mayCloseTemplates(touched);
  }

  /** The chunks with some of them replaced; those whose text is the same stay the same objects. */
  #splice(first: number, last: number, pieces: readonly Piece[]): Chunk[] {
    const chunks = this.#chunks;
    const same = (at: number, piece: Piece | undefined): boolean => {
      const chunk = chunks[at] as Chunk;
      return piece !== undefined && chunk.open === piece.open && chunk.text === piece.text;
    };
    let head = 0;
    while (head < pieces.length && first + head <= last && same(first + head, pieces[head])) head++;
    let tail = 0;
    while (
      tail < pieces.length - head &&
      last - tail >= first + head &&
      same(last - tail, pieces[pieces.length - 1 - tail])
    )
      tail++;
    const fresh = pieces.slice(head, pieces.length - tail).map((piece) => new Chunk(piece, this.#options));
    return [...chunks.slice(0, first + head), ...fresh, ...chunks.slice(last + 1 - tail)];
  }

  #chunkAt(offset: number): number {
    return lastAtOrBefore(this.#at().offsets, this.#chunks.length, offset);
  }

  #at(): Places {
    this.#places ??= placesOf(this.#chunks);
    return this.#places;
  }
}

const delimitersOf = (options: ParseOptions): readonly Delimiter[] => options.delimiters ?? kotsDelimiters;

/** A document's text with what is worked out from it when first needed. */
class Chunk {
  readonly text: string;
  readonly open: Piece['open'];
  readonly lineBreaks: number;
  readonly #options: ParseOptions;
  #index: LineIndex | null = null;
  #document: ManifestDocument | null = null;

  constructor(piece: Piece, options: ParseOptions) {
    this.text = piece.text;
    this.open = piece.open;
    this.lineBreaks = countLineBreaks(piece.text);
    this.#options = options;
  }

  get index(): LineIndex {
    this.#index ??= new LineIndex(this.text);
    return this.#index;
  }

  get document(): ManifestDocument {
    this.#document ??= parseDocument(this.text, this.#options);
    return this.#document;
  }
}

class PlacedDocument implements FileDocument {
  readonly offset: number;
  readonly line: number;
  readonly #chunk: Chunk;

  constructor(chunk: Chunk, offset: number, line: number) {
    this.#chunk = chunk;
    this.offset = offset;
    this.line = line;
  }

  get document(): ManifestDocument {
    return this.#chunk.document;
  }

  get source(): { readonly text: string } {
    return this.#chunk;
  }
}

/** Where each chunk starts, and behind the last one the file's length and count of line breaks. */
interface Places {
  readonly offsets: Float64Array;
  readonly lines: Float64Array;
}

function placesOf(chunks: readonly Chunk[]): Places {
  const offsets = new Float64Array(chunks.length + 1);
  const lines = new Float64Array(chunks.length + 1);
  let offset = 0;
  let line = 0;
  for (let i = 0; i < chunks.length; i++) {
    const chunk = chunks[i] as Chunk;
    offset += chunk.text.length;
    line += chunk.lineBreaks;
    offsets[i + 1] = offset;
    lines[i + 1] = line;
  }
  return { offsets, lines };
}

/** The index of the last of the first `count` values that is not above `value`; they ascend. At least 0. */
function lastAtOrBefore(values: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return low;
}

function joinTexts(chunks: readonly Chunk[], from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += (chunks[i] as Chunk).text;
  return text;
}

function anyCloses(chunks: readonly Chunk[], from: number): boolean {
  for (let i = from; i < chunks.length; i++) if (mayCloseTemplates((chunks[i] as Chunk).text)) return true;
  return false;
}

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  if (!text.includes('\r')) return count;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1))
    if (text.charCodeAt(at + 1) !== 10) count++;
  return count;
}
