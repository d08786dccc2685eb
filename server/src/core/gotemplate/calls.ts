import { contains, type Span } from '../text/span.ts';
import { Lexer, type Token } from './lexer.ts';
import { unquote } from './quote.ts';
import type { TemplateSpan } from './span.ts';

/** An argument of a call as it is written. */
export interface CallArgument extends Span {
  /** What a string says; null for what is no string. */
  readonly text: string | null;
  /** Of a string what stands between its quotes, else all of it. */
  readonly content: Span;
}

/** A function's name in an action, with its arguments as far as they are written. */
export interface TemplateCall {
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly CallArgument[];
  /** What the stage before hands it as its last argument, where that is one string and nothing else. */
  readonly piped: CallArgument | null;
  /** From the start of its pipeline to the end of its last argument; of a name that is an argument just that. */
  readonly expression: Span;
}

/** What stands at an offset of an action. */
export type ActionPlace =
  /** A function's name, or where one could be typed: then the span is empty. */
  | {
      readonly kind: 'word';
      readonly span: Span;
      readonly call: TemplateCall | null;
      readonly startsAction: boolean;
    }
  /** The inside of a string that a function takes; `index` counts its arguments from 0. */
  | {
      readonly kind: 'string';
      readonly span: Span;
      readonly text: string;
      readonly call: TemplateCall;
      readonly index: number;
    };

/** Whether an offset is between the delimiters of an action. */
export function isInAction(text: string, action: TemplateSpan, offset: number): boolean {
  const closed = text.slice(action.end - 2, action.end) === '}}';
  return action.start + action.delimiter.length <= offset && offset <= action.end - (closed ? 2 : 0);
}

/** All functions that are named in an action, in the order in which they stand. Takes half-typed ones as they are. */
export const callsIn = (text: string, action: TemplateSpan): readonly TemplateCall[] =>
  readCalls(text, tokensOf(text, action));

/** What stands at an offset of a text that is in this action; null where nothing is called and nothing could be. */
export function placeInAction(text: string, action: TemplateSpan, offset: number): ActionPlace | null {
  if (action.keyword === 'comment' || !isInAction(text, action, offset)) return null;
  const tokens = tokensOf(text, action);
  const calls = readCalls(text, tokens);
  for (const call of calls) {
    const args = call.piped === null ? call.args : [...call.args, call.piped];
    for (const [index, { content, text: said }] of args.entries())
      if (said !== null && content.start <= offset && offset <= content.end)
        return { kind: 'string', span: content, text: said, call, index };
  }
  const at = tokens.findIndex(({ type, start, end }) => type !== 'space' && start < offset && offset <= end);
  const touched = tokens[at];
  const before = tokens.slice(0, at < 0 ? undefined : at).filter(({ end }) => end <= offset);
  const startsAction = before.every(({ type }) => type === 'leftDelim' || type === 'space');
  if (touched !== undefined && isWord(touched)) return wordPlace(touched, calls, startsAction);
  const next = tokens.find(({ start }) => start === offset);
  if (next !== undefined && isWord(next)) return wordPlace(next, calls, startsAction);
  // Directly behind a string or a number no name can stand, and behind a dot or a dollar another kind of name does.
  const free =
    touched === undefined || ['pipe', 'leftParen', 'leftDelim', 'declare', 'assign'].includes(touched.type);
  if (!free || next?.type === 'field' || next?.type === 'variable') return null;
  const opens = touched === undefined || touched.type === 'leftDelim';
  return {
    kind: 'word',
    span: { start: offset, end: offset },
    call: null,
    startsAction: startsAction && opens,
  };
}

const isWord = ({ type }: Token): boolean => type === 'identifier' || type === 'keyword';

function wordPlace(word: Span, calls: readonly TemplateCall[], startsAction: boolean): ActionPlace {
  const span = { start: word.start, end: word.end };
  const call = calls.find(({ nameSpan }) => nameSpan.start === span.start) ?? null;
  return { kind: 'word', span, call, startsAction };
}

/** So often is the reading of an action taken up again behind what Go cannot read. */
const mostErrors = 50;

/** The tokens of an action in the text's offsets. What Go cannot read is stepped over, an unclosed string is a string. */
function tokensOf(text: string, { start, end, delimiter }: TemplateSpan): Token[] {
  const delimiters = { left: delimiter, right: '}}' };
  const tokens: Token[] = [];
  let from = start + delimiter.length;
  for (let errors = 0; errors < mostErrors && from < end; errors++) {
    const lexer = new Lexer(delimiter + text.slice(from, end), delimiters, new Set());
    const by = from - delimiter.length;
    const failed = readUntilError(lexer, by, tokens, errors === 0);
    if (failed === null) break;
    const { start: at, end: until } = failed;
    const sign = text[at];
    if (sign === '"' || sign === '`') {
      // An unclosed string is taken to be what could be a name, so that what follows it stays what it is.
      const content = /^[\w.-]*/.exec(text.slice(at + 1, end))?.[0] ?? '';
      tokens.push({ type: 'string', start: at, end: at + 1 + content.length, value: sign + content });
      from = at + 1 + content.length;
    } else if (until > at && /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(text.slice(at, until))) {
      tokens.push({ type: 'identifier', start: at, end: until, value: text.slice(at, until) });
      from = until;
    } else from = Math.max(until, at + 1);
  }
  return tokens;
}

function readUntilError(lexer: Lexer, by: number, tokens: Token[], isFirst: boolean): Span | null {
  for (;;) {
    const token = lexer.next();
    const { type, start, end, value } = token;
    if (type === 'error') return value === 'unclosed action' ? null : { start: start + by, end: end + by };
    if (type === 'eof' || type === 'text' || type === 'rightDelim' || type === 'comment') return null;
    if (type !== 'leftDelim' || isFirst) tokens.push({ type, start: start + by, end: end + by, value });
  }
}

interface OpenCall {
  name: string;
  nameSpan: Span;
  args: CallArgument[];
  piped: CallArgument | null;
  expression: { start: number; end: number };
}

/** A command that is being read, and the pipeline that it is in. */
interface Command {
  call: OpenCall | null;
  /** Arguments of a command that calls nothing. */
  bare: CallArgument[];
  piped: CallArgument | null;
  pipelineStart: number | null;
  opened: number;
}

const command = (opened: number, pipelineStart: number | null = null): Command => ({
  call: null,
  bare: [],
  piped: null,
  pipelineStart,
  opened,
});

function readCalls(text: string, tokens: readonly Token[]): readonly TemplateCall[] {
  const calls: OpenCall[] = [];
  const outer: Command[] = [];
  let now = command(0);
  let last: Token | null = null;
  const add = (argument: CallArgument): void => {
    now.pipelineStart ??= argument.start;
    if (now.call === null) now.bare.push(argument);
    else {
      now.call.args.push(argument);
      now.call.expression.end = argument.end;
    }
  };
  for (const token of tokens) {
    const { type, start, end } = token;
    const span = { start, end };
    switch (type) {
      case 'space':
      case 'leftDelim':
      case 'char':
        break;
      case 'keyword':
      case 'declare':
      case 'assign':
        now = command(now.opened);
        break;
      case 'leftParen':
        outer.push(now);
        now = command(start);
        break;
      case 'rightParen': {
        const opened = now.opened;
        now = outer.pop() ?? now;
        add({ start: opened, end, text: null, content: { start: opened, end } });
        break;
      }
      case 'pipe': {
        const [only] = now.bare;
        const piped = now.call === null && now.bare.length === 1 && only?.text != null ? only : null;
        now = { ...command(now.opened, now.pipelineStart), piped };
        break;
      }
      case 'identifier': {
        const isCalled = now.call === null && now.bare.length === 0;
        const call: OpenCall = {
          name: token.value,
          nameSpan: span,
          args: [],
          piped: isCalled ? now.piped : null,
          expression: { start: isCalled ? (now.pipelineStart ?? start) : start, end },
        };
        calls.push(call);
        if (isCalled) {
          now.call = call;
          now.pipelineStart ??= start;
        } else add({ ...span, text: null, content: span });
        break;
      }
      case 'string':
      case 'rawString':
        add({ ...span, ...stringOf(text, token) });
        break;
      default:
        // `.a.b` and `$x.a` are one argument each.
        if (type !== 'field' || last?.end !== start || !holdsFields(last))
          add({ ...span, text: null, content: span });
    }
    last = token;
  }
  return calls;
}

/** Whether a field directly behind it is a field of it. */
const holdsFields = ({ type }: Token): boolean =>
  type === 'field' || type === 'variable' || type === 'rightParen' || type === 'identifier';

function stringOf(text: string, { start, end, value }: Token): Pick<CallArgument, 'text' | 'content'> {
  const closed = value.length > 1 && value.endsWith(value[0] ?? '');
  const content = { start: start + 1, end: closed ? end - 1 : end };
  return { content, text: (closed ? unquote(value) : null) ?? text.slice(content.start, content.end) };
}

/** The action of a text that holds an offset between its delimiters. */
export const actionAt = (
  text: string,
  actions: readonly TemplateSpan[],
  offset: number,
): TemplateSpan | null =>
  actions.find(
    (action) => contains(action, { start: offset, end: offset }) && isInAction(text, action, offset),
  ) ?? null;
