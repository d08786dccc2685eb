import { canBeNil, isAssignable, prepareArgument } from './access.ts';
import { builtins, callee } from './builtins.ts';
import { byteLength } from './bytes.ts';
import type { ExecuteOptions, TemplateError, UnknownBranch, UnknownPlace } from './execute.ts';
import { printable, sortedKeys, sprint } from './format.ts';
import { type LimitCode, type Limits, maxNesting } from './limits.ts';
import type {
  AnyNode,
  BodyNode,
  BranchNode,
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  ListNode,
  NumberNode,
  OperandNode,
  PipeNode,
  TemplateNode,
  VariableNode,
} from './nodes.ts';
import { quote } from './quote.ts';
import { type TemplateSet, templateSet } from './set.ts';
import type { Body, TemplateFile } from './template.ts';
import {
  anyType,
  type CallContext,
  FunctionError,
  type GoType,
  integer,
  isTrue,
  isUnknown,
  reflectType,
  structured,
  type TemplateFunction,
  typeOf,
  type UnknownValue,
  type Value,
  zeroOf,
} from './value.ts';
import { writeNode } from './write.ts';

/**
 * A value as Go's reflect has it: `undefined` is the invalid value (what a missing key gives), `null` is a nil in an
 * interface. They print the same and differ in what may be done with them.
 */
type Held = Value | undefined;

/** No value from an earlier command of the pipeline. */
const missing = Symbol('missing');
type Final = Held | typeof missing;

/** A value and whether it was taken out of an `interface {}`, which errors tell. */
interface Dot {
  readonly value: Held;
  readonly boxed: boolean;
}

interface Variable {
  readonly name: string;
  value: Held;
  boxed: boolean;
}

type Signal = 'break' | 'continue' | null;

class ExecutionFailure extends Error {
  readonly error: TemplateError;

  constructor(error: TemplateError) {
    super(error.message);
    this.error = error;
  }
}

/** One execution: Go's `state` (text/template/exec.go). */
export class Execution implements CallContext {
  output = '';
  readonly unknowns: UnknownPlace[] = [];
  #set: TemplateSet;
  readonly #options: ExecuteOptions;
  readonly #limits: Limits;
  #body!: Body;
  /** The node that an error would name. */
  #node: AnyNode | null = null;
  #variables: Variable[] = [];
  #depth = 0;
  #nesting = 0;
  #steps = 0;
  #work = 0;
  /** Output of finished executions around this one (`include`). */
  #outside = 0;
  /** Whether what is written is a value of a function (`include`). */
  #including = false;
  /** Whether the value that was given last came out of an `interface {}`. */
  #boxed = false;

  constructor(set: TemplateSet, options: ExecuteOptions, limits: Limits) {
    this.#set = set;
    this.#options = options;
    this.#limits = limits;
  }

  get spent(): Pick<Limits, 'steps' | 'work'> {
    return { steps: this.#steps, work: this.#work };
  }

  run(body: Body, data: Value): TemplateError | null {
    try {
      this.#start(body, data);
      return null;
    } catch (error) {
      if (error instanceof ExecutionFailure) return error.error;
      if (isStackOverflow(error)) return this.#limitError('nesting', 'templates are nested too deeply').error;
      throw error;
    }
  }

  #start(body: Body, data: Value): void {
    const dot: Dot = { value: data === null ? undefined : data, boxed: false };
    this.#body = body;
    this.#variables = [{ name: '$', value: dot.value, boxed: false }];
    this.#list(dot, body.list);
  }

  // What functions may ask

  charge(units: number): void {
    this.#work += units;
    if (this.#work > this.#limits.work)
      throw this.#limitError('work', `functions make more than ${this.#limits.work} units of text`);
  }

  placeholder(unknown: UnknownValue): string {
    // The host is told of each one that is printed, also where it cannot choose how.
    const chosen = this.#options.placeholder?.(unknown);
    return unknown.text ?? chosen ?? `<unknown ${unknown.label}>`;
  }

  include(name: string, data: Value): Value {
    const body = this.#set.bodies.get(name);
    if (body === undefined)
      throw new FunctionError(
        `template: no template ${quote(name)} associated with template ${quote(this.#body.file.name)}`,
      );
    return this.#within(this.#set, body, data);
  }

  render(file: TemplateFile, data: Value): Value {
    const others = new Map(this.#set.bodies);
    others.delete(file.name);
    this.charge(others.size);
    const set = templateSet([file], { bodies: others, problem: null });
    if (set.problem !== null) throw new FunctionError(set.problem.error);
    return this.#within(set, set.bodies.get(file.name) as Body, data);
  }

  /** What a body writes, as the value of a function. */
  #within(set: TemplateSet, body: Body, data: Value): string {
    const outer = {
      set: this.#set,
      body: this.#body,
      node: this.#node,
      variables: this.#variables,
      output: this.output,
      including: this.#including,
      boxed: this.#boxed,
      depth: this.#depth,
      nesting: this.#nesting,
    };
    this.#enterTemplate();
    this.#outside += this.output.length;
    this.output = '';
    this.#including = true;
    this.#set = set;
    try {
      this.#start(body, data);
      return this.output;
    } catch (error) {
      if (error instanceof ExecutionFailure && error.error.code === 'execution')
        throw new FunctionError(error.message);
      throw error;
    } finally {
      this.#set = outer.set;
      this.#depth = outer.depth;
      this.#nesting = outer.nesting;
      this.#body = outer.body;
      this.#node = outer.node;
      this.#variables = outer.variables;
      this.output = outer.output;
      this.#including = outer.including;
      this.#outside -= outer.output.length;
      this.#boxed = outer.boxed;
    }
  }

  // Errors and limits

  #error(code: TemplateError['code'], message: string): ExecutionFailure {
    const { name, file } = this.#body;
    const node = this.#node;
    if (node === null)
      return new ExecutionFailure({
        code,
        message: `template: ${name}: ${message}`,
        file: file.name,
        start: 0,
        end: 0,
      });
    const lineStart = file.text.lastIndexOf('\n', node.at - 1) + 1;
    let line = 1;
    for (let at = file.text.indexOf('\n'); at >= 0 && at < lineStart; at = file.text.indexOf('\n', at + 1))
      line++;
    const column = byteLength(file.text.slice(lineStart, node.at));
    const place = `${file.name}:${line}:${column}`;
    const text = `template: ${place}: executing ${quote(name)} at <${writeNode(node)}>: ${message}`;
    return new ExecutionFailure({ code, message: text, file: file.name, start: node.start, end: node.end });
  }

  #fail(message: string): never {
    throw this.#error('execution', message);
  }

  #limitError(code: LimitCode, message: string): ExecutionFailure {
    return this.#error(code, message);
  }

  #step(): void {
    if (++this.#steps > this.#limits.steps)
      throw this.#limitError('steps', `exceeded the limit of ${this.#limits.steps} steps`);
  }

  #enterTemplate(): void {
    if (this.#depth >= this.#limits.depth)
      throw this.#limitError('depth', `exceeded maximum template depth (${this.#limits.depth})`);
    this.#depth++;
  }

  #enter(): void {
    if (++this.#nesting > maxNesting) throw this.#limitError('nesting', 'templates are nested too deeply');
  }

  #write(text: string): void {
    this.output += text;
    if (this.output.length + this.#outside > this.#limits.output)
      throw this.#limitError('output', `output is larger than ${this.#limits.output} units`);
  }

  // Bodies

  #list(dot: Dot, list: ListNode): Signal {
    this.#enter();
    this.#node = list;
    for (const node of list.nodes) {
      const signal = this.#walk(dot, node);
      if (signal !== null) {
        this.#nesting--;
        return signal;
      }
    }
    this.#nesting--;
    return null;
  }

  #walk(dot: Dot, node: BodyNode): Signal {
    this.#step();
    if (node.kind === 'define') return null;
    this.#node = node;
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        if (!this.#including) this.#options.trace?.(node, node.text);
        return null;
      case 'action': {
        const value = this.#pipeline(dot, node.pipe);
        if (node.pipe.declared.length > 0) return null;
        const printed = this.#printed(node, value);
        this.#write(printed);
        if (!this.#including) this.#options.trace?.(node, printed);
        return null;
      }
      case 'if':
      case 'with':
        return this.#ifOrWith(dot, node);
      case 'range':
        return this.#range(dot, node);
      case 'template':
        this.#template(dot, node);
        return null;
      case 'break':
      case 'continue':
        return node.kind;
      default:
        return null;
    }
  }

  #printed(node: AnyNode, value: Held): string {
    this.#node = node;
    if (value === undefined || value === null) return '<no value>';
    if (typeof value === 'string') return value;
    if (structured(value)?.kind === 'function')
      this.#fail(`can't print ${writeNode(node)} of type ${typeOf(value)}`);
    return this.#called(() => sprint([printable(value)], this));
  }

  /** Runs what may fail as a function fails outside of any call. */
  #called<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof FunctionError) this.#fail(error.message);
      throw error;
    }
  }

  #ifOrWith(dot: Dot, node: BranchNode): Signal {
    const mark = this.#variables.length;
    const value = this.#pipeline(dot, node.pipe);
    const inner = node.kind === 'with' ? { value, boxed: false } : dot;
    let signal: Signal = null;
    if (isUnknown(value)) {
      const taken = this.#undecided(node, value);
      if (taken !== 'else') signal = this.#list(inner, node.list);
      if (taken !== 'first' && node.otherwise !== null) signal ??= this.#list(dot, node.otherwise);
    } else if (isTrue(value)) signal = this.#list(inner, node.list);
    else if (node.otherwise !== null) signal = this.#list(dot, node.otherwise);
    this.#variables.length = mark;
    return signal;
  }

  #undecided(node: BranchNode, value: UnknownValue): UnknownBranch {
    const place = { file: this.#body.file.name, node, label: value.label };
    const policy = this.#options.unknownBranch ?? 'first';
    const taken = typeof policy === 'function' ? policy(place) : policy;
    this.unknowns.push({ ...place, taken });
    return taken;
  }

  #range(dot: Dot, node: BranchNode): Signal {
    const mark = this.#variables.length;
    const signal = this.#rangeInside(dot, node);
    this.#variables.length = mark;
    return signal;
  }

  #rangeInside(dot: Dot, node: BranchNode): Signal {
    const value = this.#pipeline(dot, node.pipe);
    const { declared, isAssign } = node.pipe;
    const inside = this.#variables.length;
    /** Gives false where the loop was left. */
    const iterate = (key: Held, element: Held, boxed: boolean): boolean => {
      this.#step();
      const [first, second] = declared;
      if (first !== undefined) {
        if (isAssign) {
          if (second === undefined) this.#assign(first.path[0] as string, element, boxed);
          else {
            this.#assign(first.path[0] as string, key, false);
            this.#assign(second.path[0] as string, element, boxed);
          }
        } else {
          this.#setTop(1, element, boxed);
          if (second !== undefined) this.#setTop(2, key, false);
        }
      }
      const signal = this.#list({ value: element, boxed }, node.list);
      this.#variables.length = inside;
      return signal !== 'break';
    };
    const one = structured(value);
    const whole = integer(value);
    if (one?.kind === 'unknown') {
      const taken = this.#undecided(node, one);
      if (taken !== 'else') iterate(one, one, false);
      if (taken === 'first') return null;
    } else if (whole !== null) {
      if (declared.length > 1)
        this.#fail(`can't use ${this.#text(value)} to iterate over more than one variable`);
      for (let i = 0n; i < whole; i++) {
        const element: Value = one?.kind === 'int' ? { kind: 'int', type: one.type, value: i } : i;
        if (!iterate(undefined, element, false)) break;
      }
      if (whole > 0n) return null;
    } else if (one?.kind === 'list') {
      const boxed = one.element === anyType;
      for (const [index, item] of one.items.entries()) {
        if (!iterate(BigInt(index), item, boxed)) break;
      }
      if (one.items.length > 0) return null;
    } else if (one?.kind === 'map') {
      const boxed = one.element === anyType;
      const pairs = sortedKeys(one).map((key) => [key, one.entries.get(key) ?? null] as const);
      for (const [key, item] of pairs) if (!iterate(key, item, boxed)) break;
      if (pairs.length > 0) return null;
    } else if (value !== undefined && value !== null) {
      this.#fail(`range can't iterate over ${this.#text(value)}`);
    }
    if (node.otherwise === null) return null;
    // To its else a range is one that `break` leaves, but none that `continue` goes on with.
    const signal = this.#list(dot, node.otherwise);
    return signal === 'break' ? null : signal;
  }

  #text(value: Held): string {
    return this.#called(() => sprint([value ?? null], this));
  }

  #template(dot: Dot, node: TemplateNode): void {
    const body = this.#set.bodies.get(node.name);
    if (body === undefined) this.#fail(`template ${quote(node.name)} not defined`);
    if (this.#depth >= this.#limits.depth) this.#enterTemplate();
    const value = node.pipe === null ? undefined : this.#pipeline(dot, node.pipe);
    const outer = { body: this.#body, node: this.#node, variables: this.#variables };
    this.#enterTemplate();
    this.#body = body;
    this.#variables = [{ name: '$', value, boxed: false }];
    this.#list({ value, boxed: false }, body.list);
    this.#depth--;
    this.#body = outer.body;
    this.#node = outer.node;
    this.#variables = outer.variables;
  }

  // Variables

  #find(name: string): Variable {
    for (let i = this.#variables.length - 1; i >= 0; i--) {
      const variable = this.#variables[i] as Variable;
      if (variable.name === name) return variable;
    }
    return this.#fail(`undefined variable: ${name}`);
  }

  #assign(name: string, value: Held, boxed: boolean): void {
    const variable = this.#find(name);
    variable.value = value;
    variable.boxed = boxed;
  }

  #setTop(count: number, value: Held, boxed: boolean): void {
    const variable = this.#variables[this.#variables.length - count] as Variable;
    variable.value = value;
    variable.boxed = boxed;
  }

  // Pipelines

  #pipeline(dot: Dot, pipe: PipeNode): Held {
    this.#enter();
    this.#node = pipe;
    let value: Final = missing;
    for (const command of pipe.commands) {
      this.#step();
      const given = this.#command(dot, command, value);
      // What is in an interface is taken out of it, and nothing is left of a nil.
      value = given === null ? undefined : given;
    }
    const result = value === missing ? undefined : value;
    for (const variable of pipe.declared) {
      const name = variable.path[0] as string;
      if (pipe.isAssign) this.#assign(name, result, false);
      else this.#variables.push({ name, value: result, boxed: false });
    }
    this.#boxed = false;
    this.#nesting--;
    return result;
  }

  #command(dot: Dot, command: CommandNode, final: Final): Held {
    const word = command.args[0] as OperandNode;
    switch (word.kind) {
      case 'field':
        return this.#field(dot, word, command.args, final);
      case 'chain':
        return this.#chain(dot, word, command.args, final);
      case 'identifier':
        return this.#function(dot, word, command, command.args, final);
      case 'pipe':
        this.#notAFunction(command.args, final);
        return this.#pipeline(dot, word);
      case 'variable':
        return this.#variable(dot, word, command.args, final);
    }
    this.#node = word;
    this.#notAFunction(command.args, final);
    this.#boxed = false;
    switch (word.kind) {
      case 'bool':
        return word.value;
      case 'dot':
        this.#boxed = dot.boxed;
        return dot.value;
      case 'nil':
        return this.#fail('nil is not a command');
      case 'number':
        return this.#constant(word);
      case 'string':
        return word.text;
    }
  }

  #notAFunction(args: readonly OperandNode[] | null, final: Final): void {
    if ((args !== null && args.length > 1) || final !== missing)
      this.#fail(
        `can't give argument to non-function ${args === null ? '' : writeNode(args[0] as OperandNode)}`,
      );
  }

  /** A number where no type is asked for: its spelling decides. */
  #constant(node: NumberNode): Value {
    this.#node = node;
    const { text, value } = node;
    const isHex = /^0[xX]./.test(text) && !/[pP]/.test(text);
    if (value.float !== null && !isHex && !text.startsWith("'") && /[.eEpP]/.test(text)) return value.float;
    if (value.int !== null) return value.int;
    return this.#fail(`${text} overflows int`);
  }

  #field(dot: Dot, node: FieldNode, args: readonly OperandNode[] | null, final: Final): Held {
    this.#node = node;
    return this.#path(dot, dot, node, node.path, 0, args, final);
  }

  #chain(dot: Dot, node: ChainNode, args: readonly OperandNode[] | null, final: Final): Held {
    this.#node = node;
    if (node.base.kind === 'nil') this.#fail(`indirection through explicit nil in ${writeNode(node)}`);
    const value = this.#argument(dot, null, node.base);
    return this.#path(dot, { value, boxed: this.#boxed }, node, node.path, 0, args, final);
  }

  #variable(dot: Dot, node: VariableNode, args: readonly OperandNode[] | null, final: Final): Held {
    this.#node = node;
    const variable = this.#find(node.path[0] as string);
    if (node.path.length === 1) {
      this.#notAFunction(args, final);
      this.#boxed = variable.boxed;
      return variable.value;
    }
    return this.#path(dot, variable, node, node.path, 1, args, final);
  }

  #path(
    dot: Dot,
    receiver: Dot,
    node: AnyNode,
    path: readonly string[],
    from: number,
    args: readonly OperandNode[] | null,
    final: Final,
  ): Held {
    let { value } = receiver;
    this.#boxed = receiver.boxed;
    const last = path.length - 1;
    for (let i = from; i < last; i++)
      value = this.#member(dot, value, node, path[i] as string, null, missing);
    return this.#member(dot, value, node, path[last] as string, args, final);
  }

  /** A field, method or map element of a value. */
  #member(
    dot: Dot,
    receiver: Held,
    node: AnyNode,
    name: string,
    args: readonly OperandNode[] | null,
    final: Final,
  ): Held {
    const missingKey = this.#options.missingKey ?? 'default';
    if (receiver === undefined) {
      if (missingKey === 'error') this.#fail(`nil data; no entry for key ${quote(name)}`);
      this.#boxed = false;
      return undefined;
    }
    if (receiver === null) this.#fail(`nil pointer evaluating ${anyType}.${name}`);
    const one = structured(receiver);
    const type = this.#boxed ? anyType : typeOf(receiver);
    if (one !== undefined) {
      if (one.kind === 'unknown') return one.text === undefined ? one : { kind: 'unknown', label: one.label };
      const method =
        one.kind === 'object' || one.kind === 'map' || one.kind === 'list'
          ? one.methods?.get(name)
          : undefined;
      if (method !== undefined) return this.#call(dot, method, false, node, name, args, final);
      const hasArguments = (args !== null && args.length > 1) || final !== missing;
      if (one.kind === 'object') {
        const field = one.fields.get(name);
        if (field !== undefined) {
          if (hasArguments) this.#fail(`${name} has arguments but cannot be invoked as function`);
          this.#boxed = field === null;
          return field;
        }
      } else if (one.kind === 'map') {
        if (hasArguments) this.#fail(`${name} is not a method but has arguments`);
        this.#boxed = one.element === anyType;
        const found = one.entries.get(name);
        if (found !== undefined) return found;
        if (missingKey === 'error') this.#fail(`map has no entry for key ${quote(name)}`);
        if (missingKey === 'zero') return zeroOf(one.element);
        this.#boxed = false;
        return undefined;
      }
    }
    return this.#fail(`can't evaluate field ${name} in type ${type}`);
  }

  // Calls

  #function(
    dot: Dot,
    node: IdentifierNode,
    command: AnyNode,
    args: readonly OperandNode[] | null,
    final: Final,
  ): Held {
    this.#node = node;
    const own = this.#options.functions?.get(node.name);
    const found = own ?? builtins.get(node.name);
    if (found === undefined) return this.#fail(`${quote(node.name)} is not a defined function`);
    return this.#call(dot, found, own === undefined, command, node.name, args, final);
  }

  #call(
    dot: Dot,
    fn: TemplateFunction,
    isBuiltin: boolean,
    node: AnyNode,
    name: string,
    words: readonly OperandNode[] | null,
    final: Final,
  ): Held {
    const args = words === null ? [] : words.slice(1);
    const fixed = fn.parameters.length;
    const count = args.length + (final === missing ? 0 : 1);
    if (fn.variadic !== undefined) {
      if (count < fixed)
        this.#fail(`wrong number of args for ${name}: want at least ${fixed} got ${args.length}`);
    } else if (count !== fixed) this.#fail(`wrong number of args for ${name}: want ${fixed} got ${count}`);

    if (isBuiltin && (name === 'and' || name === 'or')) return this.#shortCircuit(dot, name, args, final);

    const typeAt = (index: number): GoType => fn.parameters[index] ?? fn.variadic ?? anyType;
    const held = args.map((arg, index) => this.#argument(dot, typeAt(index), arg));
    if (final !== missing) held.push(this.#validate(final, typeAt(held.length)));
    const values = held.map((value) => value ?? null);

    this.#boxed = false;
    if (fn.unknowns === undefined) {
      const blocking = values.find(isUnknown);
      if (blocking !== undefined) return { kind: 'unknown', label: blocking.label };
    }
    try {
      if (isBuiltin && name === 'len' && held[0] === undefined)
        throw new FunctionError('reflect: call of reflect.Value.Type on zero Value');
      if (isBuiltin && name === 'call') return this.#callValue(args, values);
      return this.#invoke(fn, values);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      this.#node = node;
      return this.#fail(`error calling ${name}: ${error.message}`);
    }
  }

  #shortCircuit(dot: Dot, name: 'and' | 'or', args: readonly OperandNode[], final: Final): Held {
    let value: Held;
    for (const arg of args) {
      value = this.#argument(dot, reflectType, arg);
      if (isUnknown(value) || isTrue(value) === (name === 'or')) return value;
    }
    return final === missing ? value : final;
  }

  /** Go's `call`: a function that is a value. */
  #callValue(args: readonly OperandNode[], values: readonly Value[]): Value {
    const [value = null, ...rest] = values;
    const name = args[0] === undefined ? typeOf(value) : writeNode(args[0]);
    const fn = callee(name, value, rest.length);
    const prepared = rest.map((one, index) => {
      try {
        return prepareArgument(one, fn.parameters[index] ?? fn.variadic ?? anyType);
      } catch (error) {
        if (error instanceof FunctionError) throw new FunctionError(`arg ${index}: ${error.message}`);
        throw error;
      }
    });
    return this.#invoke(fn, prepared);
  }

  /** Texts cost something wherever they go, because most functions read them from end to end. */
  #invoke(fn: TemplateFunction, values: readonly Value[]): Value {
    for (const value of values) this.#chargeText(value);
    const result = fn.call(values, this);
    if (!values.includes(result)) this.#chargeText(result);
    return result;
  }

  #chargeText(value: Value): void {
    if (typeof value === 'string') this.charge(value.length >> 3);
  }

  /** A value for a parameter. */
  #validate(value: Held, type: GoType | null): Held {
    if (type === null || type === reflectType) return value;
    if (value === undefined) {
      if (canBeNil(type)) return zeroOf(type);
      return this.#fail(`invalid value; expected ${type}`);
    }
    if (value === null) {
      if (type === anyType) return null;
      return this.#fail(`wrong type for value; expected ${type}; got ${anyType}`);
    }
    if (isAssignable(value, type)) return value;
    return this.#fail(`wrong type for value; expected ${type}; got ${typeOf(value)}`);
  }

  #argument(dot: Dot, type: GoType | null, node: OperandNode): Held {
    this.#node = node;
    switch (node.kind) {
      case 'dot':
        this.#boxed = dot.boxed;
        return this.#validate(dot.value, type);
      case 'nil':
        if (type === reflectType) return undefined;
        if (type !== null && canBeNil(type)) return zeroOf(type);
        return this.#fail(`cannot assign nil to ${type ?? ''}`);
      case 'field':
        return this.#validate(this.#field(dot, node, null, missing), type);
      case 'variable':
        return this.#validate(this.#variable(dot, node, null, missing), type);
      case 'pipe':
        return this.#validate(this.#pipeline(dot, node), type);
      case 'identifier':
        return this.#validate(this.#function(dot, node, node, null, missing), type);
      case 'chain':
        return this.#validate(this.#chain(dot, node, null, missing), type);
    }
    this.#boxed = false;
    if (type === null || type === anyType || type === reflectType) {
      if (node.kind === 'number') return this.#constant(node);
      return node.kind === 'bool' ? node.value : node.text;
    }
    if (type === 'bool') {
      if (node.kind === 'bool') return node.value;
      return this.#fail(`expected bool; found ${writeNode(node)}`);
    }
    if (type === 'string') {
      if (node.kind === 'string') return node.text;
      return this.#fail(`expected string; found ${writeNode(node)}`);
    }
    const number = node.kind === 'number' ? node.value : null;
    if (type === 'float64' || type === 'float32')
      return number?.float ?? this.#fail(`expected float; found ${writeNode(node)}`);
    if (/^int(8|16|32|64)?$/.test(type)) {
      const int = number?.int ?? this.#fail(`expected integer; found ${writeNode(node)}`);
      return type === 'int' ? int : { kind: 'int', type, value: int };
    }
    if (/^uint(8|16|32|64|ptr)?$/.test(type)) {
      const uint = number?.uint ?? this.#fail(`expected unsigned integer; found ${writeNode(node)}`);
      return { kind: 'int', type, value: uint };
    }
    return this.#fail(`can't handle ${writeNode(node)} for arg of type ${type}`);
  }
}

const isStackOverflow = (error: unknown): boolean =>
  error instanceof RangeError && /call stack/i.test(error.message);
