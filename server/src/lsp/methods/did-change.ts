import type { DidChangeTextDocumentParams } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `textDocument/didChange`, incremental. */
export const didChange =
  ({ workspace, announcer, questioner, previewsChanged }: Server) =>
  ({ textDocument: { uri, version }, contentChanges }: DidChangeTextDocumentParams): void => {
    const document = workspace.edit(uri, version, contentChanges);
    if (document === null) return;
    announcer.edited(document);
    questioner.touch(document);
    previewsChanged();
  };
