import {
  LSPErrorCodes,
  ResponseError,
  type TextDocumentContentParams,
  type TextDocumentContentResult,
} from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `workspace/textDocumentContent`: a manifest as deployed, or the kustomization for it. */
export const textDocumentContent =
  ({ virtualDocuments, workspace }: Server) =>
  async ({ uri }: TextDocumentContentParams): Promise<TextDocumentContentResult> => {
    for (const folder of workspace.folders) await folder.ready();
    const text = virtualDocuments.read(uri);
    if (text === null)
      throw new ResponseError(
        LSPErrorCodes.RequestFailed,
        'This file is in no release, so nothing is known of what becomes of it.',
      );
    return { text };
  };
