import type { InlayHint, InlayHintParams } from 'vscode-languageserver/node';
import { inlayHintsIn } from '../../core/features/inlay-hints.ts';
import type { Server } from '../server.ts';

/** `textDocument/inlayHint`: digest and age of each image, where the person wants to see them. */
export const inlayHint =
  (server: Server) =>
  async ({ textDocument, range }: InlayHintParams): Promise<InlayHint[]> => {
    const { workspace, ports } = server;
    // Only the disk is waited for: before all files are read, nobody knows what the document belongs to.
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    const { settings } = server;
    if (place === null || !settings.enable || !settings.inlayHints) return [];
    return inlayHintsIn(place.folder.snapshot, place.path, range, ports.now()).map(
      ({ position, label, tooltip }) => ({ position, label, tooltip, paddingLeft: true }),
    );
  };
