import type { EmbeddedDocument } from '../../manifest/embedded.ts';
import type { YamlScalar } from '../../manifest/node.ts';
import { replaceInScalar } from '../../manifest/scalar-edit.ts';
import type { TextEdit } from '../../text/edit.ts';
import type { Span } from '../../text/span.ts';
import type { Found } from '../tree.ts';
import type { UsePart } from '../use.ts';

/** The part that a scalar of a document says. */
export function scalarPart(found: Found<YamlScalar>, documentText: string): UsePart {
  const { node: scalar, via } = found;
  const base = {
    text: scalar.text,
    templates: scalar.templates,
    doubleQuoted: scalar.style === 'double',
  };
  if (via === null)
    return {
      ...base,
      span: textSpan(scalar),
      sourceOf: (part) => scalar.sourceOf(part),
      replace: (part, newText) => listOf(replaceInScalar(scalar, documentText, part, newText)),
    };
  return {
    ...base,
    span: via.span,
    sourceOf: () => via.span,
    // Replacing the alias by a literal changes this use and no other that the anchor serves.
    replace: (part, newText) =>
      via.whole
        ? [
            {
              span: via.span,
              newText: literal(scalar.text.slice(0, part.start) + newText + scalar.text.slice(part.end)),
            },
          ]
        : null,
  };
}

/** Where the text stands: for a block scalar without the indentation before it and the line end behind it. */
function textSpan(scalar: YamlScalar): Span {
  if (scalar.style !== 'literal' && scalar.style !== 'folded') return scalar.content;
  const start = scalar.text.length - scalar.text.trimStart().length;
  const end = scalar.text.trimEnd().length;
  return end <= start ? scalar.content : scalar.sourceOf({ start, end });
}

const listOf = (edit: TextEdit | null): TextEdit[] | null => (edit === null ? null : [edit]);

/** A text as a YAML scalar that reads back as that text. What holds a slash is no number, truth value or time. */
const literal = (text: string): string =>
  /^[A-Za-z0-9][\w./:@-]*\w$/.test(text) && (text.includes('/') || /^[A-Za-z]\w*[.:@-]/.test(text))
    ? text
    : JSON.stringify(text);

/** The part that a scalar inside a string says; spans and edits are those of the outer document. */
export function embeddedPart(found: Found<YamlScalar>, inner: EmbeddedDocument): UsePart {
  const part = scalarPart(found, inner.document.text);
  return {
    text: part.text,
    templates: part.templates,
    span: inner.outerSpan(part.span),
    sourceOf: (of) => inner.outerSpan(part.sourceOf(of)),
    replace: (of, newText) => {
      const edits = part.replace(of, newText);
      if (edits === null) return null;
      const outer = edits.map((edit) => inner.outerEdit(edit));
      return outer.every((edit) => edit !== null) ? outer : null;
    },
  };
}
