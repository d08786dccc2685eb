import type { Answer, ImageName } from '../knowledge/knowledge.ts';
import type { Move } from '../rules/private-home.ts';
import { moveOf } from '../rules/private-home.ts';
import { publicImage } from '../rules/public-image.ts';
import { releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { atAnchors, type FileEdit, fileEdits, merged } from './fixes.ts';
import { type Mirroring, mirroringOf, moveKey } from './mirroring.ts';
import { problemsOf } from './problems.ts';

/**
 * The edits that rewrite public images to where they were copied, made from the texts as they are now.
 * @param collectors whether those of collectors are rewritten too, which is for a person to say
 */
export function mirroredEdits(
  snapshot: Snapshot,
  paths: Iterable<string>,
  moves: readonly Move[],
  { collectors }: { readonly collectors: boolean },
): FileEdit[] {
  const done = new Set(moves.map(({ source, target }) => `${moveKey(source)} ${target.target}`));
  const groups: FileEdit[][] = [];
  for (const path of paths) {
    const at = releaseFile(snapshot, path);
    if (at === null) continue;
    for (const { problem, document } of problemsOf(snapshot, path)) {
      const [fix] = problem.rule === publicImage.name ? problem.fixes : [];
      if (fix === undefined || (fix.read.use.place === 'collector' && !collectors)) continue;
      const move = moveOf(fix.read, at.release.context);
      if (move === null || !done.has(`${moveKey(move.source)} ${move.target.target}`)) continue;
      const edits = fileEdits(at, document, fix);
      if (edits !== null) groups.push(edits);
    }
  }
  return atAnchors(snapshot, merged(groups));
}

/** What is known of an image that was just copied there, its digest held against its source's. @param now in milliseconds */
export const copiedAnswer = (image: ImageName, digest: string, now: number): Answer => ({
  kind: 'image',
  image,
  verdict: {
    status: 'exists',
    detail: null,
    digest,
    reason: 'It was mirrored just now.',
    checkedAt: now,
    from: image.host,
  },
});

/** A public image that a file names, with its private path. */
export interface NamedMove extends Move {
  /** Where it is named. */
  readonly range: Range;
  readonly mirroring: Mirroring;
}

/** The public images of a file that can be mirrored: none whose path another image would take too. */
export function namedMoves(snapshot: Snapshot, path: string): NamedMove[] {
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  return problemsOf(snapshot, path).flatMap(({ problem, range }) => {
    const { context } = at.release;
    const [fix] = problem.fixes;
    const mirroring = fix === undefined ? null : mirroringOf(problem.rule, fix, context);
    const move = fix === undefined ? null : moveOf(fix.read, context);
    return mirroring === null || move === null ? [] : [{ ...move, range, mirroring }];
  });
}
