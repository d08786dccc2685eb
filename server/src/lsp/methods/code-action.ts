import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
} from 'vscode-languageserver/node';
import { type ActionData, editsKey } from '../actions/data.ts';
import { fixAll, fixAllKind, linkFixes, type PlannedAction, quickFixes } from '../actions/plan.ts';
import { workspaceEdit } from '../actions/workspace-edit.ts';
import { whyClosed } from '../mirroring/closed.ts';
import type { Server } from '../server.ts';

/** `textDocument/codeAction`. Moving the caret brings quick fixes only; source actions come when they are asked for. */
export const codeAction =
  (server: Server) =>
  ({ textDocument, range, context }: CodeActionParams): CodeAction[] => {
    const { workspace, capabilities } = server;
    const place = workspace.find(textDocument.uri);
    if (place === null || !server.settings.enable) return [];
    const wants = (kind: string): boolean =>
      context.only?.some((only) => only === '' || kind === only || kind.startsWith(`${only}.`)) ??
      (kind !== fixAllKind || context.triggerKind !== CodeActionTriggerKind.Automatic);
    const open = whyClosed(server) === null;
    const { linkCommand } = server.options;
    const planned: (PlannedAction | null)[] = [
      ...(wants(CodeActionKind.QuickFix) ? quickFixes(place, range, textDocument.uri, open) : []),
      wants(fixAllKind) ? fixAll(place) : null,
    ];
    const version = workspace.documentAt(place)?.version ?? null;
    const linking =
      linkCommand !== null && open && wants(CodeActionKind.QuickFix)
        ? linkFixes(place, range, textDocument.uri, linkCommand)
        : [];
    const fixes = planned.flatMap((each) => {
      if (each === null || (each.action.disabled && !capabilities.disabledActions)) return [];
      if (each.action.disabled || each.action.command !== undefined) return [each.action];
      if (!capabilities.resolveEdits)
        return [{ ...each.action, edit: workspaceEdit(server, place.folder, each.edits) }];
      const data: ActionData = { uri: textDocument.uri, version, range, edits: editsKey(each.edits) };
      return [{ ...each.action, data }];
    });
    return [...fixes, ...linking];
  };
