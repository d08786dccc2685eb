import type { Diagnostic } from 'vscode-languageserver/node';
import { problemsOf } from '../../core/features/problems.ts';
import { reportablePaths } from '../../core/features/report.ts';
import type { Snapshot } from '../../core/session/snapshot.ts';
import type { Folder } from '../workspace/folder.ts';
import type { Place, Workspace } from '../workspace/workspace.ts';
import { diagnosticsOf, sameDiagnostics } from './to-proto.ts';

/** The diagnostics of one file. */
export interface FileReport {
  /** The same for as long as the diagnostics are, and never used for others; not even by another process. */
  readonly id: string;
  readonly items: readonly Diagnostic[];
}

/** The one place where diagnostics are made, whether a client asks for them or is sent them. */
export interface Reports {
  of(place: Place): FileReport;
  /** Every file that may have diagnostics: those of releases, and each `.waybill.yaml`. Each once. */
  places(): Place[];
}

interface Kept {
  readonly snapshot: Snapshot;
  readonly enabled: boolean;
  readonly report: FileReport;
}

/**
 * @param enabled whether problems are wanted at all
 * @param started milliseconds since the epoch; sets the ids of one process apart from those of the next
 */
export function createReports(workspace: Workspace, enabled: () => boolean, started: number): Reports {
  const kept = new WeakMap<Folder, Map<string, Kept>>();
  let made = 0;
  const nextId = (): string => `${started.toString(36)}-${(made++).toString(36)}`;
  const nothing: FileReport = { id: nextId(), items: [] };

  return {
    of({ folder, path }) {
      const { snapshot } = folder;
      const ofFolder = kept.get(folder) ?? new Map<string, Kept>();
      kept.set(folder, ofFolder);
      const before = ofFolder.get(path);
      if (before?.snapshot === snapshot && before.enabled === enabled()) return before.report;
      const items = enabled() ? diagnosticsOf(problemsOf(snapshot, path)) : [];
      if (items.length === 0) {
        ofFolder.delete(path);
        return nothing;
      }
      const report =
        before !== undefined && sameDiagnostics(before.report.items, items)
          ? before.report
          : { id: nextId(), items };
      ofFolder.set(path, { snapshot, enabled: enabled(), report });
      return report;
    },
    places: () =>
      workspace.folders.flatMap((folder) =>
        reportablePaths(folder.snapshot)
          .map((path) => ({ folder, path }))
          .filter((place) => workspace.owns(place)),
      ),
  };
}
