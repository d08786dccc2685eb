import type { TemplateSpan } from '../gotemplate/span.ts';

/** Where a template stands, as far as YAML is concerned. */
export type TemplatePlace =
  /** With nothing but other templates, white space, `- ` and a comment on its lines. */
  | 'own-line'
  /** The first thing of an unquoted value or key. */
  | 'value-start'
  /** Inside an unquoted value or key, behind some text of it. */
  | 'plain'
  | 'single'
  | 'double'
  | 'block-scalar'
  | 'comment'
  /** Behind a closed quote or flow collection. */
  | 'behind-value';

export interface MaskedTemplate {
  readonly span: TemplateSpan;
  readonly place: TemplatePlace;
  /** Whether it stands in `[…]` or `{…}`. */
  readonly flow: boolean;
  /** Whether blanks or a comment stand for it, so that no node of the tree holds it. */
  readonly blank: boolean;
  /** Whether it starts left of the content of the block scalar that it is in. */
  readonly outdented: boolean;
}

export interface Masked {
  /** As long as the text it was made from, with the same line ends, but that a lone `\r` has become `\n`. */
  readonly text: string;
  readonly templates: readonly MaskedTemplate[];
}

/**
 * Replaces every template by text of the same length that YAML can be parsed with: a word where the template gives
 * (part of) a value, blanks where it only steers. A lone `\r`, a line end to YAML and to LSP, becomes `\n`, since the
 * parser knows only `\n` and `\r\n`. Linear in the text's length.
 *
 * @param dropAlternatives blanks everything between an `else` and its `end` too: for texts whose alternatives
 * cannot stand beside each other.
 */
export function maskTemplates(
  text: string,
  templates: readonly TemplateSpan[],
  dropAlternatives = false,
): Masked {
  if (templates.length === 0) return { text: withoutLoneReturns(text), templates: [] };
  const masker = new Masker(text, templates, dropAlternatives);
  masker.run();
  let masked = masker.text();
  if (dropAlternatives) masked = blankAlternatives(masked, templates);
  return { text: withoutLoneReturns(masked), templates: masker.out };
}

function withoutLoneReturns(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
}

/** Blanks what stands between each `else` and its `end`, and the control actions themselves. */
function blankAlternatives(masked: string, templates: readonly TemplateSpan[]): string {
  const blanks: { start: number; end: number }[] = [];
  const open: { elseAt: number }[] = [];
  let outerElse = 0;
  for (const span of templates) {
    switch (span.keyword) {
      case 'if':
      case 'with':
      case 'range':
      case 'define':
      case 'block':
        open.push({ elseAt: -1 });
        break;
      case 'else': {
        const top = open[open.length - 1];
        if (top !== undefined && top.elseAt < 0) {
          top.elseAt = span.start;
          outerElse++;
        }
        break;
      }
      case 'end': {
        const top = open.pop();
        if (top !== undefined && top.elseAt >= 0 && --outerElse === 0)
          blanks.push({ start: top.elseAt, end: span.end });
        break;
      }
      default:
        break;
    }
  }
  let out = '';
  let at = 0;
  for (const blank of blanks) {
    out += masked.slice(at, blank.start) + masked.slice(blank.start, blank.end).replace(/[^\r\n]/g, ' ');
    at = blank.end;
  }
  return out + masked.slice(at);
}

type Mode = 'start' | 'plain' | 'behind-value' | 'single' | 'double' | 'comment';

/** What the lines below a line look like, for decisions that need to look ahead. */
interface LineModel {
  readonly start: number;
  /** Behind the last unit before the line break; breaks inside templates do not end a line. */
  readonly end: number;
  /** Columns of white space in front. */
  readonly indent: number;
  /** The first template that ends behind `start`, as index. */
  readonly first: number;
  readonly last: number;
  readonly kind: 'blank' | 'comment' | 'own' | 'content';
}

/**
 * Walks over the lines with just enough of YAML's lexical rules to know what each template stands in. It need not be
 * perfect: the parser's word is final, this only decides what it gets to see in place of a template.
 */
class Masker {
  readonly out: MaskedTemplate[] = [];
  readonly #text: string;
  readonly #templates: readonly TemplateSpan[];
  readonly #blankLeading: boolean;
  readonly #pieces: string[] = [];
  #copied = 0;

  #mode: Mode = 'start';
  #flowDepth = 0;
  /** The column of the key or dash that what follows belongs to. */
  #parentColumn = -1;
  /** Control actions that belong to ones on other lines. */
  #acrossLines: ReadonlySet<TemplateSpan> = new Set();
  /** Set while lines may belong to a block scalar. */
  #block: { parent: number; content: number } | null = null;
  /** Between the end of a block scalar and the next content, blanks would be taken for its text. */
  #behindBlock = false;
  /** The column of the parent of an unfinished plain value: deeper lines continue it. */
  #plainParent = Number.POSITIVE_INFINITY;
  /** How the last content line ended: with a key or dash that waits for its value, at this column. */
  #waiting = -1;

  /** @param blankLeading whether control actions in front of a value are blanked, so that its quotes count. */
  constructor(text: string, templates: readonly TemplateSpan[], blankLeading: boolean) {
    this.#text = text;
    this.#templates = templates;
    this.#blankLeading = blankLeading;
  }

  text(): string {
    return this.#pieces.join('') + this.#text.slice(this.#copied);
  }

  run(): void {
    const lines = modelLines(this.#text, this.#templates);
    const nextContent = nextContentIndents(lines);
    this.#acrossLines = acrossLines(lines, this.#templates);
    for (let i = 0; i < lines.length; i++) this.#line(lines[i] as LineModel, nextContent[i] as number);
  }

  #line(line: LineModel, nextIndent: number): void {
    if (this.#block !== null && isDocumentMarker(this.#text, line.start)) this.#endBlock();
    if (this.#block !== null && this.#blockLine(line, nextIndent, this.#block)) return;
    if (line.kind === 'blank') return;
    const quoted = this.#mode === 'single' || this.#mode === 'double';
    if (line.kind === 'own' && !quoted && this.#ownLine(line, nextIndent)) return;
    if (line.kind !== 'own') this.#behindBlock = false;
    this.#contentLine(line);
  }

  /** Whether the line belongs to the block scalar, and if so masks it. */
  #blockLine(line: LineModel, nextIndent: number, block: { parent: number; content: number }): boolean {
    if (line.kind === 'blank') return true;
    if (line.kind !== 'own') {
      if (line.indent < block.content || line.indent <= block.parent) {
        this.#endBlock();
        return false;
      }
      if (block.content < 0) block.content = line.indent;
    } else if (line.indent < block.content || line.indent <= block.parent || block.content < 0) {
      const goesOn = nextIndent > block.parent && (block.content < 0 || nextIndent >= block.content);
      const writes = this.#someOutput(line);
      if (block.content < 0) {
        if (writes && line.indent > block.parent) block.content = line.indent;
        else if (goesOn) block.content = nextIndent;
        else if (line.indent > block.parent) block.content = line.indent;
        else if (writes && this.#indents(line)) block.content = block.parent < 0 ? 0 : block.parent + 2;
      } else if (!goesOn && !(writes && this.#indents(line))) {
        this.#endBlock();
        return false;
      }
      if (block.content < 0) {
        this.#endBlock();
        return false;
      }
    }
    for (let i = line.first; i < line.last; i++)
      this.#emit(i, 'block-scalar', (from, to, column) =>
        this.#blockText(i, from, to, column, block.content),
      );
    return true;
  }

  #endBlock(): void {
    this.#block = null;
    this.#behindBlock = true;
  }

  /** A line of templates only, outside quotes and block scalars. False where it is better taken as content. */
  #ownLine(line: LineModel, nextIndent: number): boolean {
    const writes = this.#someOutput(line);
    const first = this.#templates[line.first] as TemplateSpan;
    const dash = /^[ \t]*-/.test(this.#text.slice(line.start, first.start));
    const waited = this.#waiting >= 0 && line.indent > this.#waiting && nextIndent <= this.#waiting;
    const continues = this.#flowDepth === 0 && line.indent > this.#plainParent;
    const value = writes && (this.#flowDepth > 0 || dash || continues || (waited && !this.#behindBlock));
    if (value && !this.#indents(line)) return false;
    for (let i = line.first; i < line.last; i++)
      this.#emit(
        i,
        value ? 'value-start' : 'own-line',
        (from, to) =>
          this.#behindBlock && i === line.first && !dash ? asComment(from, to) : ' '.repeat(to - from),
        true,
      );
    if (dash) {
      this.#behindBlock = false;
      this.#waiting = this.#parentColumn = this.#text.slice(line.start, first.start).lastIndexOf('-');
    }
    return true;
  }

  #someOutput(line: LineModel): boolean {
    for (let i = line.first; i < line.last; i++) {
      const keyword = (this.#templates[i] as TemplateSpan).keyword;
      if (keyword === null || keyword === 'template') return true;
    }
    return false;
  }

  /** Whether an action of the line lays out lines of its own, so that its column says nothing. */
  #indents(line: LineModel): boolean {
    for (let i = line.first; i < line.last; i++) {
      const span = this.#templates[i] as TemplateSpan;
      if (/\bn?indent\b/.test(this.#text.slice(span.start, span.end))) return true;
    }
    return false;
  }

  #contentLine(line: LineModel): void {
    const text = this.#text;
    let mode = this.#mode;
    let index = line.first;
    let tokenColumn = -1;
    if (mode !== 'single' && mode !== 'double') {
      const continues = this.#flowDepth === 0 && line.indent > this.#plainParent;
      mode = continues ? 'plain' : 'start';
      if (!continues && this.#flowDepth === 0 && line.kind !== 'comment') this.#waiting = -1;
      if (line.kind === 'comment') mode = 'comment';
    }
    let i = line.start;
    const behindMarker = isDocumentMarker(text, i);
    if (behindMarker) {
      mode = 'start';
      this.#plainParent = Number.POSITIVE_INFINITY;
      this.#flowDepth = 0;
      this.#parentColumn = this.#waiting = -1;
      i += 3;
    }
    const flowAtStart = this.#flowDepth > 0;
    while (i < line.end) {
      const template = index < line.last ? (this.#templates[index] as TemplateSpan) : undefined;
      if (template !== undefined && template.start <= i) {
        mode = mode === 'plain' && this.#trails(index, line) ? 'behind-value' : mode;
        mode = this.#inline(index, mode, behindMarker);
        if (mode === 'plain' && tokenColumn < 0) tokenColumn = i - line.start;
        index++;
        i = template.end;
        continue;
      }
      if (mode === 'comment') {
        i = template === undefined ? line.end : template.start;
        continue;
      }
      const unit = text.charCodeAt(i);
      switch (mode) {
        case 'double':
          if (unit === 92) i++;
          else if (unit === 34) mode = 'behind-value';
          i++;
          continue;
        case 'single':
          if (unit === 39) {
            if (text.charCodeAt(i + 1) === 39 && !(template !== undefined && template.start === i + 1)) i++;
            else mode = 'behind-value';
          }
          i++;
          continue;
        default:
          break;
      }
      if (unit === 32 || unit === 9 || (unit === 0xfeff && mode === 'start')) {
        i++;
        continue;
      }
      if (unit === 35 && (i === line.start || isWhite(text.charCodeAt(i - 1)))) {
        mode = 'comment';
        continue;
      }
      const inFlow = this.#flowDepth > 0;
      const nextWhite = i + 1 >= line.end || isWhite(text.charCodeAt(i + 1));
      if (
        unit === 58 &&
        (nextWhite || (inFlow && (mode === 'behind-value' || isFlowIndicator(text.charCodeAt(i + 1)))))
      ) {
        if (!inFlow && tokenColumn >= 0) this.#waiting = this.#parentColumn = tokenColumn;
        tokenColumn = -1;
        mode = 'start';
        i++;
        continue;
      }
      if (inFlow && isFlowIndicator(unit)) {
        if (unit === 91 || unit === 123) this.#flowDepth++;
        else if (unit !== 44) this.#flowDepth--;
        mode = unit === 93 || unit === 125 ? 'behind-value' : 'start';
        i++;
        continue;
      }
      if (mode !== 'start') {
        i++;
        continue;
      }
      switch (unit) {
        case 34:
        case 39:
          if (tokenColumn < 0) tokenColumn = i - line.start;
          mode = unit === 34 ? 'double' : 'single';
          i++;
          break;
        case 91:
        case 123:
          this.#flowDepth++;
          i++;
          break;
        case 45:
        case 63:
          if (nextWhite) {
            if (!inFlow) this.#waiting = this.#parentColumn = i - line.start;
          } else {
            tokenColumn = i - line.start;
            mode = 'plain';
          }
          i++;
          break;
        case 33:
        case 38:
        case 42: {
          const stop = template === undefined ? line.end : template.start;
          while (i < stop && !isWhite(text.charCodeAt(i)) && !(inFlow && isFlowIndicator(text.charCodeAt(i))))
            i++;
          if (unit === 42) mode = 'behind-value';
          break;
        }
        case 124:
        case 62:
          if (!inFlow && template === undefined && blockHeader.test(text.slice(i, line.end))) {
            const digit = /[1-9]/.exec(text.slice(i, Math.min(i + 3, line.end)));
            const parent = this.#parentColumn;
            const content = digit === null ? -1 : Math.max(0, parent) + Number(digit[0]);
            this.#block = { parent, content };
            this.#mode = 'start';
            this.#waiting = -1;
            this.#plainParent = Number.POSITIVE_INFINITY;
            return;
          }
          mode = 'plain';
          i++;
          break;
        default:
          tokenColumn = i - line.start;
          mode = 'plain';
          i++;
      }
    }
    if (line.kind !== 'comment') {
      const valueWaits = mode === 'start' || (mode === 'comment' && this.#waiting >= 0 && tokenColumn < 0);
      if (!valueWaits || this.#flowDepth > 0) this.#waiting = -1;
      const openPlain = mode === 'plain' && this.#flowDepth === 0;
      if (!openPlain) this.#plainParent = Number.POSITIVE_INFINITY;
      else if (!flowAtStart && this.#plainParent === Number.POSITIVE_INFINITY)
        this.#plainParent = this.#parentColumn;
    }
    this.#mode = mode === 'single' || mode === 'double' ? mode : 'start';
  }

  /** Whether behind a plain value only control actions of other lines follow, of which this is one. */
  #trails(index: number, line: LineModel): boolean {
    const text = this.#text;
    if (this.#flowDepth > 0 || !isWhite(text.charCodeAt((this.#templates[index] as TemplateSpan).start - 1)))
      return false;
    // More than a few of them are no mistake that anybody makes, but would be slow.
    if (line.last - index > 16) return false;
    for (let i = index; i < line.last; i++) {
      const template = this.#templates[i] as TemplateSpan;
      if (!this.#acrossLines.has(template)) return false;
      const next = i + 1 < line.last ? (this.#templates[i + 1] as TemplateSpan).start : line.end;
      if (!/^[ \t]*(?:#.*)?$/.test(text.slice(template.end, next))) return false;
    }
    return true;
  }

  /** Masks a template among other text of its line; gives the mode behind it. */
  #inline(index: number, mode: Mode, behindMarker: boolean): Mode {
    const { keyword } = this.#templates[index] as TemplateSpan;
    switch (mode) {
      case 'comment':
        this.#emit(index, 'comment', (from, to) => asComment(from, to), true);
        return mode;
      case 'behind-value':
        this.#emit(index, 'behind-value', (from, to) => ' '.repeat(to - from), true);
        return mode;
      case 'start':
        if (
          keyword === 'comment' ||
          keyword === 'assignment' ||
          (keyword !== null && (this.#blankLeading || behindMarker))
        ) {
          this.#emit(index, 'value-start', (from, to) => ' '.repeat(to - from), true);
          return mode;
        }
        this.#emit(index, 'value-start', (from, to) => this.#word(index, from, to));
        return 'plain';
      case 'plain':
        this.#emit(index, 'plain', (from, to) => this.#word(index, from, to));
        return mode;
      case 'single':
      case 'double':
        this.#emit(index, mode, (from, to) => this.#word(index, from, to));
        return mode;
    }
  }

  /** @param mask gives the text for a part of the template that lies on one line and starts at a column. */
  #emit(
    index: number,
    place: TemplatePlace,
    mask: (from: number, to: number, column: number) => string,
    blank = false,
  ): void {
    const span = this.#templates[index] as TemplateSpan;
    const text = this.#text;
    this.#pieces.push(text.slice(this.#copied, span.start));
    let from = span.start;
    let lineStart = from;
    while (lineStart > 0 && !isBreak(text.charCodeAt(lineStart - 1)) && from - lineStart < 1024) lineStart--;
    const firstColumn = from - lineStart;
    let column = firstColumn;
    for (let i = span.start; i <= span.end; i++) {
      if (i < span.end && !isBreak(text.charCodeAt(i))) continue;
      this.#pieces.push(mask(from, i, column));
      if (i < span.end) this.#pieces.push(text[i] as string);
      from = i + 1;
      column = 0;
    }
    this.#copied = span.end;
    const outdented = place === 'block-scalar' && firstColumn < (this.#block?.content ?? 0);
    this.out.push({ span, place, flow: this.#flowDepth > 0, blank, outdented });
  }

  /** A word on the first line of the template, unique in the document, and blanks below it. */
  #word(index: number, from: number, to: number): string {
    if (from !== (this.#templates[index] as TemplateSpan).start) return ' '.repeat(to - from);
    return `T${index.toString(36)}_`.slice(0, to - from).padEnd(to - from, 'x');
  }

  /** The same, but nowhere left of the block scalar's content. */
  #blockText(index: number, from: number, to: number, column: number, content: number): string {
    const pad = Math.min(Math.max(0, content - column), to - from);
    const word = `T${index.toString(36)}_`.slice(0, to - from - pad);
    return ' '.repeat(pad) + word.padEnd(to - from - pad, 'x');
  }
}

const blockHeader = /^[|>][-+0-9]{0,2}(?:[ \t]+#.*|[ \t]*)$/;

/** From its start or, on the template's further lines, from the line's. */
const asComment = (from: number, to: number): string => (to === from ? '' : '#'.padEnd(to - from, 'x'));

const isWhite = (unit: number): boolean => unit === 32 || unit === 9 || unit === 10 || unit === 13;
const isBreak = (unit: number): boolean => unit === 10 || unit === 13;
const isFlowIndicator = (unit: number): boolean =>
  unit === 44 || unit === 91 || unit === 93 || unit === 123 || unit === 125;

function isDocumentMarker(text: string, lineStart: number): boolean {
  if (!text.startsWith('---', lineStart) && !text.startsWith('...', lineStart)) return false;
  const behind = text.charCodeAt(lineStart + 3);
  return Number.isNaN(behind) || isWhite(behind);
}

function modelLines(text: string, templates: readonly TemplateSpan[]): LineModel[] {
  const lines: LineModel[] = [];
  let start = 0;
  let first = 0;
  while (start <= text.length) {
    let end = start;
    let last = first;
    // Find the line's end, jumping over templates.
    for (;;) {
      const template = templates[last];
      const stop = template === undefined ? text.length : template.start;
      while (end < stop && !isBreak(text.charCodeAt(end))) end++;
      if (template === undefined || end < stop) break;
      end = template.end;
      last++;
    }
    lines.push(modelLine(text, templates, start, end, first, last));
    first = last;
    if (end >= text.length) break;
    start = text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
  }
  return lines;
}

function modelLine(
  text: string,
  templates: readonly TemplateSpan[],
  start: number,
  end: number,
  first: number,
  last: number,
): LineModel {
  let at = start;
  // A byte order mark in front of the text takes no column.
  if (start === 0 && text.charCodeAt(0) === 0xfeff) at++;
  const indentFrom = at;
  while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  const indent = at - indentFrom;
  if (first === last) {
    const kind = at === end ? 'blank' : text.charCodeAt(at) === 35 ? 'comment' : 'content';
    return { start, end, indent, first, last, kind };
  }
  if (text.charCodeAt(at) === 35 && at < (templates[first] as TemplateSpan).start)
    return { start, end, indent, first, last, kind: 'comment' };
  let kind: LineModel['kind'] = 'own';
  let index = first;
  while (at < end) {
    const template = index < last ? (templates[index] as TemplateSpan) : undefined;
    if (template !== undefined && template.start <= at) {
      at = template.end;
      index++;
      continue;
    }
    const unit = text.charCodeAt(at);
    const white = unit === 32 || unit === 9;
    const dash = unit === 45 && index === first && isWhite(text.charCodeAt(at + 1));
    if (!white && !dash) {
      const comment = unit === 35 && isWhite(text.charCodeAt(at - 1));
      if (!(comment && index === last)) kind = 'content';
      break;
    }
    at++;
  }
  return { start, end, indent, first, last, kind };
}

/** The control actions that begin, part or end what does not lie on one line. */
function acrossLines(lines: readonly LineModel[], templates: readonly TemplateSpan[]): Set<TemplateSpan> {
  const found = new Set<TemplateSpan>();
  const open = new Map<
    TemplateSpan['delimiter'],
    { line: LineModel; members: TemplateSpan[]; across: boolean }[]
  >();
  for (const line of lines)
    for (let i = line.first; i < line.last; i++) {
      const template = templates[i] as TemplateSpan;
      const { keyword, delimiter } = template;
      if (keyword === null || !structural.has(keyword)) continue;
      const stack = open.get(delimiter) ?? [];
      open.set(delimiter, stack);
      if (keyword !== 'else' && keyword !== 'end') {
        stack.push({ line, members: [template], across: false });
        continue;
      }
      const block = stack[stack.length - 1];
      if (block === undefined) continue;
      block.members.push(template);
      if (block.line !== line) block.across = true;
      if (keyword === 'end') {
        stack.pop();
        if (block.across) for (const member of block.members) found.add(member);
      }
    }
  return found;
}

const structural: ReadonlySet<string> = new Set(['if', 'else', 'end', 'range', 'with', 'define', 'block']);

/** For each line the indent of the next one that has content of its own; -1 behind the last. */
function nextContentIndents(lines: readonly LineModel[]): Int32Array {
  const out = new Int32Array(lines.length).fill(-1);
  let indent = -1;
  for (let i = lines.length - 1; i >= 0; i--) {
    out[i] = indent;
    const line = lines[i] as LineModel;
    if (line.kind === 'content') indent = line.indent;
  }
  return out;
}
