import {
  type CompletionItem,
  CompletionItemKind,
  CompletionList,
  commands,
  type Position,
  type TextDocument,
  window,
} from 'vscode';

const suggest = 'editor.action.triggerSuggest';

/**
 * Keeps a list of suggestions growing while nobody types: the server answers with what it knows, and asks registries
 * for the rest meanwhile.
 */
export class Suggestions {
  #waiting: {
    readonly document: TextDocument;
    readonly version: number;
    readonly position: Position;
  } | null = null;

  /** Looks at what the server suggested at a position, and gives what VS Code is to show. */
  took(
    document: TextDocument,
    position: Position,
    given: CompletionItem[] | CompletionList | null | undefined,
  ): CompletionItem[] | CompletionList | null | undefined {
    const isMore = given instanceof CompletionList && given.isIncomplete === true;
    this.#waiting = isMore ? { document, version: document.version, position } : null;
    for (const item of given instanceof CompletionList ? given.items : (given ?? []))
      if (leadsOn(item)) item.command = { title: 'Suggest what follows', command: suggest };
    return given;
  }

  /** Everything that was asked is answered: shows the list anew where the person still waits for it. */
  async answered(): Promise<void> {
    const waiting = this.#waiting;
    const editor = window.activeTextEditor;
    if (waiting === null || editor?.document !== waiting.document) return;
    this.#waiting = null;
    const isThere =
      editor.document.version === waiting.version && editor.selection.active.isEqual(waiting.position);
    if (!isThere) return;
    // While a list is shown, no other can be asked for.
    await commands.executeCommand('hideSuggestWidget');
    await commands.executeCommand(suggest);
  }
}

/** Whether more of the image's name follows: a host is nothing without a path. */
const leadsOn = ({ kind, insertText }: CompletionItem): boolean =>
  kind === CompletionItemKind.Module && typeof insertText === 'string' && insertText.endsWith('/');
