import { type CodeAction, CodeActionKind, type Range } from 'vscode-languageserver/node';
import { type Action, actionsAt, bulkEdits, type FileEdit } from '../../core/features/fixes.ts';
import { linkableAt } from '../../core/features/linkable.ts';
import { diagnosticOf } from '../diagnostics/to-proto.ts';
import type { Place } from '../workspace/workspace.ts';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.waybill`;

/** What a client is offered, and the edits that it stands for. */
export interface PlannedAction {
  readonly action: CodeAction;
  readonly edits: readonly FileEdit[];
}

/** The quick fixes for the problems that a range touches. @param mirrors whether images can be copied now */
export const quickFixes = (place: Place, range: Range, uri: string, mirrors: boolean): PlannedAction[] =>
  actionsAt(place.folder.snapshot, place.path, range, { mirrors }).map((action) => quickFix(action, uri));

/** What the client's own command can link to solve the problems that a range touches. */
export const linkFixes = (
  { folder, path }: Place,
  range: Range,
  uri: string,
  command: string,
): CodeAction[] =>
  linkableAt(folder.snapshot, path, range).map(({ host, problem }) => {
    const title = `Link ${host} in the vendor portal…`;
    return {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnosticOf(problem)],
      command: { title, command, arguments: [host, uri] },
    };
  });

/** Everything in the file that can be fixed without looking; null where there is nothing. */
export function fixAll({ folder, path }: Place): PlannedAction | null {
  const { edits, fixed } = bulkEdits(folder.snapshot, [path]);
  if (edits.length === 0) return null;
  return {
    action: {
      title:
        fixed.length === 1
          ? 'Fix the image with a known fix'
          : `Fix all ${fixed.length} images with a known fix`,
      kind: fixAllKind,
      diagnostics: fixed.map(diagnosticOf),
    },
    edits,
  };
}

const quickFix = (
  { title, problem, preferred, disabled, edits, mirroring }: Action,
  uri: string,
): PlannedAction => ({
  action: {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(problem)],
    ...(preferred ? { isPreferred: true } : {}),
    ...(disabled === null ? {} : { disabled: { reason: disabled } }),
    ...(mirroring === null
      ? {}
      : {
          command: {
            title,
            command: 'waybill.mirror',
            arguments: [uri, { source: mirroring.source, target: mirroring.target }],
          },
        }),
  },
  edits,
});
