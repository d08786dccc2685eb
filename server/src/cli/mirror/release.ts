import { join } from 'node:path';
import { bulkEdits, type FileEdit } from '../../core/features/fixes.ts';
import { collisionInWords, mirrorableOf } from '../../core/features/mirrorable.ts';
import { familiar, normalize } from '../../core/image/normal.ts';
import { parseReference } from '../../core/image/parse.ts';
import { privatePath } from '../../core/image/private-path.ts';
import type { NormalReference } from '../../core/image/reference.ts';
import { applyFileEdits } from '../../io/files/edit.ts';
import type { MirrorJob, MirrorResult } from '../../work/mirror/mirror.ts';
import { MirrorError } from '../../work/mirror/model.ts';
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
  return moves.map(({ source, target }) => ({ source, target: targetOf(target.target) }));
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
    return targetOf(path.target);
  });
}

/** Rewrites what a release names to what it was mirrored to; all files or none. */
export async function rewriteTo(path: string, done: readonly MirrorResult[]): Promise<void> {
  const { session, named, root } = await openWorkspace([path], { environment: process.env });
  session.learn(
    done.map(({ plan, digest }) => ({
      kind: 'image',
      image: {
        host: plan.target.at.host,
        repository: plan.target.repository,
        tag: plan.target.tag,
        digest: null,
      },
      verdict: {
        status: 'exists',
        detail: null,
        digest,
        reason: 'It was mirrored just now.',
        checkedAt: Date.now(),
        from: plan.target.at.host,
      },
    })),
  );
  const { snapshot } = session;
  const paths = [...snapshot.files.keys()].filter(named);
  const { edits, fixed } = bulkEdits(snapshot, paths, { unverified: false });
  const byPath = new Map<string, FileEdit[]>();
  for (const edit of edits) byPath.set(edit.path, [...(byPath.get(edit.path) ?? []), edit]);
  const written = await applyFileEdits(
    [...byPath].map(([file, ofFile]) => ({
      path: join(root, file),
      before: snapshot.files.get(file)?.text ?? '',
      edits: ofFile,
    })),
  );
  if (!written.ok) throw new Error(written.message);
  process.stderr.write(
    `Rewrote ${fixed.length} image${fixed.length === 1 ? '' : 's'} in ${byPath.size} file${byPath.size === 1 ? '' : 's'}.\n`,
  );
}

function targetOf(text: string): NormalReference {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new UsageError(`"${text}" is no place for an image: ${parsed.problem.message}`);
  return normalize(parsed.reference);
}
