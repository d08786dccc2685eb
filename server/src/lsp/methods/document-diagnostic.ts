import {
  type CancellationToken,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver/node';
import type { Server } from '../server.ts';

/** `textDocument/diagnostic`: what is known now; registries are never waited for. */
export const documentDiagnostic =
  ({ workspace, reports }: Server) =>
  async (
    { textDocument, previousResultId }: DocumentDiagnosticParams,
    _token: CancellationToken,
  ): Promise<DocumentDiagnosticReport> => {
    // Only the disk is waited for: before all files are read, nobody knows what the document belongs to.
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    if (place === null) return noDiagnostics;
    const { id: resultId, items } = reports.of(place);
    return resultId === previousResultId
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
      : { kind: DocumentDiagnosticReportKind.Full, resultId, items: [...items] };
  };

export const noDiagnostics: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };
