import {
  type Disposable,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  type ViewColumn,
  window,
  workspace,
} from 'vscode';

const scheme = 'waybill-report';

/** Texts to read: what would be pushed, what a cluster pulled. They cannot be edited, and nobody is asked to save them. */
export class Reports implements TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changes = new EventEmitter<Uri>();
  readonly onDidChange = this.#changes.event;
  // Last: whoever it is registered with looks for the event then.
  readonly #registered = workspace.registerTextDocumentContentProvider(scheme, this);

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.path) ?? '';
  }

  /** Shows a text under a name; a new one of the same name takes its place. */
  async show(name: string, text: string, column?: ViewColumn): Promise<void> {
    const uri = Uri.from({ scheme, path: `/${name}` });
    this.#texts.set(uri.path, text);
    this.#changes.fire(uri);
    await window.showTextDocument(uri, {
      preview: true,
      ...(column === undefined ? {} : { viewColumn: column }),
    });
  }

  dispose(): void {
    this.#registered.dispose();
    this.#changes.dispose();
  }
}
