import { posix } from 'node:path';
import { commands, Uri } from 'vscode';
import { chosenDocument } from './document.ts';
import { virtualSchemes } from './protocol.ts';
import { comparedIn } from './release-tree.ts';
import type { Server } from './server.ts';

/** Shows a manifest beside what is installed of it, which follows while it is typed. */
export async function previewDeployment(server: Server, given: unknown): Promise<void> {
  server.ensureRunning();
  const file = realFile(chosenDocument(given));
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
  await commands.executeCommand(
    'vscode.open',
    virtual(virtualSchemes.midstream, realFile(chosenDocument(given))),
    {
      preview: true,
    },
  );
}

/** Shows a file of a layer beside the file that it comes from. @param row of the view “Release” */
export async function compareWithSource(server: Server, row: unknown): Promise<void> {
  server.ensureRunning();
  const { source, layer, path } = comparedIn(row);
  await commands.executeCommand('vscode.diff', source, layer, `${posix.basename(source.path)} ↔ ${path}`, {
    preview: true,
  });
}

/** The file that a preview is of; any other document is meant itself. */
const realFile = (uri: Uri): Uri =>
  Object.values<string>(virtualSchemes).includes(uri.scheme)
    ? Uri.from({ scheme: 'file', path: uri.path })
    : uri;

function virtual(scheme: string, file: Uri): Uri {
  return Uri.from({ scheme, path: file.path });
}
