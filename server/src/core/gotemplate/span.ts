import type { Span } from '../text/span.ts';

/** One template action with its delimiters, as it stands in a text. */
export interface TemplateSpan extends Span {
  /** Which pair of delimiters opened it: `{{repl … }}`, `repl{{ … }}`, or plain `{{ … }}` where a chart is scanned. */
  readonly delimiter: '{{repl' | 'repl{{' | '{{';
  /** False where no `}}` closes it; it is then taken to end at the next `}}` on the line, else with the line. */
  readonly terminated: boolean;
  /** The action's first word where that shapes control flow, so that a mask can blank it; null for an output action. */
  readonly keyword:
    | 'if'
    | 'else'
    | 'end'
    | 'range'
    | 'with'
    | 'define'
    | 'block'
    | 'template'
    | 'comment'
    | 'assignment'
    | null;
}
