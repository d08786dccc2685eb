import { byteLength, fromBytes } from '../../../server/src/core/gotemplate/bytes.ts';
import { unquote } from '../../../server/src/core/gotemplate/quote.ts';
import {
  anyType,
  type CallContext,
  FunctionError,
  type GoType,
  isUnknown,
  type TemplateFunction,
  typeOf,
  type Value,
} from '../../../server/src/core/gotemplate/value.ts';

/** An error of a call, named as Go names it: `repeat: strings: negative Repeat count`. */
export class CallError extends Error {}

type Token = { readonly text: string; readonly kind: 'open' | 'close' | 'string' | 'word' };

/**
 * Evaluates one expression of the oracle's cases: a function with literals and calls in parentheses. The functions
 * are tested by themselves in this way, without the engine of templates.
 */
export function evaluate(
  call: string,
  functions: ReadonlyMap<string, TemplateFunction>,
  context: CallContext,
): Value {
  const tokens = tokensOf(call);
  let at = 0;
  const command = (): Value => {
    const name = tokens[at++]?.text ?? '';
    const args: (Value | Constant)[] = [];
    while (at < tokens.length && tokens[at]?.kind !== 'close') args.push(operand());
    return invoke(name, args);
  };
  const operand = (): Value | Constant => {
    const token = tokens[at++] as Token;
    if (token.kind === 'open') {
      const value = command();
      at++;
      return value;
    }
    if (token.kind === 'string') return unquote(token.text) ?? '';
    if (token.text === 'nil') return null;
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    if (/^[-+0-9.]/.test(token.text)) return { constant: token.text };
    return invoke(token.text, []);
  };
  const invoke = (name: string, args: readonly (Value | Constant)[]): Value => {
    if (name === 'len') return BigInt(byteLength(args[0] as string));
    if (name === 'bytes') return fromBytes(Uint8Array.from(Buffer.from(args[0] as string, 'hex')));
    const found = functions.get(name);
    if (found === undefined) throw new CallError(`function "${name}" not defined`);
    const typed = args.map((arg, i) => ofType(arg, found.parameters[i] ?? found.variadic ?? anyType));
    const stranger = found.unknowns === 'take' ? undefined : typed.find(isUnknown);
    if (stranger !== undefined) return stranger;
    try {
      return found.call(typed, context);
    } catch (error) {
      if (error instanceof FunctionError) throw new CallError(`${name}: ${error.message}`);
      throw error;
    }
  };
  return command();
}

interface Constant {
  readonly constant: string;
}

/** Constants take the parameter's type; values must have it. */
function ofType(arg: Value | Constant, type: GoType): Value {
  if (typeof arg === 'object' && arg !== null && 'constant' in arg) {
    const isFloat = /[.e]/.test(arg.constant);
    if (type === 'float64' || (type === anyType && isFloat)) return Number(arg.constant);
    return type === 'uint32' ? { kind: 'int', type, value: BigInt(arg.constant) } : exactInt(arg.constant);
  }
  if (type !== anyType && typeOf(arg) !== type && !isUnknown(arg))
    throw new CallError(`wrong type for value; expected ${type}; got ${typeOf(arg)}`);
  return arg;
}

function tokensOf(call: string): Token[] {
  const out: Token[] = [];
  const expression = /\s*(?:(\()|(\))|("(?:[^"\\]|\\.)*"|`[^`]*`)|([^\s()"`]+))/gy;
  for (const match of call.matchAll(expression)) {
    if (match[1] !== undefined) out.push({ kind: 'open', text: '(' });
    else if (match[2] !== undefined) out.push({ kind: 'close', text: ')' });
    else if (match[3] !== undefined) out.push({ kind: 'string', text: match[3] });
    else out.push({ kind: 'word', text: match[4] ?? '' });
  }
  return out;
}

const exactInt = (constant: string): bigint =>
  constant.includes('e') ? BigInt(Number(constant)) : BigInt(constant);
