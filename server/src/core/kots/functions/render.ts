import { execute } from '../../gotemplate/execute.ts';
import { parseTemplate } from '../../gotemplate/parse.ts';
import { templateSet } from '../../gotemplate/set.ts';
import type { TemplateFunction } from '../../gotemplate/value.ts';
import { passes } from './passes.ts';
import { placeholderOf } from './placeholder.ts';

/** A text as the app manager renders it. */
export interface Rendered {
  readonly text: string;
  /** Why the app manager would refuse the file, in Go's words; null where it would not. */
  readonly error: string | null;
  /** What in it nobody can know before an installation, in the order in which it was come to, each once. */
  readonly unknown: readonly string[];
  /** Those of them that decide what is rendered: an `if`, `with` or `range` asks about them. */
  readonly deciding: readonly string[];
}

/**
 * Renders a text in two whole passes, the second over what the first has made. An unknown function refuses the whole
 * file, as in Go. Never throws.
 * @param name of the file, for messages
 * @param unknownsFail whether a condition that nobody can decide is taken to fail, and else to hold
 */
export function renderKots(
  name: string,
  text: string,
  functions: ReadonlyMap<string, TemplateFunction>,
  unknownsFail = false,
): Rendered {
  const labels = new Set<string>();
  const deciding = new Set<string>();
  let current = text;
  for (const delims of passes) {
    if (!current.includes(delims.left)) continue;
    const set = templateSet([parseTemplate(name, current, { delims, functions })]);
    const { output, error, unknowns } = execute(set, name, null, {
      functions,
      placeholder: ({ label, text: known }) => {
        labels.add(label);
        return known ?? placeholderOf(label);
      },
      unknownBranch: unknownsFail ? 'else' : 'first',
    });
    for (const { label } of unknowns) {
      labels.add(label);
      deciding.add(label);
    }
    if (error !== null)
      return { text: current, error: error.message, unknown: [...labels], deciding: [...deciding] };
    current = output;
  }
  return { text: current, error: null, unknown: [...labels], deciding: [...deciding] };
}
