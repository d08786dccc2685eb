import { type CancellationToken, WorkDoneProgressReporter } from 'vscode-languageserver/node';
import { isChecked, type Report, reportablePaths, reportOf } from '../../core/features/report.ts';
import { releaseFile, type Snapshot } from '../../core/session/snapshot.ts';
import type { Server } from '../server.ts';

/** What a check came to. */
export interface CheckCounts {
  /** Places that name an image. */
  readonly images: number;
  /** Those of them of which it is known whether the image exists. */
  readonly checked: number;
  readonly unchecked: number;
  readonly problems: number;
}

/**
 * `waybill.check`: asks everything anew and returns when the answers are there.
 * @param uri of a file whose release is meant; all releases where it is none
 */
export async function check(
  server: Server,
  [uri]: readonly unknown[],
  token: CancellationToken,
  given: WorkDoneProgressReporter,
): Promise<CheckCounts> {
  const { workspace, questioner, connection } = server;
  const own =
    server.capabilities.progress && WorkDoneProgressReporter.isNullInstance(given)
      ? await connection.window.createWorkDoneProgress()
      : null;
  const progress = own ?? given;
  progress.begin('Waybill: checking the release', undefined, undefined, true);
  try {
    for (const folder of workspace.folders) await folder.ready();
    const place = typeof uri === 'string' ? workspace.find(uri) : null;
    const release = place === null ? null : releaseFile(place.folder.snapshot, place.path);
    const cancelled = new AbortController();
    token.onCancellationRequested(() => cancelled.abort());
    own?.token.onCancellationRequested(() => cancelled.abort());
    server.askPersonAgain();
    await questioner.askAnew(release === null ? null : place, cancelled.signal);
    if (place === null || release === null)
      return sum(workspace.folders.map(({ snapshot }) => reportOf(snapshot, reportablePaths(snapshot))));
    return sum([reportOf(place.folder.snapshot, pathsBeside(place.folder.snapshot, place.path))]);
  } finally {
    progress.done();
  }
}

const pathsBeside = (snapshot: Snapshot, path: string): string[] => [
  ...(releaseFile(snapshot, path)?.release.layout.files.keys() ?? []),
];

function sum(reports: readonly Report[]): CheckCounts {
  const images = reports.flatMap((report) => report.images);
  const checked = images.filter(isChecked).length;
  return {
    images: images.length,
    checked,
    unchecked: images.length - checked,
    problems: reports.reduce((count, { problems }) => count + problems.length, 0),
  };
}
