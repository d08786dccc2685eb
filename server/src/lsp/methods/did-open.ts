import type { DidOpenTextDocumentParams } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';
import { isVirtual } from '../virtual-documents.ts';

/** `textDocument/didOpen`: from now on the editor's text counts, not the disk's. */
export const didOpen =
  ({ workspace, announcer, questioner, previewsChanged }: Server) =>
  ({ textDocument: { uri, version, text } }: DidOpenTextDocumentParams): void => {
    // Clients open what we made up ourselves, too: it looks like a manifest, but is nobody's file.
    if (isVirtual(uri)) return;
    const document = workspace.open(uri, version, text);
    if (document === null) return;
    announcer.edited(document);
    questioner.touch(document);
    previewsChanged();
  };
