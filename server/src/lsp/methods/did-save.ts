import type { DidSaveTextDocumentParams } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `textDocument/didSave`: a moment at which people expect answers to be fresh. */
export const didSave =
  ({ workspace, questioner }: Server) =>
  ({ textDocument: { uri } }: DidSaveTextDocumentParams): void => {
    const document = workspace.document(uri);
    if (document !== null) questioner.touch(document);
  };
