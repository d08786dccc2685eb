import type { TemplateSpan } from '../gotemplate/span.ts';
import type { Span } from '../text/span.ts';
import type { YamlScalar } from './node.ts';
import {
  type BlockLayout,
  flowLayout,
  type ScalarSetting,
  SourceScalar,
  type SourceText,
  scalarSource,
} from './scalar.ts';
import { decodeScalar } from './scalar-text.ts';

type Value = string | number | boolean | null;

const none: readonly TemplateSpan[] = [];

/** Makes the scalars of one document; gives each the templates that lie in it. */
export class ScalarFactory {
  readonly source: SourceText;
  readonly #templates: readonly TemplateSpan[];
  /** What most scalars share: those outside of flow collections, and those inside. */
  readonly #common: readonly [ScalarSetting, ScalarSetting];

  constructor(source: SourceText, templates: readonly TemplateSpan[]) {
    this.source = source;
    this.#templates = templates;
    const common = { source, layout: flowLayout, synthetic: false, sourceTemplates: none };
    this.#common = [
      { ...common, flow: false },
      { ...common, flow: true },
    ];
  }

  plain(
    start: number,
    end: number,
    anchor: string | null,
    flow: boolean,
    text: string,
    value: Value,
  ): YamlScalar {
    // A template over several lines is masked by blanks from its second on, which the parser leaves out at the end.
    const span = { start, end: this.#templateEnd(end) };
    return this.#make('plain', span, span, anchor, flow, null, false, text, value);
  }

  quoted(
    style: 'single' | 'double',
    span: Span,
    content: Span,
    anchor: string | null,
    flow: boolean,
    text: string,
    value: Value,
  ): YamlScalar {
    return this.#make(style, span, content, anchor, flow, null, false, text, value);
  }

  /** A block scalar; without `decoded` its text is worked out here. */
  block(
    style: 'literal' | 'folded',
    span: Span,
    content: Span,
    anchor: string | null,
    layout: BlockLayout,
    decoded: { readonly text: string; readonly value: Value } | null,
  ): YamlScalar {
    const { masked } = this.source;
    const end = this.#lineWithTemplate(content.end);
    const whole = { start: span.start, end };
    const inside = { start: content.start, end };
    const make = (text: string, value: Value): SourceScalar =>
      this.#make(style, whole, inside, anchor, false, layout, false, text, value);
    const complete = isBreak(masked.charCodeAt(end - 1));
    if (decoded !== null && (complete || decoded.text === '')) return make(decoded.text, decoded.value);
    // At the end of a text without line end the parser adds one; Go's readers, and YAML's grammar, do not.
    const { text } = decodeScalar(scalarSource(make('', '')));
    return make(text, decoded === null || decoded.value === decoded.text ? text : decoded.value);
  }

  /** Stands in for a key that is no scalar: its text is its source. */
  standIn(span: Span, flow: boolean): YamlScalar {
    const text = this.source.text.slice(span.start, span.end);
    return this.#make('plain', span, span, null, flow, null, true, text, text);
  }

  #make(
    style: YamlScalar['style'],
    span: Span,
    content: Span,
    anchor: string | null,
    flow: boolean,
    layout: BlockLayout | null,
    synthetic: boolean,
    text: string,
    value: Value,
  ): SourceScalar {
    const sourceTemplates = this.#templates.length === 0 ? none : this.#templatesIn(content);
    const common = sourceTemplates.length === 0 && layout === null && !synthetic;
    const setting = common
      ? this.#common[flow ? 1 : 0]
      : { source: this.source, flow, layout: layout ?? flowLayout, synthetic, sourceTemplates };
    return new SourceScalar(style, span, content, anchor, text, value, setting);
  }

  #templatesIn(content: Span): readonly TemplateSpan[] {
    const templates = this.#templates;
    const first = this.#templateIndex(content.start);
    let last = first;
    while (last < templates.length && (templates[last] as TemplateSpan).end <= content.end) last++;
    return first === last ? none : templates.slice(first, last);
  }

  /** The end of the template that holds an offset in its middle, else the offset. */
  #templateEnd(offset: number): number {
    if (this.#templates.length === 0) return offset;
    const before = this.#templates[this.#templateIndex(offset) - 1];
    return before !== undefined && before.end > offset ? before.end : offset;
  }

  /** Behind the line on which the template ends that holds an offset in its middle, else the offset. */
  #lineWithTemplate(offset: number): number {
    const end = this.#templateEnd(offset);
    if (end === offset) return offset;
    const lineFeed = this.source.masked.indexOf('\n', end);
    return lineFeed < 0 ? this.source.masked.length : lineFeed + 1;
  }

  /** How many templates start before an offset. */
  #templateIndex(offset: number): number {
    let low = 0;
    let high = this.#templates.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#templates[middle] as TemplateSpan).start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const isBreak = (unit: number): boolean => unit === 10 || unit === 13;
