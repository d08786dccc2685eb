import { scanTemplates } from '../gotemplate/scan.ts';
import type { TemplateSpan } from '../gotemplate/span.ts';
import { applyEdits, minimalEdit, type TextEdit } from '../text/edit.ts';
import { overlaps, type Span, span } from '../text/span.ts';
import { maskTemplates } from './mask.ts';
import type { YamlScalar } from './node.ts';
import { canBePlain, hasUnprintable, meansNoString } from './plain-text.ts';
import { blockIndent, SourceScalar } from './scalar.ts';
import { decodeScalar } from './scalar-text.ts';

/**
 * The smallest edit of the document that makes `part` of the scalar's text be `newText` and changes nothing else:
 * the quotes stay as they are, and so do comments, line ends and every other value. Templates in `newText` are
 * written as they stand. A plain scalar that the new text would turn into something else is put in quotes.
 *
 * @param documentText the text that the scalar was parsed from.
 * @param part offsets into `scalar.text`.
 * @returns null where nothing changes, where `part` cuts or holds a template, and where YAML has no way to write the
 * text there without touching more.
 */
export function replaceInScalar(
  scalar: YamlScalar,
  documentText: string,
  part: Span,
  newText: string,
): TextEdit | null {
  if (!(scalar instanceof SourceScalar) || scalar.source.text !== documentText || scalar.synthetic)
    return null;
  const { text } = scalar;
  if (isBlock(scalar) && !isPlainBlock(scalar)) return null;
  if (part.start < 0 || part.end < part.start || part.end > text.length) return null;
  if (text.slice(part.start, part.end) === newText) return null;
  if (scalar.templates.some((template) => cuts(template, part))) return null;
  const wanted = text.slice(0, part.start) + newText + text.slice(part.end);

  const inPlace = keepsStyle(scalar, wanted) ? editInPlace(scalar, part, newText, wanted) : null;
  const edit = inPlace ?? (isBlock(scalar) ? null : requote(scalar, wanted));
  return edit !== null && scalar.source.unclosed && !leavesTemplates(scalar, edit) ? null : edit;
}

/** Whether the templates around the scalar are the same after an edit, in a document where one is not closed. */
function leavesTemplates(scalar: SourceScalar, edit: TextEdit): boolean {
  const { text, delimiters } = scalar.source;
  const around = (source: string, end: number): string =>
    scanTemplates(source, delimiters)
      .filter((template) => template.end <= scalar.span.start || template.start >= end)
      .map((t) => `${t.start < end ? t.start : t.start - end} ${t.end - t.start} ${t.terminated}`)
      .join();
  const grown = edit.newText.length - (edit.span.end - edit.span.start);
  return around(text, scalar.span.end) === around(applyEdits(text, [edit]), scalar.span.end + grown);
}

const cuts = (template: Span, part: Span): boolean =>
  part.start === part.end
    ? template.start < part.start && part.start < template.end
    : overlaps(template, part);

const isBlock = ({ style }: YamlScalar): boolean => style === 'literal' || style === 'folded';

/** Whether a block scalar has text that shows its indent, and no template that goes on over several lines. */
function isPlainBlock({ source, content, sourceTemplates }: SourceScalar): boolean {
  const { text, masked } = source;
  if (masked.slice(content.start, content.end).trim() === '') return false;
  return !sourceTemplates.some(({ start, end }) => /[\r\n]/.test(text.slice(start, end)));
}

function keepsStyle(scalar: SourceScalar, wanted: string): boolean {
  if (scalar.style !== 'plain') return true;
  // Templates are decided before YAML is read: what matters is the text around them.
  const templates = scanTemplates(wanted, scalar.source.delimiters);
  const plain = templates.length === 0 ? wanted : maskTemplates(wanted, templates).text;
  const asRead = plain.replace(/[\r\n][ \t\r\n]*/g, ' ');
  if (!canBePlain(asRead, scalar.flow)) return false;
  // A line of templates alone need not be a value; in quotes it is.
  if (templates.length > 0)
    return canBePlain(wanted, false) && standsBehindSomething(scalar) && !hasLines(scalar);
  if (!meansNoString(asRead)) return true;
  // A number may stay one only if it is read back with the same digits: 1.20 would be 1.2.
  return typeof scalar.value !== 'string' && String(Number(asRead)) === asRead;
}

/** Whether the scalar's line starts with something else, so that it cannot be mistaken for a line of templates. */
function standsBehindSomething(scalar: SourceScalar): boolean {
  const { text } = scalar.source;
  let at = scalar.span.start - 1;
  while (at >= 0 && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at--;
  return (
    at >= 0 && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13 && text.charCodeAt(at) !== 0xfeff
  );
}

const hasLines = ({ source, content }: SourceScalar): boolean =>
  /[\r\n]/.test(source.text.slice(content.start, content.end));

function editInPlace(scalar: SourceScalar, part: Span, newText: string, wanted: string): TextEdit | null {
  const source = scalar.source.text;
  const place = scalar.sourceOf(part);
  const encoded = encode(scalar, newText, isLineStart(source, place.end));
  if (encoded === null) return null;
  const content =
    source.slice(scalar.content.start, place.start) + encoded + source.slice(place.end, scalar.content.end);
  if (!readsAs(scalar, content, wanted)) return null;
  return minimalEdit(source.slice(place.start, place.end), encoded, place.start);
}

const isLineStart = (text: string, at: number): boolean =>
  text.charCodeAt(at - 1) === 10 || text.charCodeAt(at - 1) === 13;

/** How a text is written in the scalar's own style; null where that style cannot hold it. */
function encode(scalar: SourceScalar, newText: string, beforeLine: boolean): string | null {
  switch (scalar.style) {
    case 'plain':
      return /[\r\n]/.test(newText) ? null : newText;
    case 'single':
      return /[\r\n]/.test(newText) || hasUnprintable(newText) ? null : encodeSingle(scalar, newText);
    case 'double':
      return encodeDouble(scalar, newText);
    case 'folded':
      return /[\r\n]/.test(newText) || hasUnprintable(newText) ? null : newText;
    case 'literal': {
      if (newText.includes('\r') || hasUnprintable(newText)) return null;
      const { text } = scalar.source;
      const lineEnd = /\r\n|\r|\n/.exec(text.slice(scalar.span.start, scalar.span.end))?.[0] ?? '\n';
      const [first = '', ...rest] = newText.split('\n');
      const indent = ' '.repeat(scalar.layout.indent);
      return rest.reduce((out, line, i) => {
        // The last line goes on with what was there before, which may start with its own indentation.
        const bare = line === '' && (i < rest.length - 1 || beforeLine);
        return out + lineEnd + (bare ? '' : indent + line);
      }, first);
    }
  }
}

/** Whether a changed content is read as the wanted text, in the same style and place. */
function readsAs(scalar: SourceScalar, content: string, wanted: string): boolean {
  const { delimiters, text } = scalar.source;
  // A template that was opened here must also end here.
  const templates = scanTemplates(content, delimiters);
  if (templates.some(({ terminated }) => !terminated)) return false;
  const masked = isBlock(scalar) ? maskBlock(scalar, content, templates) : content;
  if (masked === null) return false;
  const { indent, chomp } = scalar.layout;
  if (/[\r\n](?:---|\.\.\.)(?:\s|$)/.test(`\n${content}`)) return false;
  if (isBlock(scalar)) {
    if (masked.trim() === '' || !isIndented(masked, indent)) return false;
    if (isLineStart(text, scalar.content.end) && !isLineStart(content, content.length)) return false;
    if (!scalar.layout.explicit && !showsIndent(scalar, content, masked, templates)) return false;
    if (text.charCodeAt(scalar.content.start - 1) !== 10 && text.charCodeAt(scalar.content.start - 1) !== 13)
      return false;
  } else if (!quotesClose(scalar.style, content, templates)) return false;
  const decoded = decodeScalar({
    style: scalar.style,
    source: content,
    masked,
    content: span(0, content.length),
    templates,
    indent,
    chomp,
  });
  return decoded.text === wanted;
}

function isIndented(masked: string, indent: number): boolean {
  return masked.split(/\r?\n/).every((line) => line.trim() === '' || line.search(/[^ ]/) >= indent);
}

/** Whether the first line of a block scalar without an indentation indicator still is one that says the indent. */
function showsIndent(
  scalar: SourceScalar,
  content: string,
  masked: string,
  templates: readonly TemplateSpan[],
): boolean {
  const { indent } = scalar.layout;
  if (blockIndent(masked, span(0, masked.length), -1) !== indent) return false;
  const bare = templates.length === 0 ? content : withoutTemplates(content, templates, '');
  return /^[ \t\r\n]*/.exec(bare)?.[0].length === /^[ \t\r\n]*/.exec(content)?.[0].length;
}

/** The content of a block scalar with its templates masked as they would be in the document. */
function maskBlock(scalar: SourceScalar, content: string, templates: readonly TemplateSpan[]): string | null {
  if (templates.length === 0) return content.replace(/\r(?!\n)/g, '\n');
  const header = `${scalar.style === 'literal' ? '|' : '>'}${scalar.layout.indent || ''}${scalar.layout.chomp}\n`;
  const text = header + content;
  const shifted = templates.map((t) => ({
    ...t,
    start: t.start + header.length,
    end: t.end + header.length,
  }));
  return maskTemplates(text, shifted).text.slice(header.length);
}

/** Whether no quote outside templates ends the scalar before its end. */
function quotesClose(
  style: YamlScalar['style'],
  content: string,
  templates: readonly TemplateSpan[],
): boolean {
  if (style === 'plain') return true;
  const bare = withoutTemplates(content, templates);
  return style === 'single'
    ? /^(?:[^']|'')*$/.test(bare)
    : !/(?:^|[^\\])(?:\\\\)*"/.test(bare) && !/(?:^|[^\\])(?:\\\\)*\\$/.test(bare);
}

function withoutTemplates(text: string, templates: readonly TemplateSpan[], by = 'T'): string {
  let out = '';
  let at = 0;
  for (const template of templates) {
    out += text.slice(at, template.start) + by;
    at = template.end;
  }
  return out + text.slice(at);
}

/** The whole scalar in quotes. Takes single ones if they can hold the text. */
function requote(scalar: SourceScalar, wanted: string): TextEdit | null {
  const source = scalar.source.text;
  const templates = scanTemplates(wanted, scalar.source.delimiters);
  if (templates.some(({ terminated }) => !terminated)) return null;
  const inTemplates = templates.map((t) => wanted.slice(t.start, t.end)).join('');
  const bare = withoutTemplates(wanted, templates);
  const single = !/[\r\n]/.test(bare) && !hasUnprintable(bare) && !inTemplates.includes("'");
  if (/[\r\n]/.test(inTemplates)) return null;
  let quoted: string;
  if (single && scalar.style !== 'double') quoted = `'${encodeSingle(scalar, wanted)}'`;
  else if (!/["\\]/.test(inTemplates)) quoted = `"${encodeDouble(scalar, wanted)}"`;
  else return null;
  return minimalEdit(source.slice(scalar.span.start, scalar.span.end), quoted, scalar.span.start);
}

function encodeSingle(scalar: SourceScalar, text: string): string {
  return outsideTemplates(scalar, text, (bare) => bare.replaceAll("'", "''"));
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\0', '\\0'],
]);

function encodeDouble(scalar: SourceScalar, text: string): string {
  return outsideTemplates(scalar, text, (bare) =>
    bare.replace(
      /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (unit) => shortEscapes.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

function outsideTemplates(scalar: SourceScalar, text: string, write: (bare: string) => string): string {
  let out = '';
  let at = 0;
  for (const template of scanTemplates(text, scalar.source.delimiters)) {
    out += write(text.slice(at, template.start)) + text.slice(template.start, template.end);
    at = template.end;
  }
  return out + write(text.slice(at));
}
