import type { Span } from '../text/span.ts';
import type { NumberConstant } from './number.ts';

/** What every node has: its place in the text, and the offset that errors about it name (Go's node position). */
interface Placed extends Span {
  readonly at: number;
}

/** A piece of a template's body. */
export type BodyNode =
  | TextNode
  | CommentNode
  | ActionNode
  | BranchNode
  | TemplateNode
  | DefineNode
  | LoopControlNode
  | BrokenNode;

/** What stands between `{{if …}}`, `{{else}}` and `{{end}}`, or all of a template. */
export interface ListNode extends Placed {
  readonly kind: 'list';
  readonly nodes: readonly BodyNode[];
}

export interface TextNode extends Placed {
  readonly kind: 'text';
  /** The text, trimmed by the markers of its neighbours; the span is that of the trimmed text. */
  readonly text: string;
}

export interface CommentNode extends Placed {
  readonly kind: 'comment';
}

/** `{{ pipeline }}`, with delimiters. */
export interface ActionNode extends Placed {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

export interface BranchNode extends Placed {
  readonly kind: 'if' | 'with' | 'range';
  /** The first action, `{{if …}}`, with delimiters; the node's span reaches to the end of `{{end}}`. */
  readonly head: Span;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  /** `{{else if …}}` is a list of one branch. */
  readonly otherwise: ListNode | null;
}

/** `{{template "name" pipeline}}`; of a `{{block …}}` it holds the body, too. */
export interface TemplateNode extends Placed {
  readonly kind: 'template';
  readonly head: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly pipe: PipeNode | null;
  readonly block: ListNode | null;
}

/** `{{define "name"}}…{{end}}`. It gives nothing where it stands. */
export interface DefineNode extends Placed {
  readonly kind: 'define';
  readonly head: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly list: ListNode;
}

export interface LoopControlNode extends Placed {
  readonly kind: 'break' | 'continue';
}

/** An action that could not be understood. */
export interface BrokenNode extends Placed {
  readonly kind: 'broken';
}

/** `$x := command | command`. */
export interface PipeNode extends Placed {
  readonly kind: 'pipe';
  readonly isAssign: boolean;
  readonly declared: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}

export interface CommandNode extends Placed {
  readonly kind: 'command';
  /** The first is what is called, if it can be called; there is at least one in a template without problems. */
  readonly args: readonly OperandNode[];
}

export type OperandNode =
  | IdentifierNode
  | FieldNode
  | VariableNode
  | ChainNode
  | PipeNode
  | DotNode
  | NilNode
  | BoolNode
  | NumberNode
  | StringNode;

/** A function's name. */
export interface IdentifierNode extends Placed {
  readonly kind: 'identifier';
  readonly name: string;
}

/** `.a.b` */
export interface FieldNode extends Placed {
  readonly kind: 'field';
  readonly path: readonly string[];
}

/** `$x.a.b`; the first of the path is the name with its `$`. */
export interface VariableNode extends Placed {
  readonly kind: 'variable';
  readonly path: readonly string[];
}

/** `(pipeline).a.b` or `function.a.b` */
export interface ChainNode extends Placed {
  readonly kind: 'chain';
  readonly base: OperandNode;
  readonly path: readonly string[];
}

export interface DotNode extends Placed {
  readonly kind: 'dot';
}

export interface NilNode extends Placed {
  readonly kind: 'nil';
}

export interface BoolNode extends Placed {
  readonly kind: 'bool';
  readonly value: boolean;
}

export interface NumberNode extends Placed {
  readonly kind: 'number';
  readonly text: string;
  readonly value: NumberConstant;
}

export interface StringNode extends Placed {
  readonly kind: 'string';
  readonly quoted: string;
  readonly text: string;
}

export type AnyNode = BodyNode | ListNode | CommandNode | OperandNode;

/** Whether a list has nothing but space, comments and definitions (Go: IsEmptyTree). */
export const isEmptyList = (list: ListNode): boolean =>
  list.nodes.every(
    (node) =>
      node.kind === 'comment' || node.kind === 'define' || (node.kind === 'text' && goSpace.test(node.text)),
  );

const goSpace = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;
