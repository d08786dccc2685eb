import type { Span } from '../text/span.ts';
import { builtinNames } from './builtin-names.ts';
import { byteLength } from './bytes.ts';
import { type Delimiters, plainDelimiters, type Token } from './lexer.ts';
import {
  type BodyNode,
  type BranchNode,
  type CommandNode,
  isEmptyList,
  type ListNode,
  type OperandNode,
  type PipeNode,
  type VariableNode,
} from './nodes.ts';
import { parseNumber, runeConstant } from './number.ts';
import type { ProblemCode, TemplateProblem } from './problem.ts';
import { quote, unquote, unquoteRune } from './quote.ts';
import type { Body, TemplateFile } from './template.ts';
import { Tokens } from './tokens.ts';
import { writeNode } from './write.ts';

export interface ParseOptions {
  readonly delims?: Delimiters;
  /** The functions that there are beside Go's own; any other name is a problem. `any` lets all names pass. */
  readonly functions?: { has(name: string): boolean } | 'any';
}

/**
 * Parses a text as Go's text/template/parse does. Go gives up at the first error and so refuses the whole file; here
 * the first problem is Go's, and the parser goes on with the next action, so that an editor sees the rest.
 */
export function parseTemplate(name: string, text: string, options: ParseOptions = {}): TemplateFile {
  return new Parser(name, text, options).file();
}

/**
 * How deep parentheses and blocks may be nested, and how long a chain of `else if` may be. Go allows 10,000 of the first
 * and any number of the others, on a stack that grows.
 */
const maxNesting = 300;
const maxProblems = 1000;

/** Thrown where an action cannot be gone on with; the problem has been noted. */
class BrokenAction extends Error {}
/** Thrown where the text cannot be gone on with. */
class BrokenText extends Error {}

type Terminator = { readonly type: 'end' | 'else' | 'eof' } & Span;
type Item = BodyNode | Terminator;

class Parser {
  readonly #name: string;
  readonly #text: string;
  readonly #delimiters: Delimiters;
  readonly #functions: { has(name: string): boolean } | 'any';
  readonly #tokens: Tokens;
  readonly #problems: TemplateProblem[] = [];
  readonly #bodies = new Map<string, { readonly list: ListNode }>();
  #vars: string[] = ['$'];
  #loops = 0;
  #nesting = 0;
  #actionLine = 0;
  /** Where the action's left delimiter starts and, once read, its right one ends. */
  #head: { start: number; end: number } = { start: 0, end: 0 };
  #lineStarts: number[] | null = null;

  constructor(name: string, text: string, options: ParseOptions) {
    this.#name = name;
    this.#text = text;
    this.#delimiters = options.delims ?? plainDelimiters;
    this.#functions = options.functions ?? new Set<string>();
    const plain = new Set(
      ['break', 'continue'].filter((word) => this.#functions !== 'any' && this.#functions.has(word)),
    );
    this.#tokens = new Tokens(text, this.#delimiters, plain);
  }

  file(): TemplateFile {
    const nodes: BodyNode[] = [];
    try {
      this.#parseRoot(nodes);
    } catch (error) {
      if (!(error instanceof BrokenText)) throw error;
    }
    const root: ListNode = { kind: 'list', start: 0, end: this.#text.length, at: 0, nodes };
    this.#add(this.#name, root, { start: 0, end: 0 });
    const bodies: Body[] = [];
    const file: TemplateFile = {
      name: this.#name,
      text: this.#text,
      delimiters: this.#delimiters,
      root,
      bodies,
      problems: this.#problems,
    };
    for (const [name, body] of this.#bodies) bodies.push({ name, list: body.list, file });
    return file;
  }

  // Problems

  #lineOf(offset: number): number {
    if (this.#lineStarts === null) {
      this.#lineStarts = [0];
      for (let at = this.#text.indexOf('\n'); at >= 0; at = this.#text.indexOf('\n', at + 1))
        this.#lineStarts.push(at + 1);
    }
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #note(
    code: ProblemCode,
    message: string,
    span: Span,
    line = this.#lineOf(this.#tokens.newest.start),
  ): void {
    if (this.#problems.length >= maxProblems) return;
    const error = `template: ${this.#name}:${line}: ${message}`;
    this.#problems.push({ code, message, error, start: span.start, end: span.end });
  }

  #fail(message: string, span: Span, code: ProblemCode = 'syntax'): never {
    this.#note(code, message, span);
    throw new BrokenAction();
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.#fail(`unexpected ${writeToken(token)} in ${context}`, token);
    let extra = '';
    if (this.#actionLine !== 0 && this.#actionLine !== this.#lineOf(token.start)) {
      extra = ` in action started at ${this.#name}:${this.#actionLine}`;
      if (token.value.endsWith(' action')) extra = extra.slice(' in action'.length);
    }
    const unclosed = /^unclosed|^unterminated/.test(token.value);
    return this.#fail(token.value + extra, token, unclosed ? 'unclosed' : 'syntax');
  }

  #deeper<T>(span: Span, message: string, parse: () => T): T {
    if (this.#nesting >= maxNesting) {
      this.#note('too-deep', message, span);
      throw new BrokenText();
    }
    this.#nesting++;
    try {
      return parse();
    } finally {
      this.#nesting--;
    }
  }

  // Bodies

  #parseRoot(nodes: BodyNode[]): void {
    for (;;) {
      const token = this.#tokens.peek();
      if (token.type === 'eof') return;
      const item = this.#textOrAction(true);
      if (!isTerminator(item)) nodes.push(item);
      else this.#note('syntax', `unexpected {{${item.type}}}`, item);
    }
  }

  /** Up to `{{end}}`, `{{else}}` or the text's end, which is a problem. */
  #itemList(head: Span): { readonly list: ListNode; readonly next: Terminator } {
    const nodes: BodyNode[] = [];
    const at = this.#tokens.peekNonSpace().start;
    const start = this.#head.end;
    const list = (end: number): ListNode => ({ kind: 'list', start, end: Math.max(start, end), at, nodes });
    for (;;) {
      const token = this.#tokens.peekNonSpace();
      if (token.type === 'eof') {
        this.#note('unclosed', 'unexpected EOF', head);
        return { list: list(token.start), next: { type: 'eof', start: token.start, end: token.end } };
      }
      const item = this.#textOrAction(false);
      if (isTerminator(item)) return { list: list(item.start), next: item };
      nodes.push(item);
    }
  }

  /** A body that only `{{end}}` may end. */
  #closedList(head: Span, wrong: (found: string) => string, line?: number): { list: ListNode; end: number } {
    let { list, next } = this.#itemList(head);
    while (next.type === 'else') {
      this.#note('syntax', wrong('{{else}}'), next, line);
      const more = this.#itemList(head);
      list = { ...list, end: more.list.end, nodes: [...list.nodes, ...more.list.nodes] };
      next = more.next;
    }
    return { list, end: next.end };
  }

  #textOrAction(atRoot: boolean): Item {
    const token = this.#tokens.nextNonSpace();
    if (token.type === 'text')
      return { kind: 'text', start: token.start, end: token.end, at: token.start, text: token.value };
    if (token.type === 'comment')
      return { kind: 'comment', start: token.start, end: token.end, at: token.start };
    const start = token.start;
    this.#head = { start, end: start };
    try {
      if (token.type !== 'leftDelim') this.#unexpected(token, 'input');
      // Go sets no line where a definition is begun.
      if (!atRoot || !isKeyword(this.#tokens.peekNonSpace(), 'define')) {
        this.#actionLine = this.#lineOf(start);
      }
      const item = this.#action(start, atRoot);
      this.#actionLine = 0;
      return item;
    } catch (error) {
      if (!(error instanceof BrokenAction)) throw error;
      this.#actionLine = 0;
      const end = Math.max(this.#tokens.leaveAction(), start);
      this.#head = { start, end };
      return { kind: 'broken', start, end, at: start };
    }
  }

  #action(start: number, atRoot: boolean): Item {
    const token = this.#tokens.nextNonSpace();
    if (token.type === 'keyword') {
      switch (token.value) {
        case 'if':
        case 'with':
        case 'range':
          return this.#branch(start, token.value);
        case 'else': {
          const next = this.#tokens.peekNonSpace();
          if (isKeyword(next, 'if') || isKeyword(next, 'with'))
            return { type: 'else', start, end: next.start };
          return { type: 'else', start, end: this.#rightDelim('else') };
        }
        case 'end':
          return { type: 'end', start, end: this.#rightDelim('end') };
        case 'template':
          return this.#templateAction(start);
        case 'block':
          return this.#block(start);
        case 'break':
        case 'continue': {
          const word = token.value;
          const next = this.#tokens.nextNonSpace();
          if (next.type !== 'rightDelim') this.#unexpected(next, `{{${word}}}`);
          this.#head.end = next.end;
          if (this.#loops === 0) this.#fail(`{{${word}}} outside {{range}}`, token);
          return { kind: word, start, end: next.end, at: token.start };
        }
        case 'define':
          if (atRoot) return this.#define(start);
          // Go knows definitions only at the top. Its body is read all the same, so that its end is its own.
          this.#note('syntax', 'unexpected <define> in command', token);
          return this.#define(start);
      }
    }
    this.#tokens.backup();
    const first = this.#tokens.peek();
    const pipe = this.#pipeline('command', 'rightDelim');
    return { kind: 'action', start, end: this.#head.end, at: first.start, pipe };
  }

  #rightDelim(context: string): number {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== 'rightDelim') this.#unexpected(token, context);
    this.#head.end = token.end;
    return token.end;
  }

  /** The pipeline of an action that opens a body. If it is broken, the body is read all the same. */
  #headPipeline(context: string): PipeNode {
    const start = this.#head.start;
    try {
      return this.#pipeline(context, 'rightDelim');
    } catch (error) {
      if (!(error instanceof BrokenAction)) throw error;
      const end = this.#tokens.leaveAction();
      this.#head = { start, end };
      return { kind: 'pipe', start: end, end, at: end, isAssign: false, declared: [], commands: [] };
    }
  }

  #branch(start: number, kind: 'if' | 'with' | 'range'): BranchNode {
    const message = 'max nesting depth exceeded';
    return this.#deeper({ start, end: this.#head.end }, message, () => this.#branchInside(start, kind));
  }

  #branchInside(start: number, kind: 'if' | 'with' | 'range'): BranchNode {
    const scope = this.#vars.length;
    const pipe = this.#headPipeline(kind);
    const head: Span = { start, end: this.#head.end };
    this.#actionLine = 0;
    if (kind === 'range') this.#loops++;
    const body = this.#itemList(head);
    if (kind === 'range') this.#loops--;
    let otherwise: ListNode | null = null;
    let end = body.next.end;
    if (body.next.type === 'else') {
      const next = this.#tokens.peek();
      if (kind !== 'range' && isKeyword(next, kind)) {
        this.#tokens.next();
        this.#head = { start: body.next.start, end: body.next.start };
        const chained = this.#branch(body.next.start, kind);
        end = chained.end;
        otherwise = { kind: 'list', start: body.next.start, end, at: body.next.start, nodes: [chained] };
      } else {
        if (next.type === 'keyword') {
          // `{{else if}}` of something that is no `if`.
          this.#head = { start: body.next.start, end: body.next.start };
        } else this.#head.end = body.next.end;
        const rest = this.#closedList(head, (found) => `expected end; found ${found}`);
        otherwise = rest.list;
        end = rest.end;
      }
    }
    this.#vars.length = scope;
    return { kind, start, end, at: pipe.at, head, pipe, list: body.list, otherwise };
  }

  #templateAction(start: number): BodyNode {
    const context = 'template clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    let pipe: PipeNode | null = null;
    const next = this.#tokens.nextNonSpace();
    if (next.type === 'rightDelim') this.#head.end = next.end;
    else {
      this.#tokens.backup();
      pipe = this.#pipeline(context, 'rightDelim');
    }
    const head = { start, end: this.#head.end };
    const nameSpan = { start: token.start, end: token.end };
    return { kind: 'template', ...head, at: token.start, head, name, nameSpan, pipe, block: null };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    return unquote(token.value) ?? this.#fail('invalid syntax', token);
  }

  #block(start: number): BodyNode {
    const context = 'block clause';
    const token = this.#tokens.nextNonSpace();
    let name = '';
    let pipe: PipeNode | null = null;
    try {
      name = this.#templateName(token, context);
    } catch (error) {
      if (!(error instanceof BrokenAction)) throw error;
      this.#head.end = this.#tokens.leaveAction();
    }
    if (this.#head.end === start) pipe = this.#headPipeline(context);
    const head = { start, end: this.#head.end };
    const line = this.#lineOf(this.#tokens.newest.start);
    const body = this.#inner(head, () =>
      this.#closedList(head, (found) => `unexpected ${found} in ${context}`, line),
    );
    if (name !== '') this.#add(name, body.list, token);
    const nameSpan = { start: token.start, end: token.end };
    return {
      kind: 'template',
      start,
      end: body.end,
      at: token.start,
      head,
      name,
      nameSpan,
      pipe,
      block: body.list,
    };
  }

  #define(start: number): BodyNode {
    const context = 'define clause';
    let name: string | null = null;
    let nameSpan: Span = { start: this.#head.start, end: this.#head.start };
    const line = this.#actionLine;
    this.#actionLine = 0;
    try {
      const token = this.#tokens.nextNonSpace();
      nameSpan = { start: token.start, end: token.end };
      name = this.#templateName(token, context);
      this.#rightDelim(context);
    } catch (error) {
      if (!(error instanceof BrokenAction)) throw error;
      this.#head = { start, end: this.#tokens.leaveAction() };
    }
    const head = { start, end: this.#head.end };
    const body = this.#inner(head, () =>
      this.#closedList(head, (found) => `unexpected ${found} in ${context}`),
    );
    this.#actionLine = line;
    if (name !== null) this.#add(name, body.list, nameSpan);
    return {
      kind: 'define',
      start,
      end: body.end,
      at: start,
      head,
      name: name ?? '',
      nameSpan,
      list: body.list,
    };
  }

  /** A body that shares neither variables nor loops with what is around it. */
  #inner<T>(head: Span, parse: () => T): T {
    const [vars, loops, line] = [this.#vars, this.#loops, this.#actionLine];
    this.#vars = ['$'];
    this.#loops = 0;
    this.#actionLine = 0;
    const result = this.#deeper(head, 'max nesting depth exceeded', parse);
    this.#vars = vars;
    this.#loops = loops;
    this.#actionLine = line;
    return result;
  }

  #add(name: string, list: ListNode, span: Span): void {
    const known = this.#bodies.get(name);
    if (known === undefined || isEmptyList(known.list)) {
      this.#bodies.delete(name);
      this.#bodies.set(name, { list });
    } else if (!isEmptyList(list)) {
      this.#note('syntax', `template: multiple definition of template ${quote(name)}`, span);
    }
  }

  // Pipelines

  #pipeline(context: string, closing: 'rightDelim' | 'rightParen'): PipeNode {
    const tokens = this.#tokens;
    const first = tokens.peekNonSpace();
    const declared: VariableNode[] = [];
    let isAssign = false;
    declarations: for (;;) {
      const variable = tokens.peekNonSpace();
      if (variable.type !== 'variable') break;
      tokens.next();
      const after = tokens.peek();
      const next = tokens.peekNonSpace();
      const comma = next.type === 'char' && next.value === ',';
      if (next.type === 'assign' || next.type === 'declare' || comma) {
        tokens.nextNonSpace();
        declared.push(variableNode(variable, [variable.value]));
        this.#vars.push(variable.value);
        if (!comma) {
          isAssign = next.type === 'assign';
          break;
        }
        if (context !== 'range' || declared.length >= 2)
          this.#fail(`too many declarations in ${context}`, next);
        switch (tokens.peekNonSpace().type) {
          case 'variable':
          case 'rightDelim':
          case 'rightParen':
            continue declarations;
          default:
            this.#fail('range can only initialize variables', tokens.peekNonSpace());
        }
      } else if (after.type === 'space') tokens.backup3(variable, after);
      else tokens.backup2(variable);
      break;
    }
    const commands: CommandNode[] = [];
    for (;;) {
      const token = tokens.nextNonSpace();
      switch (token.type) {
        case closing: {
          if (closing === 'rightDelim') this.#head.end = token.end;
          this.#checkPipeline(commands, context, { start: first.start, end: token.end });
          const end = commands.at(-1)?.end ?? first.start;
          return { kind: 'pipe', start: first.start, end, at: first.start, isAssign, declared, commands };
        }
        case 'bool':
        case 'charConstant':
        case 'complex':
        case 'dot':
        case 'field':
        case 'identifier':
        case 'number':
        case 'nil':
        case 'rawString':
        case 'string':
        case 'variable':
        case 'leftParen':
          tokens.backup();
          commands.push(this.#command());
          break;
        default:
          this.#unexpected(token, context);
      }
    }
  }

  #checkPipeline(commands: readonly CommandNode[], context: string, span: Span): void {
    if (commands.length === 0) this.#fail(`missing value for ${context}`, span);
    for (const [index, command] of commands.entries()) {
      const word = command.args[0];
      if (index === 0 || word === undefined) continue;
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(word.kind))
        this.#fail(`non executable command in pipeline stage ${index + 1}`, word);
    }
  }

  #command(): CommandNode {
    const tokens = this.#tokens;
    const first = tokens.peekNonSpace();
    const args: OperandNode[] = [];
    for (;;) {
      tokens.peekNonSpace();
      const operand = this.#operand();
      if (operand !== null) args.push(operand);
      const token = tokens.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') tokens.backup();
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.#fail('empty command', first);
    const end = args.at(-1)?.end ?? first.end;
    return { kind: 'command', start: first.start, end, at: first.start, args };
  }

  #operand(): OperandNode | null {
    const tokens = this.#tokens;
    const node = this.#term();
    if (node === null || tokens.peek().type !== 'field') return node;
    const at = tokens.peek().start;
    const path: string[] = [];
    let end = node.end;
    while (tokens.peek().type === 'field') {
      const token = tokens.next();
      path.push(token.value.slice(1));
      end = token.end;
    }
    switch (node.kind) {
      case 'field':
      case 'variable':
        return { ...node, end, at, path: [...node.path, ...path] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${quote(writeNode(node))}`, { start: node.start, end });
      default:
        return { kind: 'chain', start: node.start, end, at, base: node, path };
    }
  }

  #term(): OperandNode | null {
    const token = this.#tokens.nextNonSpace();
    const place = { start: token.start, end: token.end, at: token.start };
    switch (token.type) {
      case 'identifier':
        if (!this.#hasFunction(token.value))
          this.#note('unknown-function', `function ${quote(token.value)} not defined`, token);
        return { kind: 'identifier', ...place, name: token.value };
      case 'dot':
        return { kind: 'dot', ...place };
      case 'nil':
        return { kind: 'nil', ...place };
      case 'variable':
        if (!this.#vars.includes(token.value))
          this.#note('unknown-variable', `undefined variable ${quote(token.value)}`, token);
        return variableNode(token, [token.value]);
      case 'field':
        return { kind: 'field', ...place, path: [token.value.slice(1)] };
      case 'bool':
        return { kind: 'bool', ...place, value: token.value === 'true' };
      case 'charConstant': {
        const code = unquoteRune(token.value);
        if (typeof code === 'string') return this.#fail(code, token);
        return { kind: 'number', ...place, text: token.value, value: runeConstant(code) };
      }
      case 'complex':
        return this.#fail(`complex constants are not supported: ${quote(token.value)}`, token);
      case 'number': {
        const value = parseNumber(token.value);
        if (typeof value === 'string') return this.#fail(value, token);
        return { kind: 'number', ...place, text: token.value, value };
      }
      case 'leftParen': {
        const pipe = this.#deeper(token, 'max expression depth exceeded', () =>
          this.#pipeline('parenthesized pipeline', 'rightParen'),
        );
        return { ...pipe, start: token.start, end: this.#tokens.newest.end };
      }
      case 'string':
      case 'rawString': {
        const text = unquote(token.value) ?? this.#fail('invalid syntax', token);
        return { kind: 'string', ...place, quoted: token.value, text };
      }
      default:
        this.#tokens.backup();
        return null;
    }
  }

  #hasFunction(name: string): boolean {
    return this.#functions === 'any' || this.#functions.has(name) || builtinNames.has(name);
  }
}

const variableNode = (token: Token, path: readonly string[]): VariableNode => ({
  kind: 'variable',
  start: token.start,
  end: token.end,
  at: token.start,
  path,
});

const isTerminator = (item: Item): item is Terminator => 'type' in item;
const isKeyword = (token: Token, word: string): boolean => token.type === 'keyword' && token.value === word;

/** A token as Go's messages name it. */
function writeToken(token: Token): string {
  switch (token.type) {
    case 'eof':
      return 'EOF';
    case 'keyword':
    case 'dot':
    case 'nil':
      return `<${token.value}>`;
  }
  if (byteLength(token.value) <= 10) return quote(token.value);
  return `${quote([...token.value].slice(0, 10).join(''))}...`;
}
