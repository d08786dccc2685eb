import type { TextEdit } from '../text/edit.ts';
import type { Span } from '../text/span.ts';
import type { ManifestDocument, YamlScalar } from './node.ts';
import { type ParseOptions, parseDocument } from './parse.ts';
import { replaceInScalar } from './scalar-edit.ts';

/** YAML that stands in a string of another document. */
export interface EmbeddedDocument {
  /** The string's text as a document of its own. */
  readonly document: ManifestDocument;
  /** Where a part of the inner document stands in the outer one. */
  outerSpan(inner: Span): Span;
  /** An edit of the inner document as an edit of the outer one; null where the string cannot take it. */
  outerEdit(inner: TextEdit): TextEdit | null;
  /** replaceInScalar for a scalar of the inner document, as an edit of the outer one. */
  replaceInScalar(inner: YamlScalar, part: Span, newText: string): TextEdit | null;
}

/**
 * Parses the text of a scalar as YAML (Embedded Cluster's `extensions.helm.charts[].values: |`).
 *
 * @param documentText the text that the scalar was parsed from.
 */
export function parseEmbedded(
  scalar: YamlScalar,
  documentText: string,
  options: ParseOptions = {},
): EmbeddedDocument {
  const document = parseDocument(scalar.text, options);
  const outerEdit = (inner: TextEdit): TextEdit | null =>
    replaceInScalar(scalar, documentText, inner.span, inner.newText);
  return {
    document,
    outerSpan: (inner) => scalar.sourceOf(inner),
    outerEdit,
    replaceInScalar: (inner, part, newText) => {
      const edit = replaceInScalar(inner, document.text, part, newText);
      return edit === null ? null : outerEdit(edit);
    },
  };
}
