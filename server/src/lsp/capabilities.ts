import type { ClientCapabilities } from 'vscode-languageserver/node';

/** What the client can do, as far as Waybill cares; resolved once, at `initialize`. */
export interface Capabilities {
  /**
   * Whether the client asks for diagnostics itself. Only believed of clients that can also be told to ask again:
   * the others would show what registries answered at the next keystroke at best, so they are sent everything.
   */
  readonly pullDiagnostics: boolean;
  /** Whether a code action may come without its edit, which is worked out when it is chosen. */
  readonly resolveEdits: boolean;
  /** Whether a code action may be shown with the reason why it cannot be chosen. */
  readonly disabledActions: boolean;
  /** Whether a code action may have data that comes back when it is resolved. */
  readonly actionData: boolean;
  readonly preferredActions: boolean;
  /** Whether clients without this can only be sent commands in place of code actions. */
  readonly codeActions: boolean;
  /** Whether edits can name the version of the document that they are for. */
  readonly documentChanges: boolean;
  /** Whether edits can come with what people are to confirm first. */
  readonly changeAnnotations: boolean;
  readonly markdownHover: boolean;
  /** Whether something can be said beside each completion in the list, and not only of the chosen one. */
  readonly completionLabelDetails: boolean;
  readonly markdownCompletion: boolean;
  /** Whether a definition may come with all of what is defined and with what was clicked on. */
  readonly definitionLinks: boolean;
  /** Whether the client can be told to ask for inlay hints again. */
  readonly refreshInlayHints: boolean;
  readonly virtualDocuments: boolean;
  readonly watchFiles: boolean;
  readonly configuration: boolean;
  readonly dynamicConfiguration: boolean;
  readonly workspaceFolders: boolean;
  readonly progress: boolean;
}

export function resolveCapabilities({ textDocument, workspace, window }: ClientCapabilities): Capabilities {
  const action = textDocument?.codeAction;
  return {
    pullDiagnostics:
      textDocument?.diagnostic !== undefined && workspace?.diagnostics?.refreshSupport === true,
    resolveEdits:
      action?.dataSupport === true && (action.resolveSupport?.properties.includes('edit') ?? false),
    disabledActions: action?.disabledSupport === true,
    actionData: action?.dataSupport === true,
    preferredActions: action?.isPreferredSupport === true,
    codeActions: action?.codeActionLiteralSupport !== undefined,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    changeAnnotations:
      workspace?.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.changeAnnotationSupport !== undefined,
    markdownHover: textDocument?.hover?.contentFormat?.includes('markdown') ?? false,
    completionLabelDetails: textDocument?.completion?.completionItem?.labelDetailsSupport === true,
    markdownCompletion:
      textDocument?.completion?.completionItem?.documentationFormat?.includes('markdown') ?? false,
    definitionLinks: textDocument?.definition?.linkSupport === true,
    refreshInlayHints: workspace?.inlayHint?.refreshSupport === true,
    virtualDocuments: workspace?.textDocumentContent !== undefined,
    watchFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    configuration: workspace?.configuration === true,
    dynamicConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    progress: window?.workDoneProgress === true,
  };
}
