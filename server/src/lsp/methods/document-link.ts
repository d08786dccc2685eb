import type { DocumentLink, DocumentLinkParams } from 'vscode-languageserver/node';
import { linksOf } from '../../core/features/links.ts';
import type { Server } from '../server.ts';

/** `textDocument/documentLink`: the page of each image at its registry. */
export const documentLink =
  (server: Server) =>
  async ({ textDocument }: DocumentLinkParams): Promise<DocumentLink[]> => {
    const { workspace } = server;
    // Only the disk is waited for: before all files are read, nobody knows what the document belongs to.
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    if (place === null || !server.settings.enable) return [];
    return linksOf(place.folder.snapshot, place.path).map(({ range, url, tooltip }) => ({
      range,
      target: url,
      tooltip,
    }));
  };
