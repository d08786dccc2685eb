import { createHash } from 'node:crypto';
import { type CodeAction, Range } from 'vscode-languageserver/node';
import type { FileEdit } from '../../core/features/fixes.ts';

/** What goes out with an action without edit and comes back when it is chosen: all it takes to find it again. */
export interface ActionData {
  readonly uri: string;
  /** Of the document when the action was offered; null for one that is not open. */
  readonly version: number | null;
  readonly range: Range;
  /** Stands for the edits. Titles tell what is known, and that may be more by the time an action is chosen. */
  readonly edits: string;
}

/** The data of an action as it came back; null where it is none of ours. */
export function actionData({ data }: CodeAction): ActionData | null {
  if (typeof data !== 'object' || data === null) return null;
  const { uri, version, range, edits }: Partial<Record<keyof ActionData, unknown>> = data;
  if (typeof uri !== 'string' || typeof edits !== 'string' || !Range.is(range)) return null;
  return version === null || typeof version === 'number' ? { uri, version, range, edits } : null;
}

/** The same for the same edits. */
export const editsKey = (edits: readonly FileEdit[]): string =>
  createHash('sha256')
    .update(JSON.stringify(edits.map(({ path, span, newText }) => [path, span.start, span.end, newText])))
    .digest('base64url');
