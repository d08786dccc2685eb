import type { TemplateSpan } from '../gotemplate/span.ts';
import type { Span } from '../text/span.ts';
import type { YamlScalar } from './node.ts';

/** A scalar's text and where each part of it comes from. */
export interface DecodedScalar {
  readonly text: string;
  /** The templates inside, with offsets into `text`. */
  readonly templates: readonly TemplateSpan[];
  /** @see YamlScalar.sourceOf */
  sourceOf(part: Span): Span;
}

export interface ScalarSource {
  readonly style: YamlScalar['style'];
  /** The document. */
  readonly source: string;
  /** The document with its templates masked; as long as `source`. */
  readonly masked: string;
  /** Without quotes; for a block scalar from behind its header's line end. */
  readonly content: Span;
  /** The document's templates that lie in `content`, in order. */
  readonly templates: readonly TemplateSpan[];
  /** For block scalars: how many columns are cut off each line, and what happens to the line ends at its end. */
  readonly indent: number;
  readonly chomp: '' | '-' | '+';
}

/**
 * Decodes a scalar as YAML 1.2 has it (chapters 7.3 and 8.1), taking over templates as they stand, with a map back
 * to the source. Templates count as words: line ends and quotes inside them mean nothing.
 */
export function decodeScalar(scalar: ScalarSource): DecodedScalar {
  const out = new MappedText(scalar.source);
  switch (scalar.style) {
    case 'plain':
    case 'single':
      decodeFolded(scalar, out);
      break;
    case 'double':
      decodeDouble(scalar, out);
      break;
    case 'literal':
    case 'folded':
      decodeBlock(scalar, out);
      break;
  }
  return out;
}

/** Text that is put together from pieces of a source, which remembers where they came from. */
class MappedText implements DecodedScalar {
  text = '';
  readonly templates: TemplateSpan[] = [];
  readonly #source: string;
  /** Per piece: offset in text, start and end in the source, and 1 where it was taken over unit by unit. */
  readonly #pieces: number[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  /** Takes over a part of the source as it is. */
  copy(start: number, end: number): void {
    if (start >= end) return;
    const pieces = this.#pieces;
    const last = pieces.length - 4;
    if (last >= 0 && pieces[last + 3] === 1 && pieces[last + 2] === start) pieces[last + 2] = end;
    else pieces.push(this.text.length, start, end, 1);
    this.text += this.#source.slice(start, end);
  }

  /** Takes over a template. */
  template(span: TemplateSpan): void {
    const at = this.text.length;
    this.copy(span.start, span.end);
    this.templates.push({ ...span, start: at, end: this.text.length });
  }

  /** Writes `text` for a part of the source that stands for it as a whole. */
  put(text: string, start: number, end: number): void {
    if (text === '' && start === end) return;
    this.#pieces.push(this.text.length, start, end, 0);
    this.text += text;
  }

  sourceOf(part: Span): Span {
    const { length } = this.text;
    const from = Math.max(0, Math.min(part.start, length));
    const to = Math.max(from, Math.min(part.end, length));
    const start = this.#startOf(from);
    if (from < to) return { start, end: this.#endOf(to) };
    // Between two units that one escape or line fold stands for there is no place; behind it there is.
    const place = this.#splitsPiece(from) ? this.#endOf(from) : start;
    return { start: place, end: place };
  }

  #splitsPiece(offset: number): boolean {
    const at = this.#find(offset);
    return this.#pieces[at + 3] === 0 && offset > (this.#pieces[at] as number);
  }

  #startOf(offset: number): number {
    const pieces = this.#pieces;
    if (pieces.length === 0) return 0;
    const at = this.#find(offset);
    const start = pieces[at + 1] as number;
    const end = pieces[at + 2] as number;
    if (pieces[at + 3] === 1) return Math.min(end, start + offset - (pieces[at] as number));
    return offset > (pieces[at] as number) && offset >= this.text.length ? end : start;
  }

  #endOf(offset: number): number {
    const pieces = this.#pieces;
    if (pieces.length === 0) return 0;
    const at = this.#find(offset - 1);
    if (pieces[at + 3] === 1) return (pieces[at + 1] as number) + offset - (pieces[at] as number);
    return pieces[at + 2] as number;
  }

  /** The last piece that starts at or before an offset and is not empty there. */
  #find(offset: number): number {
    const pieces = this.#pieces;
    let low = 0;
    let high = pieces.length / 4;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((pieces[middle * 4] as number) <= offset) low = middle;
      else high = middle;
    }
    return low * 4;
  }
}

const isBlank = (unit: number): boolean => unit === 32 || unit === 9;
const isBreak = (unit: number): boolean => unit === 10 || unit === 13;

/** Behind the line break at `at`. */
const behindBreak = (text: string, at: number): number =>
  text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;

/** Walks over the templates of a scalar in step with an offset. */
class TemplateCursor {
  readonly #templates: readonly TemplateSpan[];
  #next = 0;

  constructor(templates: readonly TemplateSpan[]) {
    this.#templates = templates;
  }

  /** The template that starts at `offset`, if one does. Offsets must not go back. */
  at(offset: number): TemplateSpan | undefined {
    let span = this.#templates[this.#next];
    while (span !== undefined && span.start < offset) span = this.#templates[++this.#next];
    return span !== undefined && span.start === offset ? span : undefined;
  }
}

/** Plain and single-quoted: line ends with the blanks around them fold to a space, empty lines to line feeds. */
function decodeFolded({ source, style, content, templates }: ScalarSource, out: MappedText): void {
  const cursor = new TemplateCursor(templates);
  let i = content.start;
  let from = i;
  while (i < content.end) {
    const template = cursor.at(i);
    if (template !== undefined) {
      out.copy(from, i);
      out.template(template);
      from = i = template.end;
      continue;
    }
    const unit = source.charCodeAt(i);
    if (isBlank(unit) || isBreak(unit)) {
      const fold = foldAt(source, i, content.end);
      if (fold === null) {
        i++;
        continue;
      }
      out.copy(from, i);
      out.put(fold.text, i, fold.end);
      from = i = fold.end;
    } else if (unit === 39 && style === 'single' && source.charCodeAt(i + 1) === 39 && i + 1 < content.end) {
      out.copy(from, i);
      out.put("'", i, i + 2);
      from = i = i + 2;
    } else i++;
  }
  out.copy(from, content.end);
}

/** The line fold that starts at `at` with blanks or a break; null where the blanks lead to no break. */
function foldAt(source: string, at: number, limit: number): { text: string; end: number } | null {
  let i = at;
  while (i < limit && isBlank(source.charCodeAt(i))) i++;
  if (i >= limit || !isBreak(source.charCodeAt(i))) return null;
  let breaks = 0;
  let end = i;
  while (i < limit) {
    const unit = source.charCodeAt(i);
    if (isBreak(unit)) {
      breaks++;
      i = behindBreak(source, i);
      end = i;
    } else if (isBlank(unit)) i++;
    else break;
  }
  // Blanks in front of the next line's text belong to the fold; so do those in front of a closing quote.
  end = i;
  return { text: breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), end };
}

const escapes: ReadonlyMap<number, string> = new Map(
  Object.entries({
    '0': '\0',
    a: '\x07',
    b: '\b',
    e: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    N: '\u0085',
    _: '\u00a0',
    L: '\u2028',
    P: '\u2029',
    ' ': ' ',
    '"': '"',
    '/': '/',
    '\\': '\\',
    '\t': '\t',
  }).map(([key, text]) => [key.charCodeAt(0), text]),
);

const hexLength: ReadonlyMap<number, number> = new Map([
  [120, 2],
  [117, 4],
  [85, 8],
]);

function decodeDouble({ source, content, templates }: ScalarSource, out: MappedText): void {
  const cursor = new TemplateCursor(templates);
  let i = content.start;
  let from = i;
  while (i < content.end) {
    const template = cursor.at(i);
    if (template !== undefined) {
      out.copy(from, i);
      out.template(template);
      from = i = template.end;
      continue;
    }
    const unit = source.charCodeAt(i);
    if (isBlank(unit) || isBreak(unit)) {
      const fold = foldAt(source, i, content.end);
      if (fold === null) {
        i++;
        continue;
      }
      out.copy(from, i);
      out.put(fold.text, i, fold.end);
      from = i = fold.end;
    } else if (unit === 92) {
      out.copy(from, i);
      const end = escapeEnd(source, i, content.end);
      out.put(escaped(source, i, end), i, end);
      from = i = end;
    } else i++;
  }
  out.copy(from, content.end);
}

/** Behind the escape sequence that starts with the backslash at `at`. */
function escapeEnd(source: string, at: number, limit: number): number {
  const unit = source.charCodeAt(at + 1);
  if (isBreak(unit)) {
    let i = behindBreak(source, at + 1);
    while (i < limit && isBlank(source.charCodeAt(i))) i++;
    return Math.min(i, limit);
  }
  return Math.min(limit, at + 2 + (hexLength.get(unit) ?? 0));
}

function escaped(source: string, at: number, end: number): string {
  const unit = source.charCodeAt(at + 1);
  if (isBreak(unit)) return '';
  const plain = escapes.get(unit);
  if (plain !== undefined) return plain;
  const digits = source.slice(at + 2, end);
  const expected = hexLength.get(unit);
  const code = expected === digits.length && /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : -1;
  // An escape that says nothing is taken as it stands; the parser reports it.
  return code < 0 || code > 0x10ffff ? source.slice(at, end) : String.fromCodePoint(code);
}

interface BlockLine {
  readonly start: number;
  /** Behind the indentation, in the masked text. */
  readonly text: number;
  readonly end: number;
  readonly next: number;
}

function blockLines({ masked, content, templates }: ScalarSource): BlockLine[] {
  const lines: BlockLine[] = [];
  const cursor = new TemplateCursor(templates);
  let start = content.start;
  while (start < content.end) {
    let text = start;
    while (text < content.end && masked.charCodeAt(text) === 32) text++;
    let end = start;
    while (end < content.end) {
      const template = cursor.at(end);
      if (template !== undefined && template.end > end) end = template.end;
      else if (isBreak(masked.charCodeAt(end))) break;
      else end++;
    }
    end = Math.min(end, content.end);
    const next = end < content.end ? behindBreak(masked, end) : end;
    lines.push({ start, text: Math.min(text, end), end, next });
    start = next;
  }
  return lines;
}

/** Literal and folded. Follows how the parser treats unusual cases, so that both agree on every text. */
function decodeBlock(scalar: ScalarSource, out: MappedText): void {
  const { source, style, indent, chomp } = scalar;
  const lines = blockLines(scalar);
  const cursor = new TemplateCursor(scalar.templates);
  const isEmpty = (line: BlockLine): boolean => line.text === line.end;
  let used = lines.length;
  while (used > 0 && isEmpty(lines[used - 1] as BlockLine)) used--;
  if (used === 0) {
    if (chomp === '+')
      for (const line of lines) if (line.next > line.end) out.put('\n', line.start, line.next);
    return;
  }
  // Blank lines deeper than the content are content.
  for (let i = lines.length - 1; i >= used; i--) {
    const line = lines[i] as BlockLine;
    if (line.text - line.start > indent) used = i + 1;
  }
  const copyLine = (line: BlockLine): void => {
    // A template may start left of the content; it is kept whole.
    let from = line.start;
    for (let cut = 0; cut < indent && source.charCodeAt(from) === 32 && from < line.end; cut++) from++;
    let i = from;
    while (i < line.end) {
      const template = cursor.at(i);
      if (template === undefined) {
        i++;
        continue;
      }
      out.copy(from, i);
      out.template(template);
      from = i = template.end;
    }
    out.copy(from, line.end);
  };

  let first = 0;
  while (isEmpty(lines[first] as BlockLine)) {
    const line = lines[first] as BlockLine;
    out.copy(Math.min(line.end, line.start + indent), line.end);
    out.put('\n', line.end, line.next);
    first++;
  }
  let separator = '';
  let separatorFrom = (lines[first] as BlockLine).start;
  let deeperBefore = false;
  for (let i = first; i < used; i++) {
    const line = lines[i] as BlockLine;
    const write = (by: string): void => {
      if (by !== '') out.put(by, separatorFrom, line.start);
      copyLine(line);
      separatorFrom = line.end;
    };
    const width = line.text - line.start;
    if (style === 'literal') {
      write(separator);
      separator = '\n';
    } else if (width > indent || source.charCodeAt(line.text) === 9) {
      if (separator === ' ') separator = '\n';
      else if (!deeperBefore && /^\n+$/.test(separator) && separator.length === 1) separator = '\n\n';
      write(separator);
      separator = '\n';
      deeperBefore = true;
    } else if (isEmpty(line)) {
      if (separator === '\n') {
        out.put('\n', separatorFrom, line.start);
        separatorFrom = line.start;
      } else separator = '\n';
    } else {
      write(separator);
      separator = ' ';
      deeperBefore = false;
    }
  }
  // The line end of the last line is kept, if it has one: at the end of a text it may not.
  let at = (lines[used - 1] as BlockLine).end;
  const kept = chomp === '+' ? lines.length : chomp === '-' ? 0 : used;
  for (let i = used - 1; i < kept; i++) {
    const line = lines[i] as BlockLine;
    if (line.next === line.end) break;
    out.put('\n', at, line.next);
    at = line.next;
  }
}
