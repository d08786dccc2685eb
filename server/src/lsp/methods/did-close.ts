import type { DidCloseTextDocumentParams } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `textDocument/didClose`: the disk's text counts again. */
export const didClose =
  ({ workspace, announcer, virtualDocuments }: Server) =>
  ({ textDocument: { uri } }: DidCloseTextDocumentParams): void => {
    virtualDocuments.closed(uri);
    if (workspace.close(uri) !== null) announcer.everything();
  };
