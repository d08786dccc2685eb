import {
  LSPErrorCodes,
  type PrepareRenameParams,
  type PrepareRenameResult,
  type RenameParams,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { workspaceEdit } from '../actions/workspace-edit.ts';
import type { Server } from '../server.ts';

/** `textDocument/prepareRename`: whether an option of the Config stands there. */
export const prepareRename =
  (server: Server) =>
  async ({ textDocument, position }: PrepareRenameParams): Promise<PrepareRenameResult | null> => {
    const { workspace } = server;
    const { renameableAt } = await import('../../core/features/templates/navigation.ts');
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    if (place === null || !server.settings.enable) return null;
    const found = renameableAt(place.folder.snapshot, place.path, position);
    return found === null ? null : { range: found.range, placeholder: found.name };
  };

/** `textDocument/rename`: the option of the Config gets another name in every file of its release. */
export const rename =
  (server: Server) =>
  async ({ textDocument, position, newName }: RenameParams): Promise<WorkspaceEdit | null> => {
    const { workspace } = server;
    const { renamedAt } = await import('../../core/features/templates/navigation.ts');
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    if (place === null || !server.settings.enable) return null;
    const { folder } = place;
    const renamed = renamedAt(folder.snapshot, place.path, position, newName);
    if ('refusal' in renamed) throw new ResponseError(LSPErrorCodes.RequestFailed, renamed.refusal);
    const edits = renamed.places.map((where) => ({ ...where, newText: newName }));
    return workspaceEdit(server, folder, edits, caution);
  };

/** Said before files are changed, where the client can: what customers entered is kept by name. */
const caution = {
  label: 'Rename an option of the Config',
  description: 'Customers who have installed the app already have to enter it again',
  needsConfirmation: true,
};
