import {
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { TemplateSpan } from '../gotemplate/span.ts';
import type { Span } from '../text/span.ts';
import { type Branches, duplicateKeys } from './duplicate-keys.ts';
import type {
  SyntaxProblem,
  YamlAlias,
  YamlEntry,
  YamlMap,
  YamlNode,
  YamlScalar,
  YamlSequence,
} from './node.ts';
import { type BlockLayout, blockIndent, SourceScalar, type SourceText, scalarSource } from './scalar.ts';
import { decodeScalar } from './scalar-text.ts';

export interface TreeContext {
  readonly source: SourceText;
  readonly templates: readonly TemplateSpan[];
  readonly report: (problem: SyntaxProblem) => void;
  readonly branches: () => Branches;
}

/** Our own small nodes from the parser's; nothing of the parser's is kept alive by them. */
export function buildTree(document: Document.Parsed, context: TreeContext): YamlNode | null {
  return document.contents === null ? null : new TreeBuilder(context).node(document.contents, false);
}

const none: readonly TemplateSpan[] = [];

class TreeBuilder {
  readonly #context: TreeContext;
  readonly #anchors = new Map<string, YamlMap | YamlSequence | YamlScalar>();

  constructor(context: TreeContext) {
    this.#context = context;
  }

  node(node: ParsedNode, flow: boolean): YamlNode | null {
    if (isAlias(node)) return this.#alias(node.source, { start: node.range[0], end: node.range[1] });
    const anchor = (node as { anchor?: string }).anchor ?? null;
    let built: YamlMap | YamlSequence | YamlScalar | null;
    if (isMap(node)) built = this.#map(node as YAMLMap.Parsed, anchor);
    else if (isSeq(node)) built = this.#sequence(node as YAMLSeq.Parsed, anchor);
    else if (node.range[0] === node.range[1] && anchor === null && isScalar(node) && node.tag === undefined)
      built = null;
    else built = this.#scalar(node as Scalar.Parsed, anchor, flow);
    // Only now: an alias inside an anchored node does not mean that node.
    if (anchor !== null && built !== null) this.#anchors.set(anchor, built);
    return built;
  }

  #alias(name: string, span: Span): YamlAlias {
    const target = this.#anchors.get(name) ?? null;
    if (target === null && name !== '')
      this.#context.report({
        span,
        message: `No anchor &${name} comes before this alias. Define it, or correct the name.`,
      });
    return { kind: 'alias', name, target, span, anchor: null };
  }

  #map(map: YAMLMap.Parsed, anchor: string | null): YamlMap {
    const flow = map.flow === true;
    const entries: YamlEntry[] = [];
    let end = map.range[0];
    for (const pair of map.items) {
      const key = this.#key(pair.key as ParsedNode | null, flow, end);
      const value = pair.value === null ? null : this.node(pair.value as ParsedNode, flow);
      end = Math.max(
        end,
        value === null ? this.#colonEnd(key, pair.value as ParsedNode | null) : value.span.end,
      );
      entries.push({ key, value });
    }
    duplicateKeys(entries, this.#context.branches, this.#context.report);
    const span = { start: map.range[0], end: flow ? map.range[1] : end };
    return { kind: 'map', entries, flow, span, anchor };
  }

  /** Behind the colon of an entry without a value. */
  #colonEnd(key: YamlScalar, value: ParsedNode | null): number {
    const { masked } = this.#context.source;
    let at = key.span.end;
    while (at < masked.length && (masked.charCodeAt(at) === 32 || masked.charCodeAt(at) === 9)) at++;
    if (masked.charCodeAt(at) === 58) return at + 1;
    return value === null ? key.span.end : Math.max(key.span.end, value.range[0]);
  }

  #sequence(sequence: YAMLSeq.Parsed, anchor: string | null): YamlSequence {
    const flow = sequence.flow === true;
    const items: (YamlNode | null)[] = [];
    let end = sequence.range[0] + 1;
    for (const item of sequence.items as ParsedNode[]) {
      const built = this.node(item, flow);
      items.push(built);
      end = Math.max(end, built === null ? item.range[0] : built.span.end);
    }
    const span = { start: sequence.range[0], end: flow ? sequence.range[1] : end };
    return { kind: 'sequence', items, flow, span, anchor };
  }

  /** Keys are scalars to everybody who reads a manifest; any other node is taken by its source. */
  #key(node: ParsedNode | null, flow: boolean, behind: number): YamlScalar {
    const built = node === null ? null : this.node(node, flow);
    if (built?.kind === 'scalar') return built;
    const span = built?.span ?? { start: node?.range[0] ?? behind, end: node?.range[0] ?? behind };
    const { source } = this.#context;
    const text = source.text.slice(span.start, span.end);
    const sourceTemplates = this.#templatesIn(span);
    const style = 'plain';
    return new SourceScalar({
      style,
      span,
      content: span,
      anchor: null,
      flow,
      layout: null,
      synthetic: true,
      source,
      sourceTemplates,
      text,
      value: text,
    });
  }

  #scalar(scalar: Scalar.Parsed, anchor: string | null, flow: boolean): YamlScalar {
    const { masked } = this.#context.source;
    const span = { start: scalar.range[0], end: scalar.range[1] };
    const text = scalar.source;
    const value = plainValue(scalar.value, text);
    const token = scalar.srcToken;
    switch (scalar.type) {
      case 'QUOTE_SINGLE':
      case 'QUOTE_DOUBLE': {
        const quote = scalar.type === 'QUOTE_SINGLE' ? 39 : 34;
        const closed = span.end - span.start > 1 && masked.charCodeAt(span.end - 1) === quote;
        const content = { start: span.start + 1, end: closed ? span.end - 1 : span.end };
        return this.#make(quote === 39 ? 'single' : 'double', span, content, anchor, flow, null, text, value);
      }
      case 'BLOCK_LITERAL':
      case 'BLOCK_FOLDED': {
        const style = scalar.type === 'BLOCK_LITERAL' ? 'literal' : 'folded';
        const contentStart = lineEnd(masked, span.start, span.end);
        const content = { start: contentStart, end: Math.max(contentStart, span.end) };
        const parent = token?.type === 'block-scalar' ? token.indent : 0;
        const header = token?.type === 'block-scalar' ? blockHeader(token) : '';
        const layout = blockLayout(header, parent, masked, content);
        const block = this.#make(style, span, content, anchor, flow, layout, text, value);
        if (isBreak(masked.charCodeAt(content.end - 1)) || text === '') return block;
        // At the end of a text without line end the parser adds one; Go's readers, and YAML's grammar, do not.
        const exact = decodeScalar(scalarSource(block)).text;
        return this.#make(style, span, content, anchor, flow, layout, exact, value === text ? exact : value);
      }
      default: {
        // A template over several lines is masked by blanks from its second on, which the parser leaves out at the end.
        const whole = { start: span.start, end: this.#templateEnd(span.end) };
        return this.#make('plain', whole, whole, anchor, flow, null, text, value);
      }
    }
  }

  /** The end of the template that holds an offset in its middle, else the offset. */
  #templateEnd(offset: number): number {
    const before = this.#context.templates[this.#templateIndex(offset) - 1];
    return before !== undefined && before.end > offset ? before.end : offset;
  }

  /** How many templates start before an offset. */
  #templateIndex(offset: number): number {
    const { templates } = this.#context;
    let low = 0;
    let high = templates.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((templates[middle] as TemplateSpan).start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #make(
    style: YamlScalar['style'],
    span: Span,
    content: Span,
    anchor: string | null,
    flow: boolean,
    layout: BlockLayout | null,
    text: string,
    value: string | number | boolean | null,
  ): SourceScalar {
    const { source } = this.#context;
    const sourceTemplates = this.#templatesIn(content);
    return new SourceScalar({
      style,
      span,
      content,
      anchor,
      flow,
      layout,
      source,
      sourceTemplates,
      text,
      value,
    });
  }

  #templatesIn(content: Span): readonly TemplateSpan[] {
    const { templates } = this.#context;
    if (templates.length === 0) return none;
    const low = this.#templateIndex(content.start);
    let last = low;
    while (last < templates.length && (templates[last] as TemplateSpan).end <= content.end) last++;
    return low === last ? none : templates.slice(low, last);
  }
}

function plainValue(value: unknown, text: string): string | number | boolean | null {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return Number(value);
    default:
      return value === null ? null : text;
  }
}

const isBreak = (unit: number): boolean => unit === 10 || unit === 13;

/** Behind the first line break at or after `from`. */
function lineEnd(text: string, from: number, limit: number): number {
  for (let i = from; i < limit; i++) if (text.charCodeAt(i) === 10) return i + 1;
  return limit;
}

function blockHeader(token: CST.BlockScalar): string {
  const header = token.props[0];
  return header !== undefined && 'source' in header ? header.source : '';
}

function blockLayout(header: string, parent: number, masked: string, content: Span): BlockLayout {
  const chomp = header.includes('-') ? '-' : header.includes('+') ? '+' : '';
  const digit = /[1-9]/.exec(header);
  return digit === null
    ? { indent: blockIndent(masked, content, parent), explicit: false, chomp }
    : { indent: parent + Number(digit[0]), explicit: true, chomp };
}
