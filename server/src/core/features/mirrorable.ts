import { canonical } from '../image/normal.ts';
import { type Collision, collisions } from '../image/private-path.ts';
import { readUses } from '../release/reading.ts';
import { type Move, moveOf } from '../rules/private-home.ts';
import { filesOf, type Snapshot } from '../session/snapshot.ts';

/** The public images of releases and where they would live privately. */
export interface Mirrorable {
  /** Each image once, with each of its tags, in the order of files and of their texts. */
  readonly moves: readonly Move[];
  /** Private paths that two different images would take: none of those may be copied. */
  readonly collisions: readonly Collision[];
}

/** Why none of a collision's images may be copied, and what to do about it. */
export const collisionInWords = ({ repository, sources }: Collision): string =>
  `${sources.join(' and ')} would both be copied to ${repository}. Give one of them a path of its own under \`rewrites\` in .waybill.yaml.`;

/** What could be mirrored of some files' releases. @param wanted picks files by their path; all unless given */
export function mirrorableOf(snapshot: Snapshot, wanted: (path: string) => boolean = () => true): Mirrorable {
  const moves = new Map<string, Move>();
  for (const release of snapshot.releases)
    for (const { path, file, role } of filesOf(snapshot, release))
      if (wanted(path))
        for (const { document } of file.documents)
          for (const read of readUses(document, role, release.context)) {
            const move = moveOf(read, release.context);
            if (move !== null)
              moves.set(`${canonical(move.source, { defaultTag: true })} ${move.target.target}`, move);
          }
  const found = [...moves.values()];
  return { moves: found, collisions: collisions(found) };
}
