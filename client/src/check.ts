import { Uri, window } from 'vscode';
import { type CheckCounts, serverCommands } from './protocol.ts';
import type { Server } from './server.ts';

/**
 * Has the release that holds the document (none: every release) asked about anew, and says what it came to. The server
 * shows the progress, and the problems appear by themselves.
 */
export async function checkRelease(server: Server, given: unknown): Promise<void> {
  const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  const counts = await server.execute<CheckCounts>(
    serverCommands.check,
    uri === undefined ? [] : [uri.toString()],
  );
  // Not awaited: the message stays until the person has read it, the check is done.
  void window.showInformationMessage(`Waybill: ${summary(counts)}`);
}

function summary({ images, checked, unchecked, problems }: CheckCounts): string {
  if (images === 0) return 'no image is named here.';
  const rest = unchecked === 0 ? '' : ` ${unchecked} could not be; “Waybill: Show Registries” says why.`;
  return `${count(images, 'image')}, ${count(problems, 'problem')}. ${checked} looked up.${rest}`;
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
