import { type CodeAction, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { actionData, editsKey } from '../actions/data.ts';
import { fixAll, fixAllKind, quickFixes } from '../actions/plan.ts';
import { workspaceEdit } from '../actions/workspace-edit.ts';
import type { Server } from '../server.ts';

/** `codeAction/resolve`: the edit of an action that was offered without. Never one for another text. */
export const codeActionResolve =
  (server: Server) =>
  (action: CodeAction): CodeAction => {
    const data = actionData(action);
    if (data === null) return action;
    const place = server.workspace.find(data.uri);
    const version = place && (server.workspace.documentAt(place)?.version ?? null);
    if (place === null || version !== data.version) throw changed;
    const same =
      action.kind === fixAllKind
        ? fixAll(place)
        : quickFixes(place, data.range, data.uri, false).find(({ edits }) => editsKey(edits) === data.edits);
    if (!same || same.action.disabled) throw changed;
    return { ...action, edit: workspaceEdit(server, place.folder, same.edits) };
  };

const changed = new ResponseError(
  LSPErrorCodes.ContentModified,
  'The document or what is known of its images has changed; ask for the fixes again.',
);
