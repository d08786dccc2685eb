import { factsOf } from '../../core/release/facts.ts';
import { isReplicatedFile, readReplicatedFile } from '../../core/release/replicated-file.ts';
import { baseName, folderOf, isIn } from '../../core/release/role.ts';
import { filesOf, type Release, type Snapshot } from '../../core/session/snapshot.ts';

/**
 * The folder of a release. A `.waybill.yaml` may lie above it, among files that are no part of a release: then it is the
 * folder that holds all of the app manager's kinds and all charts.
 */
export function ownFolder(snapshot: Snapshot, release: Release): string {
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
