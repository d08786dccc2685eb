import type { Span } from '../text/span.ts';
import { joinBytes } from './bytes.ts';
import { Execution } from './execution.ts';
import { defaultLimits, type LimitCode, type Limits } from './limits.ts';
import type { ActionNode, BranchNode, TextNode } from './nodes.ts';
import { quote } from './quote.ts';
import type { TemplateSet } from './set.ts';
import type { TemplateFunction, UnknownValue, Value } from './value.ts';

/** What becomes of an `if`, `with` or `range` that asks about an unknown. */
export type UnknownBranch = 'first' | 'else' | 'both';

export interface ExecuteOptions {
  /** All functions but Go's own. */
  readonly functions?: ReadonlyMap<string, TemplateFunction>;
  /** Go's option of this name: what a key gives that a map has not. */
  readonly missingKey?: 'default' | 'zero' | 'error';
  /** How an unknown is printed. */
  readonly placeholder?: (unknown: UnknownValue) => string;
  /** Which branches are executed where an unknown decides; the first by default. */
  readonly unknownBranch?: UnknownBranch | ((place: UndecidedPlace) => UnknownBranch);
  readonly limits?: Partial<Limits>;
  /** Hears, in their order, which text or action of the file writes what; a text writes itself. */
  readonly trace?: (source: TextNode | ActionNode, written: string) => void;
}

/** A place where an unknown decides what is executed. */
export interface UndecidedPlace {
  readonly file: string;
  readonly node: BranchNode;
  readonly label: string;
}

export interface UnknownPlace extends UndecidedPlace {
  readonly taken: UnknownBranch;
}

export interface TemplateError extends Span {
  readonly code: 'parse' | 'execution' | LimitCode;
  /** As Go says it: `template: name:1:5: executing "name" at <.x>: …` */
  readonly message: string;
  /** The file that the span is in. */
  readonly file: string;
}

export interface ExecuteResult {
  /** What was written until the end or the error. */
  readonly output: string;
  readonly error: TemplateError | null;
  /** Every place where an unknown decided, once for each time that it was come to. */
  readonly unknowns: readonly UnknownPlace[];
  /** What it cost of the limits of these names. */
  readonly spent: Pick<Limits, 'steps' | 'work'>;
}

/**
 * Executes a template of a set as Go's `ExecuteTemplate` does. Never throws: an error is part of the result.
 *
 * @param data what `.` is; null is Go's nil.
 */
export function execute(
  set: TemplateSet,
  name: string,
  data: Value,
  options: ExecuteOptions = {},
): ExecuteResult {
  const refuse = (code: 'parse' | 'execution', message: string, span: Span): ExecuteResult => ({
    output: '',
    error: { code, message, file: name, start: span.start, end: span.end },
    unknowns: [],
    spent: { steps: 0, work: 0 },
  });
  if (set.problem !== null) return refuse('parse', set.problem.error, set.problem);
  const body = set.bodies.get(name);
  if (body === undefined) {
    const message = `template: no template ${quote(name)} associated with template ${quote(name)}`;
    return refuse('execution', message, { start: 0, end: 0 });
  }
  const execution = new Execution(set, options, { ...defaultLimits, ...options.limits });
  const error = execution.run(body, data);
  const { unknowns, spent } = execution;
  return { output: joinBytes(execution.output), error, unknowns, spent };
}
