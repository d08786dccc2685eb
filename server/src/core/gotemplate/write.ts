import type { AnyNode, ListNode, PipeNode } from './nodes.ts';
import { quote } from './quote.ts';

/** A node in Go's own spelling of it, as execution errors quote it: always with `{{` and `}}`. */
export function writeNode(node: AnyNode): string {
  switch (node.kind) {
    case 'list':
      return node.nodes.map(writeNode).join('');
    case 'text':
      return node.text;
    case 'comment':
    case 'define':
      return '';
    case 'broken':
      return '{{?}}';
    case 'action':
      return `{{${writePipe(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.kind} ${writePipe(node.pipe)}}}${writeNode(node.list)}${elsePart(node.otherwise)}{{end}}`;
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === null ? '' : ` ${writePipe(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'pipe':
      return writePipe(node);
    case 'command':
      return node.args.map((arg) => (arg.kind === 'pipe' ? `(${writePipe(arg)})` : writeNode(arg))).join(' ');
    case 'identifier':
      return node.name;
    case 'field':
      return node.path.map((name) => `.${name}`).join('');
    case 'variable':
      return node.path.join('.');
    case 'chain': {
      const base = node.base.kind === 'pipe' ? `(${writePipe(node.base)})` : writeNode(node.base);
      return base + node.path.map((name) => `.${name}`).join('');
    }
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
  }
}

const elsePart = (list: ListNode | null): string => (list === null ? '' : `{{else}}${writeNode(list)}`);

function writePipe(pipe: PipeNode): string {
  const commands = pipe.commands.map(writeNode).join(' | ');
  if (pipe.declared.length === 0) return commands;
  return `${pipe.declared.map(writeNode).join(', ')} ${pipe.isAssign ? '=' : ':='} ${commands}`;
}
