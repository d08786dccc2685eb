import { Finder } from './finder.ts';
import type { TemplateSpan } from './span.ts';

export type Delimiter = TemplateSpan['delimiter'];

/**
 * KOTS renders a text twice: first with `{{repl` as left delimiter, then the output of that with `repl{{`
 * (github.com/replicatedhq/kots, pkg/template/builder.go, RenderTemplate).
 */
export const kotsDelimiters: readonly Delimiter[] = ['{{repl', 'repl{{'];

/** What Helm renders a chart's templates with. */
export const chartDelimiters: readonly Delimiter[] = ['{{'];

export interface TemplateScan {
  /** All actions in order; they do not overlap. */
  readonly spans: readonly TemplateSpan[];
  /**
   * For each unterminated action how far text had to be read to know that: the offset behind the last unit looked
   * at, or Infinity where a comment or raw string ran into the end, so that more text might yet close the action.
   */
  readonly reach: ReadonlyMap<TemplateSpan, number>;
}

/**
 * The template actions of a text, found as Go's lexer finds them (text/template/parse/lex.go): a comment ends at its
 * first star and slash, `}}` inside strings, raw strings and character constants does not count, and an action may go over lines.
 * The delimiters are passes in their order: what an earlier one found is opaque to the later ones, and an action
 * that holds such a span swallows it. Any text that starts with a delimiter opens an action, `{{replicas}}` too,
 * because that is what KOTS does with it (and then fails for want of a function `icas`).
 *
 * An action that nothing closes ends at the next `}}` of its line, else with its line. Linear in the text's length.
 */
export function scanTemplates(
  text: string,
  delimiters: readonly Delimiter[] = kotsDelimiters,
): TemplateSpan[] {
  return [...scanTemplatesWithReach(text, delimiters).spans];
}

/** Like scanTemplates, and says of unterminated actions on how much text that rests. */
export function scanTemplatesWithReach(
  text: string,
  delimiters: readonly Delimiter[] = kotsDelimiters,
): TemplateScan {
  let spans: TemplateSpan[] = [];
  const reach = new Map<TemplateSpan, number>();
  for (const delimiter of delimiters) spans = scanPass(text, delimiter, spans, reach);
  return { spans, reach };
}

function scanPass(
  text: string,
  delimiter: Delimiter,
  opaque: readonly TemplateSpan[],
  reach: Map<TemplateSpan, number>,
): TemplateSpan[] {
  let start = text.indexOf(delimiter);
  if (start < 0) return opaque as TemplateSpan[];
  const lexer = new ActionLexer(text, opaque);
  const out: TemplateSpan[] = [];
  let passed = 0;
  while (start >= 0) {
    let next = opaque[passed];
    while (next !== undefined && next.end <= start) {
      out.push(next);
      next = opaque[++passed];
    }
    if (next !== undefined && next.start < start + delimiter.length) {
      start = text.indexOf(delimiter, next.end);
      continue;
    }
    const inside = start + delimiter.length;
    const found = lexer.endOfAction(inside, passed);
    const end = found.terminated ? found.end : recoveredEnd(text, inside);
    const keyword = keywordOf(text, inside, end);
    const span: TemplateSpan = { start, end, delimiter, terminated: found.terminated, keyword };
    if (!found.terminated) reach.set(span, found.reach);
    while (next !== undefined && next.start < end) {
      // An opaque span may hang over a recovered end only by starting inside it; then it stays opaque text.
      if (next.end > end) break;
      next = opaque[++passed];
    }
    if (next !== undefined && next.start < end) {
      out.push({ ...span, end: next.start });
      if (!found.terminated) reach.set(out[out.length - 1] as TemplateSpan, found.reach);
      start = text.indexOf(delimiter, next.end);
    } else {
      out.push(span);
      start = text.indexOf(delimiter, end);
    }
  }
  for (; passed < opaque.length; passed++) out.push(opaque[passed] as TemplateSpan);
  return out;
}

type ActionEnd = { readonly terminated: true; readonly end: number } | Unclosed;
interface Unclosed {
  readonly terminated: false;
  readonly reach: number;
}
const unclosed = (reach: number): Unclosed => ({ terminated: false, reach });

enum Unit {
  Tab = 9,
  LineFeed = 10,
  Return = 13,
  Space = 32,
  DoubleQuote = 34,
  Dollar = 36,
  SingleQuote = 39,
  OpenParenthesis = 40,
  CloseParenthesis = 41,
  Star = 42,
  Plus = 43,
  Comma = 44,
  Minus = 45,
  Dot = 46,
  Slash = 47,
  Colon = 58,
  Equals = 61,
  Backslash = 92,
  Underscore = 95,
  Backquote = 96,
  OpenBrace = 123,
  Bar = 124,
  CloseBrace = 125,
}

/**
 * Finds where actions end. Keeps what it learned between actions, so that a whole text costs linear time: an action
 * runs past other delimiters only inside strings, and no string is entered twice in vain.
 */
class ActionLexer {
  readonly #text: string;
  readonly #opaque: readonly TemplateSpan[];
  readonly #commentEnd: Finder;
  readonly #backquote: Finder;
  /** Where actions that nothing closes entered a string, with their reach. Negative keys: on the first line. */
  readonly #vain = new Map<number, number>();

  constructor(text: string, opaque: readonly TemplateSpan[]) {
    this.#text = text;
    this.#opaque = opaque;
    this.#commentEnd = new Finder(text, '*/');
    this.#backquote = new Finder(text, '`');
  }

  /** @param at the offset behind the left delimiter; @param passed how many opaque spans lie before it. */
  endOfAction(at: number, passed: number): ActionEnd {
    const text = this.#text;
    let next = passed;
    /** Moves to behind the opaque span that holds or starts at `offset`, if there is one. */
    const behindOpaque = (offset: number): number => {
      let span = this.#opaque[next];
      while (span !== undefined && span.end <= offset) span = this.#opaque[++next];
      return span !== undefined && span.start <= offset ? span.end : offset;
    };
    const find = (finder: Finder, from: number): number => {
      let hit = finder.next(from);
      while (hit >= 0) {
        const behind = behindOpaque(hit);
        if (behind === hit) return hit;
        hit = finder.next(behind);
      }
      return hit;
    };

    const body = skipTrim(text, at);
    if (text.charCodeAt(body) === Unit.Slash && text.charCodeAt(body + 1) === Unit.Star) {
      const close = find(this.#commentEnd, body + 2);
      if (close < 0) return unclosed(Number.POSITIVE_INFINITY);
      const end = rightDelimiter(text, close + 2);
      return end < 0 ? unclosed(close + 6) : { terminated: true, end };
    }

    let crossed = false;
    const entered: number[] = [];
    const fail = (reach: number): Unclosed => {
      for (const key of entered) this.#vain.set(key, reach);
      return unclosed(reach);
    };
    let i = at;
    while (i < text.length) {
      const jumped = behindOpaque(i);
      if (jumped !== i) {
        i = jumped;
        continue;
      }
      const unit = text.charCodeAt(i);
      switch (unit) {
        case Unit.CloseBrace:
          if (text.charCodeAt(i + 1) === Unit.CloseBrace) return { terminated: true, end: i + 2 };
          if (crossed) return fail(i + 2);
          i++;
          break;
        case Unit.LineFeed:
        case Unit.Return:
          crossed = true;
          i++;
          break;
        case Unit.OpenBrace:
          if (crossed || text.charCodeAt(i + 1) === Unit.OpenBrace) return fail(i + 2);
          i++;
          break;
        case Unit.DoubleQuote:
        case Unit.SingleQuote: {
          const known = this.#vain.get(crossed ? i : ~i);
          if (known !== undefined) return fail(known);
          entered.push(crossed ? i : ~i);
          i++;
          for (; ; i++) {
            i = behindOpaque(i);
            const inner = text.charCodeAt(i);
            if (inner === unit) break;
            if (i >= text.length || isBreak(inner)) return fail(i + 1);
            if (inner === Unit.Backslash && !isBreak(text.charCodeAt(i + 1))) i++;
          }
          i++;
          break;
        }
        case Unit.Backquote: {
          const known = this.#vain.get(crossed ? i : ~i);
          if (known !== undefined) return fail(known);
          entered.push(crossed ? i : ~i);
          const close = find(this.#backquote, i + 1);
          if (close < 0) return fail(Number.POSITIVE_INFINITY);
          // Whether lines were crossed inside does not matter: the string itself is what spans them.
          i = close + 1;
          break;
        }
        default:
          if (crossed && !mayStandInAction(text, i, unit)) return fail(i + 3);
          i++;
      }
    }
    return fail(text.length);
  }
}

/**
 * Whether Go could accept this unit in an action, strings aside. Asked only on the lines behind the first, where it
 * tells an action that goes on from one that was never closed and has run into the YAML below it.
 */
function mayStandInAction(text: string, at: number, unit: number): boolean {
  if (isWordUnit(unit) || unit > 127) return true;
  switch (unit) {
    case Unit.Space:
    case Unit.Tab:
    case Unit.Dollar:
    case Unit.OpenParenthesis:
    case Unit.CloseParenthesis:
    case Unit.Comma:
    case Unit.Equals:
    case Unit.Bar:
      return true;
    case Unit.Dot:
      return text.charCodeAt(at + 1) !== Unit.Dot;
    case Unit.Colon:
      return text.charCodeAt(at + 1) === Unit.Equals;
    case Unit.Plus:
      return isDigitOrDot(text.charCodeAt(at + 1));
    case Unit.Minus:
      return isDigitOrDot(text.charCodeAt(at + 1)) || rightDelimiter(text, at - 1) >= 0;
    default:
      return false;
  }
}

/** The end of a right delimiter, with its trim marker if it has one, that starts at `at`; -1 if none does. */
function rightDelimiter(text: string, at: number): number {
  if (text.startsWith('}}', at)) return at + 2;
  return isSpace(text.charCodeAt(at)) && text.startsWith('-}}', at + 1) ? at + 4 : -1;
}

/** Behind a left trim marker (`- `), if there is one. */
function skipTrim(text: string, at: number): number {
  return text.charCodeAt(at) === Unit.Minus && isSpace(text.charCodeAt(at + 1)) ? at + 2 : at;
}

function recoveredEnd(text: string, inside: number): number {
  for (let i = inside; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (isBreak(unit)) return i;
    if (unit === Unit.CloseBrace && text.charCodeAt(i + 1) === Unit.CloseBrace) return i + 2;
  }
  return text.length;
}

const controlWords: ReadonlySet<string> = new Set([
  'if',
  'else',
  'end',
  'range',
  'with',
  'define',
  'block',
  'template',
]);

function keywordOf(text: string, inside: number, end: number): TemplateSpan['keyword'] {
  let at = skipTrim(text, inside);
  if (text.startsWith('/*', at)) return 'comment';
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  const dollar = text.charCodeAt(at) === Unit.Dollar;
  const start = dollar ? at + 1 : at;
  let wordEnd = start;
  while (wordEnd < end && isWordUnit(text.charCodeAt(wordEnd))) wordEnd++;
  if (!dollar) {
    if (wordEnd - start > 8) return null;
    const word = text.slice(start, wordEnd);
    return controlWords.has(word) ? (word as TemplateSpan['keyword']) : null;
  }
  let behind = wordEnd;
  while (behind < end && isSpace(text.charCodeAt(behind))) behind++;
  const unit = text.charCodeAt(behind);
  const assigns =
    unit === Unit.Equals || (unit === Unit.Colon && text.charCodeAt(behind + 1) === Unit.Equals);
  return assigns ? 'assignment' : null;
}

const isBreak = (unit: number): boolean => unit === Unit.LineFeed || unit === Unit.Return;
const isSpace = (unit: number): boolean =>
  unit === Unit.Space || unit === Unit.Tab || unit === Unit.LineFeed || unit === Unit.Return;
const isDigitOrDot = (unit: number): boolean => (unit >= 48 && unit <= 57) || unit === Unit.Dot;
const isWordUnit = (unit: number): boolean =>
  (unit >= 97 && unit <= 122) ||
  (unit >= 65 && unit <= 90) ||
  (unit >= 48 && unit <= 57) ||
  unit === Unit.Underscore;
