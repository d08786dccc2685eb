import { type DidChangeWatchedFilesParams, FileChangeType } from 'vscode-languageserver/node';
import { normalUri } from '../../io/files/uri.ts';
import type { Server } from '../server.ts';

/** `workspace/didChangeWatchedFiles`: files changed on disk, by whomever. */
export const didChangeWatchedFiles =
  ({ workspace }: Server) =>
  ({ changes }: DidChangeWatchedFilesParams): void => {
    for (const { uri, type } of changes) {
      if (uri.endsWith('/.gitignore')) {
        for (const folder of workspace.folders)
          if (normalUri(uri).startsWith(`${folder.uri}/`)) folder.load();
        continue;
      }
      const place = workspace.find(uri);
      place?.folder.touched(place.path, type === FileChangeType.Deleted);
    }
  };
