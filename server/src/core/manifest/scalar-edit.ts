import { scanTemplates } from '../gotemplate/scan.ts';
import type { TemplateSpan } from '../gotemplate/span.ts';
import { minimalEdit, type TextEdit } from '../text/edit.ts';
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
  if (!(scalar instanceof SourceScalar) || scalar.source.text !== documentText) return null;
  const { text } = scalar;
  if (part.start < 0 || part.end < part.start || part.end > text.length) return null;
  if (text.slice(part.start, part.end) === newText) return null;
  if (scalar.templates.some((template) => cuts(template, part))) return null;
  const wanted = text.slice(0, part.start) + newText + text.slice(part.end);

  const inPlace = keepsStyle(scalar, wanted) ? editInPlace(scalar, part, newText, wanted) : null;
  if (inPlace !== null) return inPlace;
  return isBlock(scalar) ? null : requote(scalar, wanted);
}

const cuts = (template: Span, part: Span): boolean =>
  part.start === part.end
    ? template.start < part.start && part.start < template.end
    : overlaps(template, part);

const isBlock = ({ style }: YamlScalar): boolean => style === 'literal' || style === 'folded';

function keepsStyle(scalar: SourceScalar, wanted: string): boolean {
  if (scalar.style !== 'plain') return true;
  // Templates are decided before YAML is read: what matters is the text around them.
  const templates = scanTemplates(wanted, scalar.source.delimiters);
  const plain = templates.length === 0 ? wanted : maskTemplates(wanted, templates).text;
  const asRead = plain.replace(/[\r\n][ \t\r\n]*/g, ' ');
  if (!canBePlain(asRead, scalar.flow)) return false;
  if (templates.length > 0) return canBePlain(wanted, false);
  return typeof scalar.value !== 'string' || !meansNoString(asRead);
}

function editInPlace(scalar: SourceScalar, part: Span, newText: string, wanted: string): TextEdit | null {
  const source = scalar.source.text;
  const place = scalar.sourceOf(part);
  const encoded = encode(scalar, newText);
  if (encoded === null) return null;
  const content =
    source.slice(scalar.content.start, place.start) + encoded + source.slice(place.end, scalar.content.end);
  if (!readsAs(scalar, content, wanted)) return null;
  return minimalEdit(source.slice(place.start, place.end), encoded, place.start);
}

/** How a text is written in the scalar's own style; null where that style cannot hold it. */
function encode(scalar: SourceScalar, newText: string): string | null {
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
        // The last line goes on with what was there before, which has its indentation only if a line started here.
        const bare = line === '' && i < rest.length - 1;
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
  if (isBlock(scalar)) {
    if (indent === 0 && /^(?:---|\.\.\.)/m.test(content)) return false;
    if (!scalar.layout.explicit && blockIndent(masked, span(0, masked.length), -1) !== indent) return false;
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

function withoutTemplates(text: string, templates: readonly TemplateSpan[]): string {
  let out = '';
  let at = 0;
  for (const template of templates) {
    out += text.slice(at, template.start) + 'T';
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
