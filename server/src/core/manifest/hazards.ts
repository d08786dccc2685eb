import type { TemplateSpan } from '../gotemplate/span.ts';
import { type MaskedTemplate, maskTemplates } from './mask.ts';
import type { ManifestDocument } from './node.ts';

/** What a YAML reader that sees the text before it is rendered makes of a template. */
export type HazardKind =
  /** `{{…}}` where a value or key starts reads as a map in a map. */
  | 'flow-map'
  /** Braces, brackets or commas inside `[…]` or `{…}` read as its structure. */
  | 'flow-structure'
  /** ` #` reads as the start of a comment and cuts the value. */
  | 'comment'
  /** `: ` reads as a key and its value. */
  | 'nested-map'
  /** A quote ends the string that the template stands in. */
  | 'quote'
  /** A backslash reads as an escape. */
  | 'escape'
  /** A template on lines of its own reads as a key or value. */
  | 'own-line'
  /** A value in quotes is followed by more. */
  | 'behind-value'
  /** Text on the second line of a template leaves the comment or block it started in. */
  | 'line-break';

/** A template that makes the text another tree, or none, for a reader that does not know templates. */
export interface RawHazard {
  readonly template: TemplateSpan;
  readonly kind: HazardKind;
}

/**
 * The templates that plain YAML readers misread, though the rendered text is fine. KOTS itself reads the kinds
 * Config, ConfigValues, Application, License, IdentityConfig and Installation before rendering (pkg/base/replicated.go),
 * and so does every tool that knows no templates. Some misreadings raise no error at all: the value is just another.
 */
export function rawHazards(document: ManifestDocument): RawHazard[] {
  const hazards: RawHazard[] = [];
  for (const masked of maskTemplates(document.text, document.templates).templates) {
    const kind = hazardOf(masked, document.text.slice(masked.span.start, masked.span.end));
    if (kind !== null) hazards.push({ template: masked.span, kind });
  }
  return hazards;
}

function hazardOf(masked: MaskedTemplate, text: string): HazardKind | null {
  switch (masked.place) {
    case 'own-line':
      return 'own-line';
    case 'behind-value':
      return 'behind-value';
    case 'comment':
      return /[\r\n]/.test(text) ? 'line-break' : null;
    case 'block-scalar':
      return leavesBlock(masked, text) ? 'line-break' : null;
    case 'double':
      return text.includes('"') ? 'quote' : text.includes('\\') ? 'escape' : null;
    case 'single':
      return /^(?:[^']|'')*$/.test(text) ? null : 'quote';
    case 'value-start':
      if (text.startsWith('{')) return masked.flow ? 'flow-structure' : 'flow-map';
      return inPlain(masked, text);
    case 'plain':
      return inPlain(masked, text);
  }
}

function inPlain(masked: MaskedTemplate, text: string): HazardKind | null {
  if (masked.flow) return 'flow-structure';
  if (/\s#/.test(text)) return 'comment';
  return /:(?:\s|$)/.test(text) ? 'nested-map' : null;
}

/** Whether a line of the template starts left of the block scalar that it is in. */
const leavesBlock = (masked: MaskedTemplate, text: string): boolean =>
  masked.outdented || /[\r\n][^\s]/.test(text);
