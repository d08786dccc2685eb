import { window } from 'vscode';
import { chosenDocument } from './document.ts';
import { serverCommands } from './protocol.ts';
import type { Server } from './server.ts';

/** Has the public image at the caret copied to its private path. The server asks the person and does the rest. */
export async function mirrorImage(server: Server): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined) throw new Error('open a manifest of the release first.');
  const { line, character } = editor.selection.active;
  await server.execute(serverCommands.mirror, [editor.document.uri.toString(), { line, character }]);
}

/** The same for all public images of the release that holds the document. */
export async function mirrorRelease(server: Server, given: unknown): Promise<void> {
  await server.execute(serverCommands.mirrorRelease, [chosenDocument(given).toString()]);
}
