import { releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { problemsAt } from './fixes.ts';
import type { PlacedProblem } from './problems.ts';

/** A registry that could be linked in the vendor portal to solve a problem. */
export interface Linkable {
  readonly host: string;
  readonly problem: PlacedProblem;
}

/** The registries to link for the problems that a range touches, each once. */
export function linkableAt(snapshot: Snapshot, path: string, range: Range): Linkable[] {
  const at = releaseFile(snapshot, path);
  const found = new Map<string, Linkable>();
  for (const problem of at === null ? [] : problemsAt(snapshot, at, range)) {
    const host = problem.problem.unlinked;
    if (host !== undefined && !found.has(host)) found.set(host, { host, problem });
  }
  return [...found.values()];
}
