import type { Delimiters } from './lexer.ts';
import type { ListNode } from './nodes.ts';
import type { TemplateProblem } from './problem.ts';

/** One named body of templates: that of a file, or of a `define` or `block` in it. */
export interface Body {
  readonly name: string;
  readonly list: ListNode;
  /** The file that it stands in, for errors. */
  readonly file: TemplateFile;
}

/** A parsed text. */
export interface TemplateFile {
  readonly name: string;
  readonly text: string;
  readonly delimiters: Delimiters;
  readonly root: ListNode;
  /** In the text's order; last of them is the file's own body. Go's rule on double names has been applied. */
  readonly bodies: readonly Body[];
  /** A file with problems cannot be executed. */
  readonly problems: readonly TemplateProblem[];
}
