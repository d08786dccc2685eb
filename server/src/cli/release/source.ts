import { realpath, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { isIn } from '../../core/release/role.ts';
import type { ReleaseOnDisk } from '../../work/push/files.ts';
import { ownFolder } from '../../work/push/own-folder.ts';
import { UsageError } from '../usage.ts';
import { namedReleases, type Workspace } from '../workspace.ts';

/**
 * The release that a path names, and the folder that is pushed of it.
 * @throws UsageError where there is none, or more than one
 */
export async function releaseToPush(workspace: Workspace, path: string | null): Promise<ReleaseOnDisk> {
  const { root } = workspace;
  const { snapshot } = workspace.session;
  const releases = namedReleases(workspace);
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
