import { realpath, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { factsOf } from '../../core/release/facts.ts';
import { isReplicatedFile, readReplicatedFile } from '../../core/release/replicated-file.ts';
import { baseName, folderOf, isIn } from '../../core/release/role.ts';
import { filesOf, type Release, type Snapshot } from '../../core/session/snapshot.ts';
import type { ReleaseOnDisk } from '../../work/push/files.ts';
import { UsageError } from '../usage.ts';
import type { Workspace } from '../workspace.ts';

/**
 * The release that a path names, and the folder that is pushed of it.
 * @throws UsageError where there is none, or more than one
 */
export async function releaseToPush(
  { session, root, named }: Workspace,
  path: string | null,
): Promise<ReleaseOnDisk> {
  const { snapshot } = session;
  const releases = snapshot.releases.filter((release) =>
    filesOf(snapshot, release).some((file) => named(file.path)),
  );
  const [release, ...more] = releases;
  const where = path ?? 'this folder';
  if (release === undefined)
    throw new UsageError(`No release was found in ${where}. Name the folder that holds its YAML.`);
  if (more.length > 0)
    throw new UsageError(
      `There are ${releases.length} releases in ${where}: ${releases.map(({ layout }) => layout.root || '.').join(', ')}. Name the folder of one.`,
    );
  const given = relative(root, await folderOfPath(path ?? '.'))
    .split(sep)
    .join('/');
  const deeper = given !== release.layout.root && isIn(given, release.layout.root) && !given.startsWith('..');
  return { root, snapshot, release, folder: deeper ? given : ownFolder(snapshot, release) };
}

/** The folder that a path names, or that a file which it names is in; where links lead, as the root is. */
async function folderOfPath(path: string): Promise<string> {
  const full = resolve(path);
  return realpath((await stat(full)).isDirectory() ? full : dirname(full));
}

/**
 * The folder of a release. A `.waybill.yaml` may lie above it, among files that are no part of a release: then it is the
 * folder that holds all of the app manager's kinds and all charts.
 */
function ownFolder(snapshot: Snapshot, release: Release): string {
  const { root, foundBy } = release.layout;
  if (foundBy !== '.waybill.yaml') return root;
  const kots = filesOf(snapshot, release).filter(({ role, file }) =>
    file.documents.some(({ document }) =>
      factsOf(document, role).resource?.apiVersion.startsWith('kots.io/'),
    ),
  );
  const charts = [...snapshot.files.keys()].filter(
    (path) => /(^|\/)Chart\.ya?ml$/.test(path) && isIn(path, root),
  );
  const folders = [
    ...kots.map(({ path }) => folderOf(path)),
    ...charts.map((path) => folderOf(folderOf(path))),
  ];
  const [first, ...others] = folders;
  if (kots.length === 0 || first === undefined) return root;
  let common = first;
  for (const folder of others)
    while (common !== '' && folder !== common && !isIn(folder, common)) common = folderOf(common);
  return isIn(common, root) ? common : root;
}

/** The one channel that the release's `.replicated` promotes to; null where it names none, or several. */
export function channelOfReplicated(snapshot: Snapshot, { layout }: Release): string | null {
  for (let folder = layout.root; ; folder = folderOf(folder)) {
    for (const [path, file] of snapshot.files) {
      const first = file.documents[0];
      if (folderOf(path) !== folder || !isReplicatedFile(baseName(path)) || first === undefined) continue;
      const { promoteTo } = readReplicatedFile(first.document);
      return promoteTo.length === 1 ? (promoteTo[0] ?? null) : null;
    }
    if (folder === '') return null;
  }
}
