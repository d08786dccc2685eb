import { posix } from 'node:path';
import { commands, Uri } from 'vscode';
import { chosenDocument } from './document.ts';
import { virtualSchemes } from './protocol.ts';
import type { Server } from './server.ts';

/** Shows a manifest beside itself as the app manager deploys it. */
export async function previewDeployment(server: Server, given: unknown): Promise<void> {
  server.ensureRunning();
  const file = chosenDocument(given);
  await commands.executeCommand(
    'vscode.diff',
    file,
    virtual(virtualSchemes.deployed, file),
    `${posix.basename(file.path)} ↔ as deployed`,
    { preview: true },
  );
}

/** Shows the kustomization that the app manager writes for the release. */
export async function previewKustomization(server: Server, given: unknown): Promise<void> {
  server.ensureRunning();
  await commands.executeCommand('vscode.open', virtual(virtualSchemes.midstream, chosenDocument(given)), {
    preview: true,
  });
}

function virtual(scheme: string, file: Uri): Uri {
  return Uri.from({ scheme, path: file.path });
}
