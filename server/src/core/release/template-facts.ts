import type { TemplateSpan } from '../gotemplate/span.ts';
import type { TextEdit } from '../text/edit.ts';
import type { Span } from '../text/span.ts';

/** What the app manager renders as one text. */
export interface TemplateUnit {
  readonly text: string;
  readonly templates: readonly TemplateSpan[];
  /** Whether it is YAML apart from its templates. */
  readonly isYaml: boolean;
}

/** The templates of a text as the app manager sees them before it renders any. Spans are the text's. */
export interface TemplateFacts {
  readonly problems: readonly TemplateFault[];
  readonly calls: readonly FunctionCall[];
}

/** Why the app manager cannot read a template; it then refuses the whole file. */
export interface TemplateFault {
  readonly kind: /** Something that no template may hold. */
    | 'syntax'
    /** An action that no `}}` closes. */
    | 'unclosed'
    /** An `if`, `range` or `with` that no `end` ends. */
    | 'unended'
    /** An `end` or `else` of nothing. */
    | 'stray';
  /** The part that is wrong. */
  readonly span: Span;
  /** In Go's words. */
  readonly said: string;
  /** The edit after which the action can be read; null where nobody can tell what was meant. */
  readonly repair: TextEdit | null;
}

/** A function that a template names. */
export interface FunctionCall {
  readonly name: string;
  readonly span: Span;
  /** Whether `{{repl` is the start of another word, as in `{{replicas}}`. */
  readonly accidental: boolean;
  /** Its first argument, where that is written out as a text without templates in it. */
  readonly argument: { readonly text: string; readonly content: Span } | null;
}

/** A template that makes a document no YAML. */
export interface YamlBreak {
  /** Whether it is the text as written that must be YAML, or what the template makes of it. */
  readonly when: 'before' | 'after';
  readonly span: Span;
  /** What is wrong, as a sentence. */
  readonly said: string;
  /** What was tried and helps; worked out when somebody wants it. */
  readonly repairs: () => readonly YamlRepair[];
}

export interface YamlRepair {
  readonly how: 'quotes' | 'quote' | 'nindent' | 'closing-quote' | 'delimiters' | 'backquotes';
  readonly edits: readonly TextEdit[];
}
