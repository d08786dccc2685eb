import { Uri, window } from 'vscode';

/**
 * The document that a command is about: the one it was given (from a menu), else that of the active editor.
 * @throws Error with what to do, where there is none
 */
export function chosenDocument(given: unknown): Uri {
  const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  if (uri === undefined) throw new Error('open a manifest of the release first.');
  return uri;
}
