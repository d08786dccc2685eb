import { parseTemplate } from '../../gotemplate/parse.ts';
import type { TemplateProblem } from '../../gotemplate/problem.ts';
import { scanTemplates } from '../../gotemplate/scan.ts';
import type { TemplateSpan } from '../../gotemplate/span.ts';
import { maskTemplates, type TemplatePlace } from '../../manifest/mask.ts';
import type {
  FunctionCall,
  TemplateFacts,
  TemplateFault,
  TemplateUnit,
} from '../../release/template-facts.ts';
import { shift } from '../../text/span.ts';
import { passes } from '../functions/passes.ts';
import { callsIn } from './calls.ts';
import { repairOf, writtenEnd } from './repair.ts';

/** Behind so many, the rest of a text says nothing new. */
const MOST_FAULTS = 100;
/** More different templates than a release has; what is typed meanwhile must not pile up. */
const MOST_REMEMBERED = 5000;

/**
 * What the templates of a text say and what is wrong with them. A template that steers nothing means the same wherever
 * it stands, so that in a text with no others each different one is read once.
 * @param remembered what single templates say, from before and for later
 */
export function inspectUnit(
  { text, templates }: TemplateUnit,
  remembered: Map<string, TemplateFacts>,
): TemplateFacts {
  const calls: FunctionCall[] = [];
  for (const template of templates) {
    const action = text.slice(template.start, template.end);
    if (!isIndependent(template, action)) return inspectTemplates(text);
    let facts = remembered.get(action);
    if (facts === undefined) {
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      facts = inspectTemplates(action);
      remembered.set(action, facts);
    }
    if (facts.problems.length > 0) return inspectTemplates(text);
    for (const call of facts.calls) calls.push(moved(call, template.start));
  }
  return { problems: [], calls };
}

function moved(call: FunctionCall, by: number): FunctionCall {
  const { span, argument } = call;
  return {
    ...call,
    span: shift(span, by),
    argument: argument && { ...argument, content: shift(argument.content, by) },
  };
}

/** Whether a template neither depends on others nor others on it. */
export const isIndependent = ({ keyword, terminated }: TemplateSpan, action: string): boolean =>
  terminated && (keyword === null || keyword === 'comment') && !action.includes('$') && !trims(action);

/** Whether it takes away white space around it. */
const trims = (action: string): boolean => /^(?:\{\{repl|repl\{\{)-\s|\s-\}\}$/.test(action);

/**
 * What the templates of a text say and what is wrong with them, whatever any of them would give. Both passes are read
 * from the text as it stands: what the first one writes into the templates of the second is not known yet, so nothing
 * is said of a template that holds one of the first pass.
 */
function inspectTemplates(text: string): TemplateFacts {
  const found: TemplateFault[] = [];
  let places: ReadonlyMap<number, TemplatePlace> | null = null;
  const placeOf = ({ start }: TemplateSpan): TemplatePlace => {
    places ??= new Map(
      maskTemplates(text, scanTemplates(text)).templates.map(({ span, place }) => [span.start, place]),
    );
    return places.get(start) ?? 'plain';
  };
  const calls = passes.flatMap((delims, pass) => {
    if (!text.includes(delims.left)) return [];
    const file = parseTemplate('', text, { delims, functions: 'any' });
    const actions = file.problems.length === 0 ? [] : scanTemplates(text);
    for (const problem of file.problems) {
      if (found.length >= MOST_FAULTS) break;
      const action = actionOf(problem, actions, delims.left);
      if (action === null || (pass > 0 && holdsFirstPass(text, action))) continue;
      found.push(faultOf(text, problem, action, placeOf));
    }
    return callsIn(file);
  });
  // An action that could not be read may be the `if` or the `end` that seems to be missing.
  const broken = found.some(({ kind }) => kind === 'syntax' || kind === 'unclosed');
  const problems = found.filter(({ kind }) => !broken || (kind !== 'unended' && kind !== 'stray'));
  return {
    problems: problems.sort((a, b) => a.span.start - b.span.start),
    calls: calls.sort((a, b) => a.span.start - b.span.start),
  };
}

/** The action that a problem is about; errors of the lexer may point far behind its end. */
function actionOf(
  { start }: TemplateProblem,
  actions: readonly TemplateSpan[],
  delimiter: string,
): TemplateSpan | null {
  let last: TemplateSpan | null = null;
  for (const action of actions) {
    if (action.start > start) break;
    if (action.delimiter === delimiter) last = action;
  }
  return last;
}

const holdsFirstPass = (text: string, { start, end }: TemplateSpan): boolean =>
  text.slice(start, end).includes(passes[0].left);

function faultOf(
  text: string,
  problem: TemplateProblem,
  action: TemplateSpan,
  placeOf: (action: TemplateSpan) => TemplatePlace,
): TemplateFault {
  const { message } = problem;
  const { start: from, end: to } = problem.end > problem.start ? problem : action;
  const span = { start: from, end: to };
  if (message === 'unexpected EOF') return { kind: 'unended', span, said: message, repair: null };
  if (/^unexpected \{\{(?:end|else)\}\}$/.test(message))
    return { kind: 'stray', span, said: message, repair: null };
  const place = placeOf(action);
  const whole = { start: action.start, end: writtenEnd(text, action, place) };
  const repair = repairOf(text, action, place);
  const unclosed = !action.terminated && (endless.test(message) || text[problem.start] === '}');
  if (unclosed) return { kind: 'unclosed', span: whole, said: message, repair };
  const start = problem.start > whole.start && problem.start < whole.end ? problem.start : whole.start;
  const end = Math.min(problem.end, whole.end);
  return { kind: 'syntax', span: end > start ? { start, end } : whole, said: message, repair };
}

const endless = /^unclosed (?:action|comment)|^unterminated character constant/;
