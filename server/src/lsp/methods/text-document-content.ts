import {
  LSPErrorCodes,
  ResponseError,
  type TextDocumentContentParams,
  type TextDocumentContentResult,
} from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `workspace/textDocumentContent`: a manifest as deployed, the kustomization for it, or a file of a layer. */
export const textDocumentContent =
  ({ virtualDocuments, workspace, scenarios }: Server) =>
  async ({ uri }: TextDocumentContentParams): Promise<TextDocumentContentResult> => {
    for (const folder of workspace.folders) await folder.ready();
    await scenarios.ready();
    const text = await virtualDocuments.read(uri);
    if (text !== null) return { text };
    // What was there when the list was made may be gone by now, and stays open: it has become empty.
    if (uri.startsWith('waybill-layer:')) return { text: '' };
    throw new ResponseError(
      LSPErrorCodes.RequestFailed,
      'This file is in no release, so nothing is known of what becomes of it.',
    );
  };
