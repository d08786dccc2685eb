import { scanTemplates } from '../../gotemplate/scan.ts';
import type { TemplateSpan } from '../../gotemplate/span.ts';
import type { TemplateFunction } from '../../gotemplate/value.ts';
import { rawHazards } from '../../manifest/hazards.ts';
import { type MaskedTemplate, maskTemplates } from '../../manifest/mask.ts';
import { parseDocument } from '../../manifest/parse.ts';
import { splitDocuments } from '../../manifest/split.ts';
import type { RenderAttempt } from '../../release/context.ts';
import type { TemplateUnit, YamlBreak } from '../../release/template-facts.ts';
import { applyEdits } from '../../text/edit.ts';
import type { Span } from '../../text/span.ts';
import { closingQuoteRepair, repairsOf } from './break-repairs.ts';
import { isIndependent } from './inspect.ts';
import { type Piece, renderedPieces, textOf, UNKNOWN } from './pieces.ts';

/** Behind so many, the rest of a text says nothing new. */
const MOST_BREAKS = 10;
/** How many templates of a text are tried one by one, and how many units of text are read for that. */
const MOST_TRIED = 20;
const MOST_READ = 500_000;

/** A template, what it makes, and where YAML has it. */
export interface Candidate {
  readonly template: TemplateSpan;
  readonly masked: MaskedTemplate;
  /** What is there instead of the template when YAML is read. */
  readonly made: string;
}

/** What renders templates. */
export interface Rendering {
  functions(): ReadonlyMap<string, TemplateFunction>;
  attempt(text: string): RenderAttempt;
}

/**
 * The templates that make a text no YAML. What is no YAML without them is not theirs, and what nobody can know breaks
 * nothing.
 * @param raw whether the app manager reads the text before it renders it, too
 */
export function yamlBreaks(unit: TemplateUnit, raw: boolean, rendering: Rendering): readonly YamlBreak[] {
  const { text, templates, isYaml } = unit;
  if (templates.length === 0 || (isYaml && !raw && areWords(unit, rendering))) return [];
  const masked = maskTemplates(text, templates).templates;
  if (!isYaml) return behindQuotes(text, masked);
  const before = raw ? brokenBefore(text, templates, masked) : [];
  return before.length > 0 ? before : brokenAfter(text, masked, rendering.functions());
}

/**
 * Whether each template stands behind something on its line and gives a word, or something that nobody can know: then
 * a text that is YAML apart from its templates is YAML. It costs little, and most texts are like that.
 */
function areWords({ text, templates }: TemplateUnit, { attempt }: Rendering): boolean {
  return templates.every((template) => {
    const action = text.slice(template.start, template.end);
    if (!isIndependent(template, action) || isFirst(text, template.start)) return false;
    const { text: made, error } = attempt(action);
    return error === null && (word.test(made) || placeholder.test(made));
  });
}

/** Whether nothing but white space stands in front of an offset on its line. */
function isFirst(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === ' ' || text[before] === '\t') before--;
  return before < 0 || text[before] === '\n' || text[before] === '\r';
}

const word = /^[A-Za-z0-9][\w./-]*$/;
const placeholder = /^«[^«»]*»$/;

/** Text behind the quote that closes a templated value, which no way of rendering makes YAML. */
function behindQuotes(text: string, templates: readonly MaskedTemplate[]): YamlBreak[] {
  return templates.flatMap((masked): YamlBreak[] => {
    const repair = closingQuoteRepair(text, masked);
    if (repair === null || firstProblem(applyEdits(text, repair.edits), 'masked') !== null) return [];
    const said = 'The text behind the closing quote belongs to no value.';
    return [
      {
        when: 'after',
        span: repair.behind,
        said,
        repairs: () => [{ how: 'closing-quote', edits: repair.edits }],
      },
    ];
  });
}

/** What is no YAML as it is written. */
function brokenBefore(
  text: string,
  templates: readonly TemplateSpan[],
  places: readonly MaskedTemplate[],
): YamlBreak[] {
  if (!places.some(mayMislead(text))) return [];
  const maps = new Set(
    rawHazards({ text, templates, root: null, problems: [] })
      .filter(({ kind }) => kind === 'flow-map')
      .map(({ template }) => template.start),
  );
  const pieces = written(text, templates);
  const { culprits } = culpritsIn(text, pieces, places);
  const wrong = places.filter(({ span }) => maps.has(span.start) || culprits.has(span.start));
  return wrong.slice(0, MOST_BREAKS).map((masked): YamlBreak => {
    const template = masked.span;
    const made = text.slice(template.start, template.end);
    const said = maps.has(template.start)
      ? 'An unquoted {{ starts a map.'
      : (culprits.get(template.start) ?? 'It is no YAML.');
    const heals = (healed: string): boolean => isFine(healed, template.start);
    return {
      when: 'before',
      span: { start: template.start, end: template.end },
      said,
      repairs: () => repairsOf(text, { template, masked, made }, 'before', heals),
    };
  });
}

/** Whether the text as written is YAML as far as the template at an offset goes. */
function isFine(text: string, at: number): boolean {
  const templates = scanTemplates(text);
  const places = maskTemplates(text, templates).templates;
  const { culprits } = culpritsIn(text, written(text, templates), places);
  const near = (start: number): boolean => Math.abs(start - at) <= 1;
  return (
    ![...culprits.keys()].some(near) &&
    !rawHazards({ text, templates, root: null, problems: [] }).some(
      ({ kind, template }) => kind === 'flow-map' && near(template.start),
    )
  );
}

/** What is no YAML any more once it is rendered. */
function brokenAfter(
  text: string,
  places: readonly MaskedTemplate[],
  functions: ReadonlyMap<string, TemplateFunction>,
): YamlBreak[] {
  const pieces = renderedPieces(text, functions);
  if (pieces === null || isHarmless(text, pieces, places)) return [];
  const { culprits } = culpritsIn(text, pieces, places);
  return [...culprits].slice(0, MOST_BREAKS).flatMap(([start, said]): YamlBreak[] => {
    const masked = places.find(({ span }) => span.start === start);
    if (masked === undefined) return [];
    const template = masked.span;
    const made = textOf(pieces.filter(({ literal, source }) => !literal && source.start === start));
    const heals = (healed: string): boolean => {
      const again = renderedPieces(healed, functions);
      if (again === null) return false;
      const left = culpritsIn(healed, again, maskTemplates(healed, scanTemplates(healed)).templates);
      return left.culprits.size < culprits.size && left.reads;
    };
    return [
      {
        when: 'after',
        span: { start: template.start, end: template.end },
        said,
        repairs: () => repairsOf(text, { template, masked, made }, 'after', heals),
      },
    ];
  });
}

/** The text with each template as it stands for what it makes. */
function written(text: string, templates: readonly TemplateSpan[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const literal = (end: number): void => {
    if (end > at) pieces.push({ text: text.slice(at, end), source: { start: at, end }, literal: true });
  };
  for (const { start, end } of templates) {
    literal(start);
    pieces.push({ text: text.slice(start, end), source: { start, end }, literal: false });
    at = end;
  }
  literal(text.length);
  return pieces;
}

/**
 * The templates each of which alone makes a text no YAML, with what is wrong then: all others are replaced by what
 * certainly is fine where they stand. If the text is no YAML even so, it is not the templates that break it.
 */
function culpritsIn(
  text: string,
  pieces: readonly Piece[],
  places: readonly MaskedTemplate[],
): { readonly culprits: ReadonlyMap<number, string>; readonly reads: boolean } {
  const culprits = new Map<number, string>();
  if (firstProblem(sure(pieces), 'plain') === null) return { culprits, reads: true };
  const placeOf = byStart(places);
  const standIn = ({ source }: Piece): string => {
    const place = placeOf.get(source.start)?.place;
    return place === undefined || place === 'own-line' || place === 'behind-value' ? '' : 'x';
  };
  const base = pieces.map((piece) => (piece.literal ? piece.text : standIn(piece)));
  if (firstProblem(base.join(''), 'plain') !== null) return { culprits, reads: false };
  const suspects = pieces.filter((piece) => isKnown(piece) && !isFineThere(text, piece, placeOf));
  const starts = [...new Set(suspects.map(({ source }) => source.start))];
  // Each try reads all of it.
  const most = Math.max(2, Math.min(MOST_TRIED, Math.floor(MOST_READ / text.length)));
  for (const start of starts.slice(0, most)) {
    const tried = pieces.map((piece, i) =>
      !piece.literal && piece.source.start === start ? piece.text : (base[i] as string),
    );
    const problem = firstProblem(tried.join(''), 'plain');
    if (problem !== null) culprits.set(start, problem);
  }
  return { culprits, reads: true };
}

const byStart = (places: readonly MaskedTemplate[]): ReadonlyMap<number, MaskedTemplate> =>
  new Map(places.map((masked) => [masked.span.start, masked]));

const isKnown = ({ literal, text }: Piece): boolean => !literal && !text.includes(UNKNOWN);

/** The text with a word for what is unknown, or nothing where such a word would be a line of its own. */
const sure = (pieces: readonly Piece[]): string =>
  textOf(pieces)
    .replace(new RegExp(`^[ \\t]*${UNKNOWN}+[ \\t]*$`, 'gm'), '')
    .replaceAll(UNKNOWN, 'x');

/** What a YAML reader says first of a text, or null where it has nothing to say. */
function firstProblem(text: string, templates: 'masked' | 'plain'): string | null {
  const options = templates === 'plain' ? { delimiters: [] } : {};
  const documents = text.includes('---') ? splitDocuments(text, options.delimiters ?? []) : [{ text }];
  for (const document of documents) {
    const [problem] = parseDocument(document.text, options).problems;
    // Its advice is for texts as they are written.
    if (problem !== undefined) return /^.*?\.(?= |$)/.exec(problem.message)?.[0] ?? problem.message;
  }
  return null;
}

/**
 * Whether every template gives something that is fine wherever its template's mask is, which spares reading the whole
 * text as YAML once more.
 */
function isHarmless(text: string, pieces: readonly Piece[], places: readonly MaskedTemplate[]): boolean {
  if (places.some(({ span }) => span.keyword !== null && span.keyword !== 'comment')) return false;
  const placeOf = byStart(places);
  return pieces.every((piece) => isFineThere(text, piece, placeOf));
}

function isFineThere(
  text: string,
  { literal, text: made, source }: Piece,
  placeOf: ReadonlyMap<number, MaskedTemplate>,
): boolean {
  if (literal || made === UNKNOWN) return true;
  const masked = placeOf.get(source.start);
  switch (masked?.place) {
    case 'single':
      return !/['\r\n]/.test(made);
    case 'double':
      return !/["\\\r\n]/.test(made);
    case 'block-scalar':
    case 'comment':
      return !/[\r\n]/.test(made) && !masked.outdented;
    case 'value-start':
      if (made === '') return endsLine(text, source);
      return word.test(made);
    case 'plain':
      return /^[\w./-]*$/.test(made);
    default:
      return false;
  }
}

const endsLine = (text: string, { end }: Span): boolean =>
  /^[ \t]*(?:\r|\n|$)/.test(text.slice(end, end + 80));

/** Whether a template is anything but text to a reader that knows no templates. */
const mayMislead =
  (text: string) =>
  ({ place, span, flow }: MaskedTemplate): boolean => {
    const action = text.slice(span.start, span.end);
    switch (place) {
      case 'single':
        return action.includes("'");
      case 'double':
        return /["\\]/.test(action);
      case 'block-scalar':
      case 'comment':
        return /[\r\n]/.test(action);
      case 'plain':
      case 'value-start':
        return flow || action.startsWith('{') || /:(?:\s|$)|\s#|[\r\n]/.test(action);
      default:
        return true;
    }
  };
