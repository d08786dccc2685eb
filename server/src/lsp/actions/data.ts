import { type CodeAction, Range } from 'vscode-languageserver/node';

/** What goes out with an action without edit and comes back when it is chosen: all it takes to find it again. */
export interface ActionData {
  readonly uri: string;
  /** Of the document when the action was offered; null for one that is not open. */
  readonly version: number | null;
  readonly range: Range;
}

/** The data of an action as it came back; null where it is none of ours. */
export function actionData({ data }: CodeAction): ActionData | null {
  if (typeof data !== 'object' || data === null) return null;
  const { uri, version, range }: Partial<Record<keyof ActionData, unknown>> = data;
  return typeof uri === 'string' && (version === null || typeof version === 'number') && Range.is(range)
    ? { uri, version, range }
    : null;
}
