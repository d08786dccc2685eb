import type { MaskedTemplate } from '../../manifest/mask.ts';
import type { YamlNode, YamlScalar } from '../../manifest/node.ts';
import { parseDocument } from '../../manifest/parse.ts';
import type { YamlBreak, YamlRepair } from '../../release/template-facts.ts';
import { applyEdits, type TextEdit } from '../../text/edit.ts';
import type { Span } from '../../text/span.ts';
import type { Candidate } from './breaks.ts';

/** Trying repairs means reading all of a text again and again. */
const LONGEST = 50_000;

/**
 * What can be done about a template that makes a text no YAML; each was tried.
 * @param when whether the text is read as it is written, or when it is rendered
 * @param heals whether a text is fine where the template stands
 */
export function repairsOf(
  text: string,
  candidate: Candidate,
  when: YamlBreak['when'],
  heals: (text: string) => boolean,
): YamlRepair[] {
  if (text.length > LONGEST) return [];
  const scalar = scalarAt(text, candidate.template.start);
  const repairs =
    when === 'before' ? beforeRepairs(text, candidate, scalar) : afterRepairs(text, candidate, scalar);
  return repairs.filter(({ edits }) => heals(applyEdits(text, edits)));
}

function beforeRepairs(
  text: string,
  { template, masked }: Candidate,
  scalar: YamlScalar | null,
): YamlRepair[] {
  const action = text.slice(template.start, template.end);
  const repairs: YamlRepair[] = [];
  if (masked.place === 'value-start' && template.delimiter === '{{repl')
    repairs.push({ how: 'delimiters', edits: [{ span: template, newText: otherDelimiters(action) }] });
  if (masked.place === 'double' && !action.includes('`') && !action.includes('\\'))
    repairs.push({
      how: 'backquotes',
      edits: [{ span: template, newText: action.replaceAll('"', '`') }],
    });
  if (scalar !== null) repairs.push(...inQuotes(text, scalar));
  return repairs;
}

function afterRepairs(
  text: string,
  { template, masked, made }: Candidate,
  scalar: YamlScalar | null,
): YamlRepair[] {
  const alone = isAlone(text, template);
  const column = template.start - lineStart(text, template.start);
  const lines = /[\r\n]/.test(made);
  if (lines && alone && (masked.place === 'own-line' || masked.place === 'block-scalar' || column > 0)) {
    const nindent = piped(text, template, `nindent ${column}`);
    return [{ how: 'nindent', edits: [nindent] }];
  }
  if (scalar === null) return [];
  const whole = scalar.content.start === template.start && scalar.content.end === template.end;
  if (lines) return whole && scalar.style === 'plain' ? inBlock(text, template) : [];
  const repairs = inQuotes(text, scalar);
  if (whole && scalar.style === 'plain')
    repairs.push({ how: 'quote', edits: [piped(text, template, 'quote')] });
  return repairs;
}

/** The value in single quotes, or in double ones where single ones do not do. */
function inQuotes(text: string, scalar: YamlScalar): YamlRepair[] {
  const { style, content, span } = scalar;
  if (style === 'literal' || style === 'folded') return [];
  const inside = text.slice(content.start, content.end);
  const outside: Span = style === 'plain' ? content : span;
  return ["'", '"']
    .filter((mark) => !inside.includes(mark) && (mark === "'" || !inside.includes('\\')))
    .map((mark) => ({ how: 'quotes', edits: [{ span: outside, newText: mark + inside + mark }] }));
}

/** `key: repl{{ … }}` as a block of lines. */
function inBlock(text: string, template: Span): YamlRepair[] {
  const line = lineStart(text, template.start);
  const key = /^([ \t]*(?:- +)*)[^\s#'"].*:[ \t]+$/.exec(text.slice(line, template.start));
  if (key === null) return [];
  const indent = (key[1] as string).length + 2;
  const { newText, span } = piped(text, template, `nindent ${indent}`);
  return [
    {
      how: 'nindent',
      edits: [
        { span: { start: template.start, end: template.start }, newText: `|\n${' '.repeat(indent)}` },
        { span, newText },
      ],
    },
  ];
}

/** One more step at the end of a template's pipeline. */
function piped(text: string, { start, end }: Span, step: string): TextEdit {
  const close = /\s*-?\}\}$/.exec(text.slice(start, end))?.[0] ?? '}}';
  const at = end - close.length;
  return { span: { start: at, end: at }, newText: ` | ${step}` };
}

/** `{{repl …}}` as `repl{{ …}}`. */
const otherDelimiters = (action: string): string => `repl{{${action.slice('{{repl'.length)}`;

/**
 * The text behind the quote that closes a templated value, and the edits that take it in.
 * @returns null where none stands there
 */
export function closingQuoteRepair(
  text: string,
  { span, place }: MaskedTemplate,
): { readonly behind: Span; readonly edits: readonly TextEdit[] } | null {
  if (place !== 'single' && place !== 'double') return null;
  const mark = place === 'single' ? "'" : '"';
  const rest = /^([^'"\r\n]*)(['"])([^\s'",\]}:][^\r\n'"]*)/.exec(text.slice(span.end));
  if (rest === null || rest[2] !== mark) return null;
  const quote = span.end + (rest[1] as string).length;
  const more = (rest[3] as string).replace(/\s+(?:#.*)?$/, '');
  const behind = { start: quote + 1, end: quote + 1 + more.length };
  return {
    behind,
    edits: [
      { span: { start: quote, end: quote + 1 }, newText: '' },
      { span: { start: behind.end, end: behind.end }, newText: mark },
    ],
  };
}

/** The scalar that holds the template at an offset; only in texts of one document. */
function scalarAt(text: string, at: number): YamlScalar | null {
  const search = (node: YamlNode | null): YamlScalar | null => {
    if (node === null || node.span.start > at || at >= node.span.end) return null;
    switch (node.kind) {
      case 'scalar':
        return node;
      case 'sequence':
        return firstOf(node.items);
      case 'map':
        return firstOf(node.entries.flatMap(({ key, value }) => [key, value]));
      case 'alias':
        return null;
    }
  };
  const firstOf = (nodes: readonly (YamlNode | null)[]): YamlScalar | null => {
    for (const node of nodes) {
      const found = search(node);
      if (found !== null) return found;
    }
    return null;
  };
  return search(parseDocument(text).root);
}

const lineStart = (text: string, at: number): number =>
  Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;

/** Whether nothing else stands on the line of a template. */
const isAlone = (text: string, { start, end }: Span): boolean =>
  /^[ \t]*$/.test(text.slice(lineStart(text, start), start)) && /^[ \t]*(?:[\r\n]|$)/.test(text.slice(end));
