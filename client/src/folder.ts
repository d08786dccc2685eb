import { Uri, type WorkspaceFolder, window, workspace } from 'vscode';

/**
 * The folder of the workspace that a command is about: that of the document it was given, of the active one, the only
 * one, or the one that the person chooses. Undefined where they choose none.
 * @throws Error with what to do, where none is open
 */
export async function chosenFolder(
  placeHolder: string,
  given?: unknown,
): Promise<WorkspaceFolder | undefined> {
  const [first, ...others] = workspace.workspaceFolders ?? [];
  if (first === undefined) throw new Error('open the folder of the release first.');
  if (others.length === 0) return first;
  const about = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  return (about && workspace.getWorkspaceFolder(about)) ?? window.showWorkspaceFolderPick({ placeHolder });
}
