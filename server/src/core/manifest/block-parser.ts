import type { Span } from '../text/span.ts';
import { coreValue } from './core-schema.ts';
import { type Branches, duplicateKeys } from './duplicate-keys.ts';
import { maxDepth } from './limit-depth.ts';
import type { SyntaxProblem, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSequence } from './node.ts';
import type { ScalarFactory } from './scalar-factory.ts';
import { decodeScalar } from './scalar-text.ts';

/** What stands for "this needs the whole of YAML". */
export const unsure = Symbol('unsure');

/**
 * A fast parser for what nearly all manifests are made of: block maps and sequences, scalars in every style that
 * fit on a line or in a block, and small flow collections. It gives exactly the tree that the full parser gives (a
 * test holds it to that), or `unsure` at the first sight of anything else: tags, anchors, tabs, scalars over lines,
 * complex keys, and everything that could be a mistake. It never reports a mistake itself, but for duplicate keys.
 */
export function parseBlocks(
  factory: ScalarFactory,
  branches: () => Branches,
  report: (problem: SyntaxProblem) => void,
): YamlNode | typeof unsure {
  const parser = new BlockParser(factory, branches);
  const root = parser.document();
  if (root === unsure) return unsure;
  for (const problem of parser.duplicates) report(problem);
  return root;
}

enum Unit {
  Tab = 9,
  LineFeed = 10,
  Return = 13,
  Space = 32,
  DoubleQuote = 34,
  Hash = 35,
  Percent = 37,
  SingleQuote = 39,
  Comma = 44,
  Dash = 45,
  Dot = 46,
  Colon = 58,
  GreaterThan = 62,
  OpenBracket = 91,
  Backslash = 92,
  CloseBracket = 93,
  OpenBrace = 123,
  Bar = 124,
  CloseBrace = 125,
}

/** A longer key may not be an implicit one; the full parser knows the exact rule. */
const maxKey = 1000;

// Arrays that grew hold room for more; the trees of a large file live long, so they get copies that fit.

class BlockParser {
  readonly duplicates: SyntaxProblem[] = [];
  readonly #factory: ScalarFactory;
  readonly #branches: () => Branches;
  readonly #source: string;
  readonly #text: string;

  /** The line that is to be read next, if `#indent` is not -1: it has content, and where that starts. */
  #lineStart = 0;
  #at = 0;
  #lineEnd = 0;
  #indent = -1;

  constructor(factory: ScalarFactory, branches: () => Branches) {
    this.#factory = factory;
    this.#branches = branches;
    this.#source = factory.source.text;
    this.#text = factory.source.masked;
  }

  document(): YamlNode | typeof unsure {
    if (this.#text.includes('\ufeff')) return unsure;
    let start = 0;
    if (!this.#line(start)) return unsure;
    if (this.#indent === 0 && this.#isMarker()) {
      if (this.#text.charCodeAt(this.#at) !== Unit.Dash) return unsure;
      if (!this.#endsAt(this.#at + 3)) return unsure;
      start = this.#lineEnd;
      if (!this.#nextLine()) return unsure;
    }
    if (this.#indent < 0 || this.#text.charCodeAt(this.#at) === Unit.Percent) return unsure;
    const root = this.#block(this.#indent, 0);
    return root === null || this.#indent >= 0 ? unsure : root;
  }

  /** Moves on to the next line with content, or to none. False if it is one that is not for this parser. */
  #nextLine(): boolean {
    let at = this.#lineEnd;
    if (this.#text.charCodeAt(at) === Unit.Return) at++;
    return this.#line(at + 1);
  }

  #line(from: number): boolean {
    const text = this.#text;
    let start = from;
    while (start < text.length) {
      let at = start;
      while (text.charCodeAt(at) === Unit.Space) at++;
      const unit = text.charCodeAt(at);
      if (unit === Unit.LineFeed) {
        start = at + 1;
        continue;
      }
      if (unit === Unit.Tab) return false;
      let end = text.indexOf('\n', at);
      if (end < 0) end = text.length;
      const next = end + 1;
      if (text.charCodeAt(end - 1) === Unit.Return && end > at) end--;
      if (at >= end || unit === Unit.Hash) {
        start = next;
        continue;
      }
      this.#lineStart = start;
      this.#at = at;
      this.#lineEnd = end;
      this.#indent = at - start;
      return this.#indent > 0 || start === 0 || !this.#isMarker();
    }
    this.#lineStart = this.#at = this.#lineEnd = text.length;
    this.#indent = -1;
    return true;
  }

  #isMarker(): boolean {
    const unit = this.#text.charCodeAt(this.#at);
    return (
      (unit === Unit.Dash || unit === Unit.Dot) &&
      this.#text.charCodeAt(this.#at + 1) === unit &&
      this.#text.charCodeAt(this.#at + 2) === unit
    );
  }

  /** Whether only blanks and a comment stand between an offset and the line's end. */
  #endsAt(offset: number): boolean {
    const text = this.#text;
    let at = offset;
    while (at < this.#lineEnd && text.charCodeAt(at) === Unit.Space) at++;
    return at >= this.#lineEnd || (text.charCodeAt(at) === Unit.Hash && at > offset);
  }

  /** The map or sequence whose first entry stands at `#at`, in this column. Leaves the line behind it. */
  #block(column: number, depth: number): YamlMap | YamlSequence | null {
    if (depth >= maxDepth - 1) return null;
    return this.#startsItem() ? this.#sequence(column, depth) : this.#map(column, depth);
  }

  #startsItem(): boolean {
    if (this.#text.charCodeAt(this.#at) !== Unit.Dash) return false;
    return this.#at + 1 >= this.#lineEnd || this.#text.charCodeAt(this.#at + 1) === Unit.Space;
  }

  #sequence(column: number, depth: number): YamlSequence | null {
    const text = this.#text;
    const start = this.#at;
    const items: (YamlNode | null)[] = [];
    let end = start + 1;
    while (this.#indent === column && this.#startsItem()) {
      const dash = this.#at;
      let at = dash + 1;
      while (at < this.#lineEnd && text.charCodeAt(at) === Unit.Space) at++;
      if (at >= this.#lineEnd || text.charCodeAt(at) === Unit.Hash) {
        if (!this.#nextLine()) return null;
        if (this.#indent <= column) return null;
        const item = this.#block(this.#indent, depth + 1);
        if (item === null) return null;
        items.push(item);
        end = item.span.end;
      } else {
        this.#at = at;
        if (this.#startsItem()) return null;
        let item: YamlNode | undefined | null;
        if (this.#keyEnd() >= 0) {
          this.#indent = at - this.#lineStart;
          item = depth + 1 >= maxDepth - 1 ? null : this.#map(this.#indent, depth + 1);
        } else item = this.#inline(column);
        if (item === null || item === undefined) return null;
        items.push(item);
        end = item.span.end;
      }
      if (this.#indent > column) return null;
    }
    return { kind: 'sequence', items: items.slice(), flow: false, span: { start, end }, anchor: null };
  }

  #map(column: number, depth: number): YamlMap | null {
    const text = this.#text;
    const start = this.#at;
    const entries: YamlEntry[] = [];
    let end = start;
    while (this.#indent === column) {
      const colon = this.#keyEnd();
      if (colon < 0) return null;
      const key = this.#key(this.#at, colon);
      if (key === null) return null;
      let at = colon + 1;
      while (at < this.#lineEnd && text.charCodeAt(at) === Unit.Space) at++;
      let value: YamlNode | null;
      if (at >= this.#lineEnd || text.charCodeAt(at) === Unit.Hash) {
        if (at < this.#lineEnd && at === colon + 1) return null;
        if (!this.#nextLine()) return null;
        if (this.#indent > column) {
          value = this.#block(this.#indent, depth + 1);
          if (value === null) return null;
        } else if (this.#indent === column && this.#startsItem()) {
          value = depth + 1 >= maxDepth - 1 ? null : this.#sequence(column, depth + 1);
          if (value === null) return null;
        } else value = null;
      } else {
        this.#at = at;
        const inline = this.#inline(column);
        if (inline === undefined) return null;
        value = inline;
      }
      end = value === null ? colon + 1 : value.span.end;
      entries.push({ key, value });
      if (this.#indent > column) return null;
    }
    duplicateKeys(entries, this.#branches, (problem) => this.duplicates.push(problem));
    return { kind: 'map', entries: entries.slice(), flow: false, span: { start, end }, anchor: null };
  }

  /** Where the colon behind the key at `#at` stands; -1 if this is no simple key. */
  #keyEnd(): number {
    const text = this.#text;
    let at = this.#at;
    const first = text.charCodeAt(at);
    if (first === Unit.DoubleQuote || first === Unit.SingleQuote) {
      const close = this.#closingQuote(at, first);
      if (close < 0 || text.charCodeAt(close + 1) !== Unit.Colon) return -1;
      at = close + 1;
    } else {
      if (!mayStartPlain(first)) return -1;
      for (; ; at++) {
        if (at >= this.#lineEnd) return -1;
        const unit = text.charCodeAt(at);
        if (unit === Unit.Tab) return -1;
        if (unit === Unit.Hash && text.charCodeAt(at - 1) === Unit.Space) return -1;
        if (unit === Unit.Colon && (at + 1 >= this.#lineEnd || isBlank(text.charCodeAt(at + 1)))) break;
      }
      if (text.charCodeAt(at - 1) === Unit.Space) return -1;
    }
    const blank = at + 1 >= this.#lineEnd || text.charCodeAt(at + 1) === Unit.Space;
    return blank && at - this.#at < maxKey ? at : -1;
  }

  #key(start: number, end: number): YamlScalar | null {
    const first = this.#text.charCodeAt(start);
    if (first === Unit.DoubleQuote || first === Unit.SingleQuote) return this.#quoted(start, end, false);
    const text = this.#source.slice(start, end);
    return this.#factory.plain(start, end, null, false, text, coreValue(text));
  }

  /** A value on the rest of the line, in a collection at this column. Undefined: not for this parser. */
  #inline(column: number): YamlNode | undefined {
    const text = this.#text;
    const start = this.#at;
    const first = text.charCodeAt(start);
    switch (first) {
      case Unit.DoubleQuote:
      case Unit.SingleQuote: {
        const close = this.#closingQuote(start, first);
        if (close < 0 || !this.#endsAt(close + 1)) return undefined;
        const scalar = this.#quoted(start, close + 1, false);
        return scalar !== null && this.#nextLine() ? scalar : undefined;
      }
      case Unit.Bar:
      case Unit.GreaterThan:
        return this.#blockScalar(column);
      case Unit.OpenBracket:
      case Unit.OpenBrace: {
        const flow = this.#flow();
        if (flow === undefined || !this.#endsAt(flow.span.end)) return undefined;
        if (!this.#nextLine()) return undefined;
        return flow;
      }
      default:
        return this.#plain(column);
    }
  }

  #plain(column: number): YamlNode | undefined {
    const text = this.#text;
    const start = this.#at;
    if (!mayStartPlain(text.charCodeAt(start))) return undefined;
    let end = start;
    let at = start;
    for (; at < this.#lineEnd; at++) {
      const unit = text.charCodeAt(at);
      if (unit === Unit.Space) continue;
      if (unit === Unit.Tab) return undefined;
      if (unit === Unit.Hash && at > end) break;
      if (unit === Unit.Colon && (at + 1 >= this.#lineEnd || isBlank(text.charCodeAt(at + 1))))
        return undefined;
      end = at + 1;
    }
    if (!this.#nextLine() || this.#indent > column) return undefined;
    const value = this.#source.slice(start, end);
    return this.#factory.plain(start, end, null, false, value, coreValue(value));
  }

  /** The closing quote of the string that opens at `start`, on this line; -1 if there is none. */
  #closingQuote(start: number, quote: number): number {
    const text = this.#text;
    for (let at = start + 1; at < this.#lineEnd; at++) {
      const unit = text.charCodeAt(at);
      if (unit === quote) {
        if (quote === Unit.DoubleQuote || text.charCodeAt(at + 1) !== quote) return at;
        at++;
      } else if (unit === Unit.Backslash && quote === Unit.DoubleQuote) {
        if (!isKnownEscape(text.charCodeAt(at + 1))) return -1;
        at++;
      }
    }
    return -1;
  }

  #quoted(start: number, end: number, flow: boolean): YamlScalar | null {
    const style = this.#text.charCodeAt(start) === Unit.SingleQuote ? 'single' : 'double';
    const span = { start, end };
    const content = { start: start + 1, end: end - 1 };
    const raw = this.#source.slice(content.start, content.end);
    const mark = style === 'single' ? "''" : '\\';
    const text = raw.includes(mark) ? this.#decode(style, content) : raw;
    return this.#factory.quoted(style, span, content, null, flow, text, text);
  }

  #decode(style: 'single' | 'double', content: Span): string {
    // As the full parser sees it: without templates. Where there are some, the factory decodes again.
    const masked = this.#text;
    return decodeScalar({
      style,
      source: masked,
      masked,
      content,
      templates: [],
      indent: 0,
      chomp: '',
    }).text;
  }

  #blockScalar(column: number): YamlNode | undefined {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    const mark = text.charCodeAt(at);
    const chomp = mark === Unit.Dash ? '-' : '';
    if (chomp === '-') at++;
    while (at < this.#lineEnd && text.charCodeAt(at) === Unit.Space) at++;
    if (at < this.#lineEnd) return undefined;
    const contentStart = Math.min(text.length, text.charCodeAt(at) === Unit.Return ? at + 2 : at + 1);

    let indent = -1;
    let end = contentStart;
    let line = contentStart;
    while (line < text.length) {
      let from = line;
      while (text.charCodeAt(from) === Unit.Space) from++;
      let lineFeed = text.indexOf('\n', from);
      if (lineFeed < 0) lineFeed = text.length;
      const next = Math.min(text.length, lineFeed + 1);
      const width = from - line;
      const unit = text.charCodeAt(from);
      const empty = from >= lineFeed || (unit === Unit.Return && from + 1 === lineFeed);
      if (empty) {
        // Blanks deeper than the text are text, or a mistake in front of it.
        if (width > (indent < 0 ? 0 : indent)) return undefined;
      } else {
        if (indent < 0) {
          if (width <= column || unit === Unit.Tab) return undefined;
          indent = width;
        }
        if (width < indent) {
          if (width > column || unit === Unit.Tab) return undefined;
          break;
        }
        end = next;
      }
      line = next;
    }
    if (indent < 0) return undefined;
    const content = { start: contentStart, end };
    const style = text.charCodeAt(start) === Unit.Bar ? 'literal' : 'folded';
    const layout = { indent, explicit: false, chomp } as const;
    const scalar = this.#factory.block(style, { start, end }, content, null, layout, null);
    return this.#line(line) ? scalar : undefined;
  }

  /** A flow collection on this line, without collections inside but empty ones. */
  #flow(): YamlMap | YamlSequence | undefined {
    const text = this.#text;
    const start = this.#at;
    const map = text.charCodeAt(start) === Unit.OpenBrace;
    const close = map ? Unit.CloseBrace : Unit.CloseBracket;
    const entries: YamlEntry[] = [];
    const items: YamlNode[] = [];
    let at = this.#skip(start + 1);
    let first = true;
    while (text.charCodeAt(at) !== close) {
      if (!first) {
        if (text.charCodeAt(at) !== Unit.Comma) return undefined;
        at = this.#skip(at + 1);
        // A comma behind the last item is allowed, but rare.
        if (text.charCodeAt(at) === close) return undefined;
      }
      first = false;
      const scalar = this.#flowScalar(at);
      if (scalar === null) return undefined;
      at = this.#skip(scalar.span.end);
      if (!map) items.push(scalar);
      else {
        if (text.charCodeAt(at) !== Unit.Colon || at !== scalar.span.end) return undefined;
        if (text.charCodeAt(at + 1) !== Unit.Space) return undefined;
        const value = this.#flowScalar(this.#skip(at + 1));
        if (value === null) return undefined;
        entries.push({ key: scalar, value });
        at = this.#skip(value.span.end);
      }
      if (at >= this.#lineEnd) return undefined;
    }
    const span = { start, end: at + 1 };
    if (!map) return { kind: 'sequence', items, flow: true, span, anchor: null };
    duplicateKeys(entries, this.#branches, (problem) => this.duplicates.push(problem));
    return { kind: 'map', entries, flow: true, span, anchor: null };
  }

  #skip(from: number): number {
    let at = from;
    while (at < this.#lineEnd && this.#text.charCodeAt(at) === Unit.Space) at++;
    return at;
  }

  #flowScalar(start: number): YamlScalar | null {
    const text = this.#text;
    const first = text.charCodeAt(start);
    if (first === Unit.DoubleQuote || first === Unit.SingleQuote) {
      const close = this.#closingQuote(start, first);
      return close < 0 ? null : this.#quoted(start, close + 1, true);
    }
    let at = start;
    while (at < this.#lineEnd && isFlowWord(text.charCodeAt(at))) at++;
    if (at === start || !isWordStart(first)) return null;
    const value = this.#source.slice(start, at);
    return this.#factory.plain(start, at, null, true, value, coreValue(value));
  }
}

const isBlank = (unit: number): boolean => unit === Unit.Space || unit === Unit.Tab;

const isWordStart = (unit: number): boolean =>
  (unit >= 97 && unit <= 122) ||
  (unit >= 65 && unit <= 90) ||
  (unit >= 48 && unit <= 57) ||
  unit === 95 || // _
  unit === 47 || // /
  unit === Unit.Dot;

/** Units that are part of a plain scalar in a flow collection wherever they stand. */
const isFlowWord = (unit: number): boolean => isWordStart(unit) || unit === Unit.Dash;

/** Units that start a plain scalar whatever comes behind them. */
const mayStartPlain = (unit: number): boolean =>
  isWordStart(unit) || unit > 160 || unit === 36 || unit === 40;

const isKnownEscape = (unit: number): boolean =>
  unit === Unit.DoubleQuote ||
  unit === Unit.Backslash ||
  unit === 47 ||
  unit === 110 ||
  unit === 116 ||
  unit === 114;
