import type { Delimiter } from '../gotemplate/scan.ts';
import type { TemplateSpan } from '../gotemplate/span.ts';
import type { Span } from '../text/span.ts';
import type { YamlScalar } from './node.ts';
import { type DecodedScalar, decodeScalar, type ScalarSource } from './scalar-text.ts';

/** A document's source and how its templates were masked; shared by all its scalars. */
export interface SourceText {
  readonly text: string;
  readonly masked: string;
  readonly delimiters: readonly Delimiter[];
  /** Whether a template of the document is not closed, so that any change may close it. */
  readonly unclosed: boolean;
}

export interface BlockLayout {
  readonly indent: number;
  /** Whether the header says the indent; else the first line with text does. */
  readonly explicit: boolean;
  readonly chomp: '' | '-' | '+';
}

/** For scalars that are no block scalars. */
export const flowLayout: BlockLayout = { indent: 0, explicit: false, chomp: '' };

/** How far a block scalar without an indentation indicator is indented; `parent` where it has no text. */
export function blockIndent(masked: string, content: Span, parent: number): number {
  let indent = parent;
  let at = content.start;
  while (at < content.end) {
    let i = at;
    while (i < content.end && masked.charCodeAt(i) === 32) i++;
    const unit = i < content.end ? masked.charCodeAt(i) : 10;
    if (unit !== 10 && unit !== 13) return i - at;
    indent = Math.max(indent, i - at);
    const lineFeed = masked.indexOf('\n', i);
    at = lineFeed < 0 ? content.end : lineFeed + 1;
  }
  return indent;
}

/** What a scalar's surroundings say of it. Most scalars of a document share one. */
export interface ScalarSetting {
  readonly source: SourceText;
  /** Whether it stands in `[…]` or `{…}`, where fewer plain texts are possible. */
  readonly flow: boolean;
  readonly layout: BlockLayout;
  /** Whether it only stands in for a key that is no scalar. */
  readonly synthetic: boolean;
  /** The templates in its content, with offsets into the document. */
  readonly sourceTemplates: readonly TemplateSpan[];
}

/** A scalar of a parsed document. Works out where its parts stand only when asked. */
export class SourceScalar implements YamlScalar {
  readonly kind = 'scalar';
  readonly span: Span;
  readonly anchor: string | null;
  readonly style: YamlScalar['style'];
  readonly text: string;
  readonly value: string | number | boolean | null;
  readonly content: Span;
  readonly templates: readonly TemplateSpan[];
  readonly setting: ScalarSetting;
  #decoded: DecodedScalar | null = null;

  /** @param text and `value` as the parser decoded them; they count where there are no templates. */
  constructor(
    style: YamlScalar['style'],
    span: Span,
    content: Span,
    anchor: string | null,
    text: string,
    value: string | number | boolean | null,
    setting: ScalarSetting,
  ) {
    this.style = style;
    this.span = span;
    this.content = content;
    this.anchor = anchor;
    this.setting = setting;
    if (setting.sourceTemplates.length === 0) {
      this.text = text;
      this.value = value;
      this.templates = setting.sourceTemplates;
    } else {
      this.#decoded = decodeScalar(scalarSource(this));
      this.text = this.#decoded.text;
      this.value = this.text;
      this.templates = this.#decoded.templates;
    }
  }

  get source(): SourceText {
    return this.setting.source;
  }

  get flow(): boolean {
    return this.setting.flow;
  }

  get layout(): BlockLayout {
    return this.setting.layout;
  }

  get synthetic(): boolean {
    return this.setting.synthetic;
  }

  get sourceTemplates(): readonly TemplateSpan[] {
    return this.setting.sourceTemplates;
  }

  sourceOf(part: Span): Span {
    const { content, text, style } = this;
    const direct = style !== 'literal' && style !== 'folded' && content.end - content.start === text.length;
    if (direct) {
      const start = content.start + Math.max(0, Math.min(part.start, text.length));
      return { start, end: Math.max(start, content.start + Math.min(part.end, text.length)) };
    }
    if (text === '') return { start: content.start, end: content.start };
    this.#decoded ??= decodeScalar(scalarSource(this));
    return this.#decoded.sourceOf(part);
  }
}

/** What decodeScalar needs to know of a scalar. */
export function scalarSource(scalar: SourceScalar): ScalarSource {
  return {
    style: scalar.style,
    source: scalar.source.text,
    masked: scalar.source.masked,
    content: scalar.content,
    templates: scalar.sourceTemplates,
    indent: scalar.layout.indent,
    chomp: scalar.layout.chomp,
  };
}
