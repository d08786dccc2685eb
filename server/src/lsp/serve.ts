import type { Connection } from 'vscode-languageserver/node';
import { guarded, heard } from './guard.ts';
import { createLog } from './log.ts';
import { codeAction } from './methods/code-action.ts';
import { codeActionResolve } from './methods/code-action-resolve.ts';
import { completion } from './methods/completion.ts';
import { definition } from './methods/definition.ts';
import { didChange } from './methods/did-change.ts';
import { didChangeConfiguration } from './methods/did-change-configuration.ts';
import { didChangeWatchedFiles } from './methods/did-change-watched-files.ts';
import { didChangeWorkspaceFolders } from './methods/did-change-workspace-folders.ts';
import { didChooseScenario } from './methods/did-choose-scenario.ts';
import { didClose } from './methods/did-close.ts';
import { didFocus } from './methods/did-focus.ts';
import { didOpen } from './methods/did-open.ts';
import { didSave } from './methods/did-save.ts';
import { didSignIn } from './methods/did-sign-in.ts';
import { documentDiagnostic, noDiagnostics } from './methods/document-diagnostic.ts';
import { documentLink } from './methods/document-link.ts';
import { executeCommand } from './methods/execute-command.ts';
import { hover } from './methods/hover.ts';
import { initialize } from './methods/initialize.ts';
import { initialized } from './methods/initialized.ts';
import { inlayHint } from './methods/inlay-hint.ts';
import { references } from './methods/references.ts';
import { prepareRename, rename } from './methods/rename.ts';
import { textDocumentContent } from './methods/text-document-content.ts';
import { workspaceDiagnostic } from './methods/workspace-diagnostic.ts';
import type { Ports } from './ports.ts';
import { createServer, type Server } from './server.ts';

/** Answers on a connection, from `initialize` on. What a client may call is listed in `register`. */
export function serve(connection: Connection, ports: Ports): void {
  const log = createLog(connection, ports.env);
  process.on('unhandledRejection', (error) => log.error('a forgotten promise', error));
  connection.onInitialize((params) => {
    const server = createServer(connection, params, ports, log);
    register(server);
    return initialize(server);
  });
}

function register(server: Server): void {
  const { connection, capabilities, log } = server;
  connection.onInitialized(
    heard(log, 'initialized', () => {
      initialized(server);
      if (capabilities.workspaceFolders)
        connection.workspace.onDidChangeWorkspaceFolders(
          heard(log, 'workspace/didChangeWorkspaceFolders', didChangeWorkspaceFolders(server)),
        );
    }),
  );
  connection.onShutdown(() => server.dispose());

  connection.onDidOpenTextDocument(heard(log, 'textDocument/didOpen', didOpen(server)));
  connection.onDidChangeTextDocument(heard(log, 'textDocument/didChange', didChange(server)));
  connection.onDidSaveTextDocument(heard(log, 'textDocument/didSave', didSave(server)));
  connection.onDidCloseTextDocument(heard(log, 'textDocument/didClose', didClose(server)));
  connection.onDidChangeWatchedFiles(
    heard(log, 'workspace/didChangeWatchedFiles', didChangeWatchedFiles(server)),
  );
  connection.onDidChangeConfiguration(
    heard(log, 'workspace/didChangeConfiguration', didChangeConfiguration(server)),
  );
  connection.onNotification(
    'waybill/didGrantTrust',
    heard(log, 'waybill/didGrantTrust', () => server.trust()),
  );
  connection.onNotification('waybill/didFocus', heard(log, 'waybill/didFocus', didFocus(server)));
  connection.onNotification('waybill/didSignIn', heard(log, 'waybill/didSignIn', didSignIn(server)));
  connection.onNotification(
    'waybill/didChooseScenario',
    heard(log, 'waybill/didChooseScenario', didChooseScenario(server)),
  );

  connection.languages.diagnostics.on(
    guarded(log, 'textDocument/diagnostic', noDiagnostics, documentDiagnostic(server)),
  );
  connection.languages.diagnostics.onWorkspace(
    guarded(log, 'workspace/diagnostic', { items: [] }, workspaceDiagnostic(server)),
  );
  connection.onHover(guarded(log, 'textDocument/hover', null, hover(server)));
  connection.onCompletion(guarded(log, 'textDocument/completion', null, completion(server)));
  connection.onDefinition(guarded(log, 'textDocument/definition', [], definition(server)));
  connection.onReferences(guarded(log, 'textDocument/references', [], references(server)));
  connection.onPrepareRename(guarded(log, 'textDocument/prepareRename', null, prepareRename(server)));
  connection.onRenameRequest(guarded(log, 'textDocument/rename', null, rename(server)));
  connection.onDocumentLinks(guarded(log, 'textDocument/documentLink', [], documentLink(server)));
  connection.languages.inlayHint.on(guarded(log, 'textDocument/inlayHint', [], inlayHint(server)));
  connection.onCodeAction(guarded(log, 'textDocument/codeAction', [], codeAction(server)));
  connection.onCodeActionResolve((action, token) =>
    guarded(log, 'codeAction/resolve', action, codeActionResolve(server))(action, token),
  );
  connection.workspace.textDocumentContent.on(
    guarded(log, 'workspace/textDocumentContent', { text: '' }, textDocumentContent(server)),
  );
  connection.onExecuteCommand(guarded(log, 'workspace/executeCommand', null, executeCommand(server)));
}
