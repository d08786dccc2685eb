import { isIn } from '../../core/release/role.ts';
import { type Release, releaseFile } from '../../core/session/snapshot.ts';
import type { Server } from '../server.ts';
import { openReleases } from '../workspace/releases.ts';
import type { Place } from '../workspace/workspace.ts';

/** A release that a person may choose. */
interface ChoosableRelease {
  /** Of its folder. */
  readonly uri: string;
  /** The app's slug; null where nothing says it. */
  readonly app: string | null;
  /** Whether the file that was given is one of its files, or lies among them. */
  readonly holds: boolean;
}

/** `waybill.releases`: the open releases, and which of them holds a file. @param uri of the file; may be left out */
export async function releases(
  { workspace }: Server,
  [uri]: readonly unknown[],
): Promise<ChoosableRelease[]> {
  for (const folder of workspace.folders) await folder.ready();
  const place = typeof uri === 'string' ? (workspace.around(uri)[0] ?? null) : null;
  const holder = place === null ? null : holderOf(place);
  return [...openReleases(workspace)].map(({ folder, release, uri }) => ({
    uri,
    app: release.context.app,
    holds: folder === place?.folder && release === holder,
  }));
}

/** The release that a file is of; for one that is of none, such as a README, the innermost that it lies in. */
function holderOf({ folder: { snapshot }, path }: Place): Release | null {
  const around = snapshot.releases.filter(({ layout: { root } }) => isIn(path, root));
  return (
    releaseFile(snapshot, path)?.release ??
    around.sort((a, b) => b.layout.root.length - a.layout.root.length)[0] ??
    null
  );
}
