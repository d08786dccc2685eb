import { type DidChangeWatchedFilesParams, FileChangeType } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `workspace/didChangeWatchedFiles`: files changed on disk, by whomever. */
export const didChangeWatchedFiles =
  ({ workspace, scenarios }: Server) =>
  ({ changes }: DidChangeWatchedFilesParams): void => {
    for (const { uri, type } of changes) {
      const gone = type === FileChangeType.Deleted;
      scenarios.touched(uri);
      const place = workspace.find(uri);
      if (place !== null) place.folder.touched(place.path, gone);
      // What Git leaves out or an archive has changed, or a whole folder went away: its files are not named one by one then.
      for (const { folder, path } of workspace.around(uri))
        if (/\/\.gitignore$|\.tgz$/.test(uri) || (gone && folder.holds(path))) folder.load();
    }
  };
