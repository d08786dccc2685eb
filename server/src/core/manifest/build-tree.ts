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
import { type BlockLayout, blockIndent } from './scalar.ts';
import type { ScalarFactory } from './scalar-factory.ts';

export interface TreeContext {
  readonly factory: ScalarFactory;
  readonly report: (problem: SyntaxProblem) => void;
  readonly branches: () => Branches;
}

/** Our own small nodes from the parser's; nothing of the parser's is kept alive by them. */
export function buildTree(document: Document.Parsed, context: TreeContext): YamlNode | null {
  return document.contents === null ? null : new TreeBuilder(context).node(document.contents, false);
}

class TreeBuilder {
  readonly #context: TreeContext;
  readonly #factory: ScalarFactory;
  readonly #masked: string;
  readonly #anchors = new Map<string, YamlMap | YamlSequence | YamlScalar>();

  constructor(context: TreeContext) {
    this.#context = context;
    this.#factory = context.factory;
    this.#masked = context.factory.source.masked;
  }

  node(node: ParsedNode, flow: boolean): YamlNode | null {
    if (isAlias(node)) return this.#alias(node.source, { start: node.range[0], end: node.range[1] });
    const anchor = (node as { anchor?: string }).anchor ?? null;
    let built: YamlMap | YamlSequence | YamlScalar | null;
    if (isMap(node)) built = this.#map(node as YAMLMap.Parsed, anchor);
    else if (isSeq(node)) built = this.#sequence(node as YAMLSeq.Parsed, anchor);
    else if (isNothing(node)) built = null;
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
    const masked = this.#masked;
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
    const at = node?.range[0] ?? behind;
    return this.#factory.standIn(built?.span ?? { start: at, end: at }, flow);
  }

  #scalar(scalar: Scalar.Parsed, anchor: string | null, flow: boolean): YamlScalar {
    const span = { start: scalar.range[0], end: scalar.range[1] };
    const text = scalar.source;
    const value = plainValue(scalar.value, text);
    switch (scalar.type) {
      case 'QUOTE_SINGLE':
      case 'QUOTE_DOUBLE': {
        const [style, quote] =
          scalar.type === 'QUOTE_SINGLE' ? (['single', 39] as const) : (['double', 34] as const);
        const closed = span.end - span.start > 1 && this.#masked.charCodeAt(span.end - 1) === quote;
        const content = { start: span.start + 1, end: closed ? span.end - 1 : span.end };
        return this.#factory.quoted(style, span, content, anchor, flow, text, value);
      }
      case 'BLOCK_LITERAL':
      case 'BLOCK_FOLDED': {
        const lineFeed = this.#masked.indexOf('\n', span.start);
        const contentStart = lineFeed < 0 || lineFeed >= span.end ? span.end : lineFeed + 1;
        const content = { start: contentStart, end: span.end };
        const layout = blockLayout(scalar.srcToken, this.#masked, content);
        const style = scalar.type === 'BLOCK_LITERAL' ? 'literal' : 'folded';
        return this.#factory.block(style, span, content, anchor, layout, { text, value });
      }
      default:
        return this.#factory.plain(span.start, span.end, anchor, flow, text, value);
    }
  }
}

/** Whether nothing at all is written where the parser put a null. */
const isNothing = (node: ParsedNode): boolean =>
  isScalar(node) && node.range[0] === node.range[1] && node.anchor === undefined && node.tag === undefined;

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

function blockLayout(token: CST.Token | undefined, masked: string, content: Span): BlockLayout {
  const block = token?.type === 'block-scalar' ? token : null;
  const first = block?.props[0];
  const header = first !== undefined && 'source' in first ? first.source : '';
  const parent = block?.indent ?? 0;
  const chomp = header.includes('-') ? '-' : header.includes('+') ? '+' : '';
  const digit = /[1-9]/.exec(header);
  return digit === null
    ? { indent: blockIndent(masked, content, parent), explicit: false, chomp }
    : { indent: parent + Number(digit[0]), explicit: true, chomp };
}
