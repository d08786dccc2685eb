import { type DidChangeWatchedFilesParams, FileChangeType } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';
import type { Folder } from '../workspace/folder.ts';

/** `workspace/didChangeWatchedFiles`: files changed on disk, by whomever. */
export const didChangeWatchedFiles =
  ({ workspace, scenarios }: Server) =>
  ({ changes }: DidChangeWatchedFilesParams): void => {
    for (const { uri, type } of changes) {
      const gone = type === FileChangeType.Deleted;
      scenarios.touched(uri);
      const place = workspace.find(uri);
      if (place !== null) place.folder.touched(place.path, gone);
      // What Git leaves out, an archive or what templates include has changed, or a whole folder went away: its files are not named one by one then.
      for (const { folder, path } of workspace.around(uri))
        if (/\/\.gitignore$|\.tgz$/.test(uri) || isHelper(uri, folder) || (gone && folder.holds(path)))
          folder.load();
    }
  };

/** Helpers of charts are read where preflights may include them. */
const isHelper = (uri: string, { snapshot }: Folder): boolean =>
  uri.endsWith('.tpl') && snapshot.chartHelpers.size > 0;
