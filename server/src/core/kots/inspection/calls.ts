import type { BodyNode, CommandNode, ListNode, OperandNode, PipeNode } from '../../gotemplate/nodes.ts';
import type { TemplateFile } from '../../gotemplate/template.ts';
import type { FunctionCall } from '../../release/template-facts.ts';

/** Every function that a text's templates name, in branches that are never taken too: Go looks for all of them. */
export function callsIn({ root, text, delimiters }: TemplateFile): FunctionCall[] {
  const calls: FunctionCall[] = [];

  const list = (node: ListNode | null): void => {
    for (const each of node?.nodes ?? []) body(each);
  };
  const body = (node: BodyNode): void => {
    switch (node.kind) {
      case 'action':
        pipe(node.pipe);
        return;
      case 'if':
      case 'with':
      case 'range':
        pipe(node.pipe);
        list(node.list);
        list(node.otherwise);
        return;
      case 'template':
        if (node.pipe !== null) pipe(node.pipe);
        list(node.block);
        return;
      case 'define':
        list(node.list);
    }
  };
  const pipe = ({ commands }: PipeNode): void => {
    commands.forEach((command, i) => {
      for (const [position, arg] of command.args.entries())
        operand(arg, position === 0 ? argumentOf(command, commands[i - 1]) : undefined);
    });
  };
  const operand = (node: OperandNode, first: OperandNode | undefined): void => {
    if (node.kind === 'pipe') pipe(node);
    else if (node.kind === 'chain') operand(node.base, undefined);
    else if (node.kind === 'identifier') {
      const { name, start, end } = node;
      const accidental = delimiters.left === '{{repl' && text.startsWith(delimiters.left, start - 6);
      calls.push({ name, span: { start, end }, accidental, argument: written(first) });
    }
  };
  list(root);
  return calls;
}

/** The first argument of a command's function; it may come out of the pipe. */
const argumentOf = ({ args }: CommandNode, before: CommandNode | undefined): OperandNode | undefined =>
  args[1] ?? (before?.args.length === 1 ? before.args[0] : undefined);

function written(node: OperandNode | undefined): FunctionCall['argument'] {
  // What the app manager fills in for options that can be repeated is written with brackets.
  if (node?.kind !== 'string' || /\{\{|\[\[/.test(node.text)) return null;
  return { text: node.text, content: { start: node.start + 1, end: node.end - 1 } };
}
