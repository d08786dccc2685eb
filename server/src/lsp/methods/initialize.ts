import {
  CodeActionKind,
  type InitializeResult,
  PositionEncodingKind,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { fixAllKind } from '../actions/plan.ts';
import { commandNames } from '../commands/names.ts';
import type { Server } from '../server.ts';
import { virtualSchemes } from '../virtual-documents.ts';
import { completionTriggers } from './completion.ts';

declare const __VERSION__: string;

/** `initialize`: what the server can do for this client. Reads no file. */
export function initialize({ capabilities }: Server): InitializeResult {
  return {
    serverInfo: { name: 'waybill', version: __VERSION__ },
    capabilities: {
      // UTF-16 is what every client has to offer, and what JavaScript's offsets are.
      positionEncoding: PositionEncodingKind.UTF16,
      textDocumentSync: {
        openClose: true,
        change: TextDocumentSyncKind.Incremental,
        save: { includeText: false },
      },
      hoverProvider: true,
      completionProvider: {
        triggerCharacters: completionTriggers,
        completionItem: { labelDetailsSupport: true },
      },
      definitionProvider: true,
      referencesProvider: true,
      renameProvider: { prepareProvider: true },
      documentLinkProvider: {},
      inlayHintProvider: true,
      codeActionProvider: {
        codeActionKinds: [CodeActionKind.QuickFix, fixAllKind],
        resolveProvider: capabilities.resolveEdits,
      },
      ...(capabilities.pullDiagnostics
        ? {
            diagnosticProvider: {
              identifier: 'waybill',
              interFileDependencies: true,
              workspaceDiagnostics: true,
            },
          }
        : {}),
      executeCommandProvider: { commands: [...commandNames], workDoneProgress: true },
      workspace: {
        workspaceFolders: { supported: true, changeNotifications: true },
        textDocumentContent: { schemes: [...virtualSchemes] },
      },
    },
  };
}
