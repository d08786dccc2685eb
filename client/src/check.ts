import { ProgressLocation, Uri, window } from 'vscode';
import { serverCommands } from './protocol.ts';
import type { Server } from './server.ts';

/** Has the release that holds the document (none: every release) asked about anew. The problems follow by themselves. */
export async function checkRelease(server: Server, given: unknown): Promise<void> {
  const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  await window.withProgress(
    { location: ProgressLocation.Window, title: 'Waybill: checking the release' },
    async () => {
      await server.execute(serverCommands.check, uri === undefined ? [] : [uri.toString()]);
    },
  );
}
