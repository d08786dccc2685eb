import {
  type CancellationToken,
  DocumentDiagnosticReportKind,
  type ResultProgressReporter,
  type WorkDoneProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Server } from '../server.ts';
import type { Place } from '../workspace/workspace.ts';

/** How many files are reported at a time. */
const portion = 100;

/** `workspace/diagnostic`: all files of releases, open or not. Sent in portions to clients that take them. */
export const workspaceDiagnostic =
  (server: Server) =>
  async (
    { previousResultIds }: WorkspaceDiagnosticParams,
    token: CancellationToken,
    _progress: WorkDoneProgressReporter,
    partial?: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult>,
  ): Promise<WorkspaceDiagnosticReport> => {
    for (const folder of server.workspace.folders) await folder.ready();
    const known = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    let items: WorkspaceDocumentDiagnosticReport[] = [];
    for (const place of server.reports.places()) {
      const uri = server.workspace.uriOf(place);
      const previous = known.get(uri);
      known.delete(uri);
      items.push(reportOf(server, place, uri, previous));
      if (items.length < portion) continue;
      if (partial !== undefined) {
        partial.report({ items });
        items = [];
      }
      await new Promise<void>(server.ports.soon);
      if (token.isCancellationRequested) return { items: [] };
    }
    // Files that are in no release any more.
    for (const uri of known.keys())
      items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, items: [] });
    if (partial === undefined) return { items };
    partial.report({ items });
    return { items: [] };
  };

function reportOf(
  { reports, workspace }: Server,
  place: Place,
  uri: string,
  previous: string | undefined,
): WorkspaceDocumentDiagnosticReport {
  const { id: resultId, items } = reports.of(place);
  const version = workspace.documentAt(place)?.version ?? null;
  return resultId === previous
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId, uri, version }
    : { kind: DocumentDiagnosticReportKind.Full, resultId, uri, version, items: [...items] };
}
