import {
  type CancellationToken,
  ErrorCodes,
  type ExecuteCommandParams,
  ResponseError,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver/node';
import { check } from '../commands/check.ts';
import { insertion } from '../commands/insertion.ts';
import { layers, layerText } from '../commands/layers.ts';
import { mirrorImage, mirrorRelease } from '../commands/mirror.ts';
import { registries, repositories, tags } from '../commands/pickers.ts';
import type { Server } from '../server.ts';
import type { VirtualScheme } from '../virtual-documents.ts';

/** `workspace/executeCommand`. */
export const executeCommand =
  (server: Server) =>
  async (
    params: ExecuteCommandParams,
    token: CancellationToken,
    progress: WorkDoneProgressReporter,
  ): Promise<unknown> => {
    const given: readonly unknown[] = params.arguments ?? [];
    switch (params.command) {
      case 'waybill.check':
        return check(server, given, token, progress);
      case 'waybill.deployedText':
        return textFor(server, 'waybill-deployed', given);
      case 'waybill.midstreamText':
        return textFor(server, 'waybill-midstream', given);
      case 'waybill.layers':
        return layers(server);
      case 'waybill.layerText':
        return layerText(server, given);
      case 'waybill.registries':
        return registries(server);
      case 'waybill.repositories':
        return repositories(server, given, token);
      case 'waybill.tags':
        return tags(server, given, token);
      case 'waybill.insertion':
        return insertion(server, given);
      case 'waybill.mirror':
        return mirrorImage(server, given, token, progress);
      case 'waybill.mirrorRelease':
        return mirrorRelease(server, given, token, progress);
      default:
        throw new ResponseError(ErrorCodes.InvalidParams, `There is no command ${params.command}.`);
    }
  };

async function textFor(
  { workspace, scenarios, virtualDocuments }: Server,
  scheme: VirtualScheme,
  [uri]: readonly unknown[],
): Promise<string | null> {
  if (typeof uri !== 'string')
    throw new ResponseError(ErrorCodes.InvalidParams, 'The URI of a file of the release is needed.');
  await workspace.find(uri)?.folder.ready();
  await scenarios.ready();
  return virtualDocuments.make(`${scheme}:${uri.replace(/^[\w+.-]+:/, '')}`);
}
