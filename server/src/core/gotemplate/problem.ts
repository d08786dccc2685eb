import type { Span } from '../text/span.ts';

export type ProblemCode = 'syntax' | 'unknown-function' | 'unknown-variable' | 'unclosed' | 'too-deep';

/** Something that makes Go refuse the whole file. */
export interface TemplateProblem extends Span {
  readonly code: ProblemCode;
  /** What is wrong, in Go's words: `function "fob" not defined`. */
  readonly message: string;
  /** Go's whole error: `template: name:3: function "fob" not defined`. */
  readonly error: string;
}
