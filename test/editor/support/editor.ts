import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { patience } from './patience.ts';

/** A file of the workspace that the window shows. */
export function file(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('The window shows no folder.');
  return vscode.Uri.file(join(folder.uri.fsPath, name));
}

/** Shows a file in the editor. */
export async function show(name: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(file(name));
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

/** Asks again and again until the answer is not undefined. @throws Error that says what never came */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${patience / 1000} s`);
}

/** Waits until the document has exactly this text; fails with the difference. */
export async function becomes(document: vscode.TextDocument, text: string): Promise<void> {
  await eventually('the text', async () => (document.getText() === text ? true : undefined)).catch(() =>
    assert.equal(document.getText(), text),
  );
}

/** Waits until the file has a problem by this rule. */
export function problem(uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic> {
  return eventually(`a problem ${rule} in ${uri.path} (there are: ${rules(uri)})`, async () =>
    problems(uri).find(({ code }) => codeOf(code) === rule),
  );
}

/** Waits until the file has no problem by this rule any more. */
export function noProblem(uri: vscode.Uri, rule: string): Promise<true> {
  return eventually(`no problem ${rule} in ${uri.path}`, async () =>
    problems(uri).some(({ code }) => codeOf(code) === rule) ? undefined : true,
  );
}

function problems(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'waybill');
}

const rules = (uri: vscode.Uri): string =>
  problems(uri)
    .map(({ code }) => codeOf(code))
    .join(', ');

/** A rule's name, whether or not the diagnostic links to its page. */
export function codeOf(code: vscode.Diagnostic['code']): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** The place of a text in a document; the text must occur once. */
export function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  const at = document.getText().indexOf(text);
  if (at < 0) throw new Error(`${JSON.stringify(text)} is not in ${document.uri.path}`);
  return new vscode.Range(document.positionAt(at), document.positionAt(at + text.length));
}

/** The text of the hovers at a position. */
export async function hoverText(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

/** Has the one quick fix of this title applied to the open document. */
export async function applyFix(uri: vscode.Uri, range: vscode.Range, title: string): Promise<void> {
  const action = await eventually(`a quick fix ${JSON.stringify(title)}`, async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
      20,
    );
    return actions.find((each) => each.title === title);
  });
  if (action.edit === undefined) throw new Error(`The quick fix ${title} has no edit.`);
  if (!(await vscode.workspace.applyEdit(action.edit))) throw new Error('VS Code did not apply the edit.');
}

/** Puts a text into the editor that shows the document. */
export async function change(
  document: vscode.TextDocument,
  range: vscode.Range,
  text: string,
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, text);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error('VS Code did not apply the edit.');
}

/** Throws away what was changed in the active editor since it was saved. */
export async function revert(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

/** Chooses the row of this name in the list that a command shows, once it is there. */
export async function chooseRow(name: string): Promise<void> {
  await click(`.quick-input-list .monaco-list-row >> text=${JSON.stringify(name)}`);
}

/** Waits until a person could read this in the list that a command shows. */
export async function rowSeen(text: string, within = patience): Promise<void> {
  const see = `.quick-input-list .monaco-list-row >> text=${JSON.stringify(text)}`;
  await hand({ see, patience: within });
}

/** Waits until a person could see this suggestion in the list of them. */
export async function suggested(label: string): Promise<void> {
  await hand({ see: `.suggest-widget .monaco-list-row >> text=${JSON.stringify(label)}`, patience });
}

/**
 * Waits until a person who points at the language status could read an item with this text and, where it is given, the
 * title of its command.
 */
export async function languageStatusSeen(text: string, command?: string): Promise<void> {
  const item = `.hover-language-status:has-text(${JSON.stringify(text)})`;
  await eventually(`a language status ${text}`, async () => {
    try {
      await hand({ point: '[id="status.languageStatus"]', patience: 1000 });
      await hand({ see: item, patience: 2000 });
      if (command !== undefined)
        await hand({ see: `${item} >> text=${JSON.stringify(command)}`, patience: 500 });
      return true;
    } catch {
      return undefined;
    }
  });
}

/** Types into the list that a command shows. */
export async function typeInList(text: string): Promise<void> {
  await hand({ fill: '.quick-input-box input', text, patience });
}

/** Answers the question of a box that is on the screen: what stands in its title, and the text. */
export async function answerBox(title: string, text: string): Promise<void> {
  await boxSeen(title);
  await hand({ fill: '.quick-input-widget .quick-input-box input', text, patience });
  await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
}

/** Waits until a box or a list with this title is on the screen. */
export async function boxSeen(title: string): Promise<void> {
  await hand({ see: `.quick-input-title:has-text(${JSON.stringify(title)})`, patience });
}

/** Closes the box or list that is on the screen, as Escape does. */
export async function closeBox(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
}

/** Clicks a row of the view “Release”: a folder opens or closes, a file is shown. */
export async function clickTreeRow(name: string): Promise<void> {
  await click(`${releaseView} .monaco-list-row >> text=${JSON.stringify(name)}`);
}

/** Clicks a button that a row of the view “Release” shows to whoever points at it. */
export async function clickTreeAction(row: string, title: string): Promise<void> {
  const there = `${releaseView} .monaco-list-row:has-text(${JSON.stringify(row)})`;
  await hand({ point: there, patience });
  await click(`${there} [aria-label=${JSON.stringify(title)}]`);
}

/** Waits until a person could read this in the view “Release”: the whole of a text, or what an expression matches. */
export async function seenInTree(text: string | RegExp): Promise<void> {
  const wanted = typeof text === 'string' ? JSON.stringify(text) : String(text);
  await hand({ see: `${releaseView} .monaco-list-row >> text=${wanted}`, patience });
}

const releaseView = '[id="workbench.view.extension.waybill"]';

/** Has the hand click what a person would click. */
export async function click(selector: string): Promise<void> {
  await hand({ click: selector, patience });
}

/** Clicks a button of a message, once there is one. */
export async function clickMessage(title: string): Promise<void> {
  await withMessages(`a message with the button ${title}`, { click: messageButton(title) });
}

/** Waits until a person could see a message with this button. */
export async function messageSeen(title: string): Promise<void> {
  await withMessages(`a message with the button ${title}`, { see: messageButton(title) });
}

/** Waits until a person could read a message of exactly this text. */
export async function messageTextSeen(text: string): Promise<void> {
  await withMessages(`a message ${JSON.stringify(text)}`, {
    see: `.notifications-center .notification-list-item-message >> text=${JSON.stringify(text)}`,
  });
}

/** Waits until a person could read a message with this text in it. */
export async function messageWithTextSeen(text: string): Promise<void> {
  await withMessages(`a message with ${JSON.stringify(text)}`, {
    see: `.notifications-center .notification-list-item-message:has-text(${JSON.stringify(text)})`,
  });
}

const messageButton = (title: string): string =>
  `.notifications-center .monaco-button >> text=${JSON.stringify(title)}`;

/**
 * Has the hand do something in the list of messages: in a window under test VS Code does not pop them up, and it closes
 * the list when something else is shown.
 */
async function withMessages(what: string, wish: object): Promise<void> {
  await eventually(what, async () => {
    await vscode.commands.executeCommand('notifications.showList');
    return hand({ ...wish, patience: 500 }).then(
      () => true,
      () => undefined,
    );
  });
}

const steps = ['mirror', 'link', 'rewrite', 'push', 'verify'] as const;

export const openWalkthrough = () =>
  vscode.commands.executeCommand('workbench.action.openWalkthrough', 'waybill.waybill#privateImages', false);

/** Waits until these steps of the walkthrough that is shown are ticked off, and no others. */
export async function walkthroughTicked(...done: readonly (typeof steps)[number][]): Promise<void> {
  for (const step of steps) {
    const box = `.getting-started-step [data-done-step-id*="privateImages#${step}"]`;
    const state = done.includes(step) ? 'checked' : 'unchecked';
    await hand({ see: `${box}.codicon-getting-started-step-${state}`, patience });
  }
}

async function hand(wish: object): Promise<void> {
  const url = process.env.WAYBILL_EDITOR_HAND;
  if (url === undefined) throw new Error('There is no hand: run this through npm run test:vscode.');
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(wish) });
  if (!response.ok) throw new Error(await response.text());
}

/** How many connections the traps have seen: that in the place of AWS, or both. */
export async function trapped(whose: 'aws' | 'all' = 'all'): Promise<number> {
  const url = process.env.WAYBILL_EDITOR_TRAP;
  if (url === undefined) throw new Error('There is no trap: run this through npm run test:vscode.');
  const { aws, others } = (await (await fetch(url)).json()) as { aws: number; others: number };
  return whose === 'aws' ? aws : aws + others;
}
