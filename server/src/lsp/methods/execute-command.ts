import {
  type CancellationToken,
  ErrorCodes,
  type ExecuteCommandParams,
  ResponseError,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver/node';
import { layers, layerText } from '../commands/layers.ts';
import type { Server } from '../server.ts';
import type { VirtualScheme } from '../virtual-documents.ts';

/** `workspace/executeCommand`. What a person asks for now and then is loaded then. */
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
        return (await import('../commands/check.ts')).check(server, given, token, progress);
      case 'waybill.deployedText':
        return textFor(server, 'waybill-deployed', given);
      case 'waybill.midstreamText':
        return textFor(server, 'waybill-midstream', given);
      case 'waybill.releases':
        return (await import('../commands/releases.ts')).releases(server, given);
      case 'waybill.layers':
        return layers(server);
      case 'waybill.layerText':
        return layerText(server, given);
      case 'waybill.registries':
        return (await import('../commands/pickers.ts')).registries(server);
      case 'waybill.repositories':
        return (await import('../commands/pickers.ts')).repositories(server, given, token);
      case 'waybill.tags':
        return (await import('../commands/pickers.ts')).tags(server, given, token);
      case 'waybill.insertion':
        return (await import('../commands/insertion.ts')).insertion(server, given);
      case 'waybill.mirror':
        return (await import('../commands/mirror.ts')).mirrorImage(server, given, token, progress);
      case 'waybill.mirrorRelease':
        return (await import('../commands/mirror.ts')).mirrorRelease(server, given, token, progress);
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
