import type { DefinitionParams, Location, LocationLink } from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `textDocument/definition`: where the option of the Config is asked for that a template names. */
export const definition =
  (server: Server) =>
  async ({ textDocument, position }: DefinitionParams): Promise<Location[] | LocationLink[]> => {
    const { workspace, capabilities } = server;
    const { declarationsAt } = await import('../../core/features/templates/navigation.ts');
    // Only the disk is waited for: the Config is another file.
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    if (place === null || !server.settings.enable) return [];
    const found = declarationsAt(place.folder.snapshot, place.path, position);
    const uriOf = (path: string): string => workspace.uriOf({ folder: place.folder, path });
    if (!capabilities.definitionLinks) return found.map(({ path, range }) => ({ uri: uriOf(path), range }));
    return found.map(({ path, range, whole, from }) => ({
      originSelectionRange: from,
      targetUri: uriOf(path),
      targetRange: whole,
      targetSelectionRange: range,
    }));
  };
