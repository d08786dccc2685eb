import type { TemplateSpan } from '../gotemplate/span.ts';
import type { Span } from '../text/span.ts';

/**
 * A YAML document as a tree of plain nodes with exact source ranges. All offsets are UTF-16 offsets into the
 * text that the document was parsed from (`ManifestDocument.text`). Templates are part of the text that nodes give.
 */
export type YamlNode = YamlMap | YamlSequence | YamlScalar | YamlAlias;

interface NodeBase {
  /** From the node's first character to behind its last, quotes and block header included. */
  readonly span: Span;
  /** The anchor's name, if the node has one. */
  readonly anchor: string | null;
}

export interface YamlMap extends NodeBase {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  /** Whether it is written as `{…}`. */
  readonly flow: boolean;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  /** Null where nothing is written behind the colon. */
  readonly value: YamlNode | null;
}

export interface YamlSequence extends NodeBase {
  readonly kind: 'sequence';
  readonly items: readonly (YamlNode | null)[];
  readonly flow: boolean;
}

export interface YamlScalar extends NodeBase {
  readonly kind: 'scalar';
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** The decoded text, with templates as they stand in the source. */
  readonly text: string;
  /** The value by YAML's core schema; for a scalar that holds a template always its text. */
  readonly value: string | number | boolean | null;
  /** The source without quotes, and for a block scalar without its header. */
  readonly content: Span;
  /** The templates inside, with offsets into `text`. */
  readonly templates: readonly TemplateSpan[];
  /**
   * Where a part of `text` stands in the source. Exact for every style: escapes, `''`, folded line ends and
   * block indentation are accounted for.
   */
  sourceOf(part: Span): Span;
}

export interface YamlAlias extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  /** What it stands for; null where no anchor of that name came before. Cycles cannot occur. */
  readonly target: YamlMap | YamlSequence | YamlScalar | null;
}

export interface SyntaxProblem {
  readonly span: Span;
  readonly message: string;
}

/** One YAML document with its templates masked for parsing. Parsing never throws: it gives what it could and problems. */
export interface ManifestDocument {
  /** The document's source, from its `---` line (if it has one) to before the next. */
  readonly text: string;
  readonly root: YamlNode | null;
  readonly problems: readonly SyntaxProblem[];
  /** All templates of the document, in order, with offsets into `text`. */
  readonly templates: readonly TemplateSpan[];
}
