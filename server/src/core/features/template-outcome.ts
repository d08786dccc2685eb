import type { Templates } from '../release/context.ts';
import type { ReadUse } from '../release/reading.ts';

/** Why the templates in an image's name give none. */
export type TemplateOutcome =
  /** In Go's words. */
  | { readonly kind: 'refused'; readonly said: string }
  /** What of it only a customer knows. */
  | { readonly kind: 'unknown'; readonly asked: readonly string[] }
  | { readonly kind: 'no-reference'; readonly text: string };

/** Why nothing came of a use's templates; null where none are rendered there, or all is known. */
export function templateOutcome(
  { use, rendered }: ReadUse,
  templates: Templates | undefined,
): TemplateOutcome | null {
  if (use.unknown.length === 0 || rendered !== null || templates === undefined) return null;
  // Helm's own templates, and what the vendor portal reads as it is.
  if (use.place === 'chart-values' || use.place === 'chart-defaults' || use.place === 'builder') return null;
  const { text, error, unknown } = templates.attempt(use.written);
  if (error !== null) return { kind: 'refused', said: withoutPlace(error) };
  return unknown.length > 0 ? { kind: 'unknown', asked: unknown } : { kind: 'no-reference', text };
}

/** Go's message without the place in a text that is only a part of the file. */
const withoutPlace = (error: string): string => error.replace(/^template: \w+:\d+(?::\d+)?: /, '');
