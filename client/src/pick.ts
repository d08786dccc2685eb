import {
  type CancellationToken,
  CancellationTokenSource,
  QuickInputButtons,
  type QuickPickItem,
  window,
} from 'vscode';

/** One list of several that follow one another. */
export interface Step<Item extends QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  /** Whether there is a step before it to go back to. */
  readonly back: boolean;
  /** What to choose from; the list is open meanwhile. The token is cancelled when it is closed. */
  items(token: CancellationToken): Promise<readonly Item[]>;
  /** What a text that is none of the items stands for; left out where only the items may be chosen. */
  typed?(text: string): Item | null;
}

/**
 * Has the person choose one item. Undefined where the list was closed.
 * @throws Error as `items` does
 */
export async function pick<Item extends QuickPickItem>(
  step: Step<Item>,
): Promise<{ chosen: Item } | 'back' | undefined> {
  const list = window.createQuickPick<Item>();
  const closed = new CancellationTokenSource();
  list.title = step.title;
  list.placeholder = step.placeholder;
  // A question that comes up meanwhile (may this account be asked?) is answered beside the list.
  list.ignoreFocusOut = true;
  list.matchOnDescription = true;
  list.buttons = step.back ? [QuickInputButtons.Back] : [];
  list.busy = true;
  try {
    return await new Promise((resolve, reject) => {
      let found: readonly Item[] = [];
      const show = (): void => {
        const typed = list.value === '' ? null : (step.typed?.(list.value.trim()) ?? null);
        const isThere = found.some(({ label }) => label === typed?.label);
        list.items = typed === null || isThere ? found : [...found, typed];
      };
      list.onDidAccept(() => {
        const [chosen] = list.selectedItems;
        // An item without a label only says something.
        if (chosen !== undefined && chosen.label !== '') resolve({ chosen });
      });
      list.onDidTriggerButton(() => resolve('back'));
      list.onDidHide(() => resolve(undefined));
      if (step.typed !== undefined) list.onDidChangeValue(show);
      list.show();
      step.items(closed.token).then((items) => {
        found = items;
        list.busy = false;
        show();
      }, reject);
    });
  } finally {
    closed.cancel();
    closed.dispose();
    list.dispose();
  }
}
