import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { ListedRelease } from '../layers/made.ts';
import type { Server } from '../server.ts';

/** `waybill.layers`: every release with the files that the app manager would write for it. */
export async function layers({ workspace, scenarios, layerList }: Server): Promise<ListedRelease[]> {
  for (const folder of workspace.folders) await folder.ready();
  await scenarios.ready();
  return layerList.read();
}

/** `waybill.layerText`: the text of one of them by its URI; null where there is none any more. */
export async function layerText(
  { workspace, scenarios, virtualDocuments }: Server,
  [uri]: readonly unknown[],
): Promise<string | null> {
  if (typeof uri !== 'string')
    throw new ResponseError(ErrorCodes.InvalidParams, 'The URI of a layer’s file is needed.');
  for (const folder of workspace.folders) await folder.ready();
  await scenarios.ready();
  return virtualDocuments.make(uri);
}
