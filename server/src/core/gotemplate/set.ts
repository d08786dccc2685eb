import { isEmptyList } from './nodes.ts';
import type { TemplateProblem } from './problem.ts';
import type { Body, TemplateFile } from './template.ts';

/** Files whose templates know each other. */
export interface TemplateSet {
  readonly bodies: ReadonlyMap<string, Body>;
  /** The first problem of the first file that has one. Go refuses such a set. */
  readonly problem: TemplateProblem | null;
}

/**
 * Puts files together as Go does when it parses them one after the other: of two bodies with one name the later one
 * counts, unless it is empty of everything but space and comments.
 *
 * @param base a set to go on from, such as the templates that all files share.
 */
export function templateSet(files: readonly TemplateFile[], base?: TemplateSet): TemplateSet {
  const bodies = new Map(base?.bodies ?? []);
  let problem = base?.problem ?? null;
  for (const file of files) {
    problem ??= file.problems[0] ?? null;
    for (const body of file.bodies)
      if (!bodies.has(body.name) || !isEmptyList(body.list)) bodies.set(body.name, body);
  }
  return { bodies, problem };
}
