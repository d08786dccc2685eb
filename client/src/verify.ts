import { ProgressLocation, window } from 'vscode';
import { type CommandLine, lastWords, profileArguments, wasStopped } from './command-line.ts';
import { chosenRelease, saved } from './release.ts';
import type { Reports } from './report.ts';
import type { Server } from './server.ts';
import type { WayFacts } from './way-facts.ts';

/** `waybill verify --format json`, as far as it is used here. */
interface Verification {
  readonly context: string;
  readonly containers: readonly { readonly finding: string }[];
  /** The report, for people. */
  readonly words: string;
}

/** Holds what the cluster of the current context pulled against the release, and shows the report. */
export async function verifyInstallation(
  server: Server,
  commandLine: CommandLine,
  facts: WayFacts,
  reports: Reports,
  given: unknown,
): Promise<void> {
  const release = await chosenRelease(server, 'Verify an Installation', given);
  if (release === undefined || !(await saved(release))) return;
  const ran = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Waybill: verifying what the cluster pulled of ${release.name}`,
      cancellable: true,
    },
    (progress, token) =>
      commandLine.run(['verify', '.', '--format', 'json', ...profileArguments()], {
        cwd: release.folder,
        token,
        onLine: (message) => progress.report({ message }),
      }),
  );
  // It only reads: whoever stops it wants nothing more.
  if (wasStopped(ran)) return;
  if (ran.stdout === '') throw new Error(lastWords(ran));
  const { context, containers, words } = JSON.parse(ran.stdout) as Verification;
  await reports.show(`Verification of ${release.name}`, words);
  if (containers.length === 0)
    void window.showWarningMessage(`Waybill: the cluster (${context}) runs no pod of ${release.name}.`);
  else if (ran.code !== 0)
    void window.showWarningMessage(
      `Waybill: the cluster (${context}) has not pulled everything as the release says.`,
    );
  else {
    if (containers.some(({ finding }) => finding === 'right')) await facts.set('podVerified');
    void window.showInformationMessage(`Waybill: what the cluster (${context}) pulled is right.`);
  }
}
