import { inquire } from '../../core/features/inquire.ts';
import { reportablePaths } from '../../core/features/report.ts';
import { type Question, questionKey } from '../../core/knowledge/knowledge.ts';
import type { Scenario } from '../../core/kots/scenario.ts';
import type { Release, Snapshot } from '../../core/session/snapshot.ts';
import { expectedImages } from '../../work/verify/expected.ts';
import { askerFor } from '../asker.ts';
import { UsageError } from '../usage.ts';
import { namedReleases, type Workspace } from '../workspace.ts';

/** A release with what is known of the world. */
export interface KnownRelease {
  readonly snapshot: Snapshot;
  readonly release: Release;
}

/**
 * Asks registries and portal all that verifying a release takes.
 * @param where the folder, as it was named
 */
export async function askFor(
  workspace: Workspace,
  where: string,
  options: {
    readonly changes: Partial<Scenario>;
    /** AWS account → profile. */
    readonly profiles: Readonly<Record<string, string>>;
  },
  signal: AbortSignal,
): Promise<KnownRelease> {
  const { changes, profiles } = options;
  const { session, named, shown } = workspace;
  const { asker, flush } = askerFor(session, { network: 'on', profiles });
  await inquire(session, asker, reportablePaths(session.snapshot).filter(named), signal);
  const ask = async (questions: readonly Question[]): Promise<void> => {
    const { knowledge } = session.snapshot;
    const open = new Map(
      questions.flatMap((one) => (knowledge.has(one) ? [] : [[questionKey(one), one] as const])),
    );
    if (open.size > 0) await asker.ask([...open.values()], signal, (answers) => session.learn(answers));
  };
  // The customer's values may name other images than the defaults, which is all that was asked about by now.
  if (changes.customer !== undefined) {
    // First of all which accounts may be asked.
    await ask([{ kind: 'linked' }]);
    const { snapshot, release } = oneRelease(workspace, where);
    const images = expectedImages(snapshot, release, changes, shown);
    await ask(images.flatMap(({ image }) => (image === null ? [] : [{ kind: 'image', image }])));
  }
  await flush();
  return oneRelease(workspace, where);
}

/**
 * The release that was named, as it is known by now.
 * @throws Error where there is none, UsageError where there are several
 */
export function oneRelease(workspace: Workspace, where: string): KnownRelease {
  const { snapshot } = workspace.session;
  const found = namedReleases(workspace);
  const [release, ...more] = found;
  if (release === undefined)
    throw new Error(`No release was found in ${where}. Name the folder that holds its YAML.`);
  if (more.length > 0) throw new UsageError(`There are ${found.length} releases in ${where}. Name one.`);
  return { snapshot, release };
}
