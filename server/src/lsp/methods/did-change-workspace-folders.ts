import type { WorkspaceFoldersChangeEvent } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `workspace/didChangeWorkspaceFolders`. */
export const didChangeWorkspaceFolders =
  ({ workspace, announcer }: Server) =>
  ({ added, removed }: WorkspaceFoldersChangeEvent): void => {
    workspace.setFolders(
      added.map(({ uri }) => uri),
      removed.map(({ uri }) => uri),
    );
    announcer.everything();
  };
