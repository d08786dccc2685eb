import type { Location, ReferenceParams } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `textDocument/references`: every place of the release that names an option of the Config. */
export const references =
  (server: Server) =>
  async ({ textDocument, position, context }: ReferenceParams): Promise<Location[]> => {
    const { workspace } = server;
    const { referencesAt } = await import('../../core/features/templates/navigation.ts');
    // Only the disk is waited for: what names the option may be in any file.
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    if (place === null || !server.settings.enable) return [];
    const { folder } = place;
    const withDeclaration = context.includeDeclaration;
    return referencesAt(folder.snapshot, place.path, position, { withDeclaration }).map(
      ({ path, range }) => ({
        uri: workspace.uriOf({ folder, path }),
        range,
      }),
    );
  };
