import {
  type CompletionItem,
  CompletionItemKind,
  CompletionList,
  commands,
  type Position,
  type ProviderResult,
  type TextDocument,
  window,
} from 'vscode';

type Suggested = CompletionItem[] | CompletionList | null | undefined;

const suggest = 'editor.action.triggerSuggest';

/** How often VS Code is asked to show a list anew, and how long it may take to begin with it, in milliseconds. */
const mostTries = 10;
const patience = 100;

/** A list that was not all, and where it is shown. */
interface Waiting {
  readonly document: TextDocument;
  readonly version: number;
  readonly position: Position;
}

/**
 * Keeps a list of suggestions growing while nobody types: the server answers with what it knows, and asks registries
 * for the rest meanwhile.
 */
export class Suggestions {
  #waiting: Waiting | null = null;
  #asked = 0;
  #answered = 0;

  /** Asks the server for suggestions at a position, and gives what VS Code is to show. */
  async at(
    document: TextDocument,
    position: Position,
    ask: () => ProviderResult<Suggested>,
  ): Promise<Suggested> {
    this.#asked++;
    const { version } = document;
    const before = this.#answered;
    const given = await ask();
    const isMore = given instanceof CompletionList && given.isIncomplete === true;
    this.#waiting = isMore ? { document, version, position } : null;
    for (const item of given instanceof CompletionList ? given.items : (given ?? []))
      if (leadsOn(item)) item.command = { title: 'Suggest what follows', command: suggest };
    // Registries may be faster than the way of the list to here.
    if (this.#answered !== before) void this.#showAnew();
    return given;
  }

  /** Everything that was asked is answered: shows the list anew where the person still waits for it. */
  answered(): void {
    this.#answered++;
    void this.#showAnew();
  }

  async #showAnew(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    const before = this.#asked;
    // VS Code takes no notice while it shows a list, and it may show the old one just now; nor does it tell at once
    // where the caret is.
    for (let tries = 0; tries < mostTries && this.#asked === before; tries++) {
      if (isThere(waiting)) {
        await commands.executeCommand('hideSuggestWidget');
        await commands.executeCommand(suggest);
      }
      await new Promise((resolve) => setTimeout(resolve, patience));
    }
  }
}

/** Whether the caret is still where the list was asked for. */
function isThere({ document, version, position }: Waiting): boolean {
  const editor = window.activeTextEditor;
  return (
    editor?.document === document && document.version === version && editor.selection.active.isEqual(position)
  );
}

/** Whether more of the image's name follows: a host is nothing without a path. */
const leadsOn = ({ kind, insertText }: CompletionItem): boolean =>
  kind === CompletionItemKind.Module && typeof insertText === 'string' && insertText.endsWith('/');
