import { bulkEdits } from '../../core/features/fixes.ts';
import { collisionInWords, mirrorableOf } from '../../core/features/mirrorable.ts';
import { copiedAnswer } from '../../core/features/mirrored.ts';
import { familiar } from '../../core/image/normal.ts';
import { atPrivatePath, privatePath } from '../../core/image/private-path.ts';
import type { NormalReference } from '../../core/image/reference.ts';
import type { MirrorJob, MirrorResult } from '../../work/mirror/mirror.ts';
import { MirrorError } from '../../work/mirror/model.ts';
import { writeEdits } from '../edits.ts';
import { UsageError } from '../usage.ts';
import { openWorkspace } from '../workspace.ts';

/**
 * All public images of a release with their private paths.
 * @throws MirrorError where two of them would take the same path, before anything is copied
 */
export async function jobsOfRelease(path: string): Promise<MirrorJob[]> {
  const { session, named } = await openWorkspace([path], { environment: process.env });
  const { moves, collisions } = mirrorableOf(session.snapshot, named);
  if (collisions.length > 0) throw new MirrorError('refused', collisions.map(collisionInWords).join('\n'));
  if (moves.length === 0)
    process.stderr.write(
      'No public image of this release has a private path: there is none, or .waybill.yaml lists no registry.\n',
    );
  return moves.map(({ source, target }) => ({ source, target: atPrivatePath(source, target) }));
}

/** The private paths of images by the `.waybill.yaml` of this folder. @throws UsageError where it gives none */
export async function privatePathsHere(sources: readonly NormalReference[]): Promise<NormalReference[]> {
  const { session } = await openWorkspace(['.'], { environment: process.env });
  const config = session.snapshot.releases[0]?.context.config ?? null;
  return sources.map((source) => {
    const path = config === null ? null : privatePath(source, config);
    if (path === null)
      throw new UsageError(
        `Where should ${familiar(source)} go? Name it with --to, or list a registry in .waybill.yaml.`,
      );
    return atPrivatePath(source, path);
  });
}

/** Rewrites what a release names to what it was mirrored to; all files or none. */
export async function rewriteTo(path: string, done: readonly MirrorResult[]): Promise<void> {
  const workspace = await openWorkspace([path], { environment: process.env });
  const { session, named } = workspace;
  const now = Date.now();
  session.learn(
    done.map(({ plan: { target }, digest }) => {
      const image = { host: target.at.host, repository: target.repository, tag: target.tag, digest: null };
      return copiedAnswer(image, digest, now);
    }),
  );
  const { snapshot } = session;
  const { edits, fixed } = bulkEdits(snapshot, [...snapshot.files.keys()].filter(named), {
    unverified: false,
  });
  const files = await writeEdits(workspace, edits);
  process.stderr.write(`Rewrote ${count(fixed.length, 'image')} in ${count(files, 'file')}.\n`);
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
