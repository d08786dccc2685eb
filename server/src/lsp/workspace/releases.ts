import type { Release } from '../../core/session/snapshot.ts';
import type { Folder } from './folder.ts';
import type { Workspace } from './workspace.ts';

/** A release of an open folder. */
export interface OpenRelease {
  readonly folder: Folder;
  readonly release: Release;
  /** Of the release's folder. */
  readonly uri: string;
}

/** Every release that is open. Of folders in one another, the innermost has it. */
export function* openReleases(workspace: Workspace): Iterable<OpenRelease> {
  for (const folder of workspace.folders)
    for (const release of folder.snapshot.releases) {
      const { root, files } = release.layout;
      const paths = [...files.keys()].filter((path) => folder.snapshot.files.has(path));
      if (paths.some((path) => workspace.owns({ folder, path })))
        yield { folder, release, uri: root === '' ? folder.uri : folder.uriOf(root) };
    }
}
