import { ProgressLocation, window } from 'vscode';
import { type CommandLine, lastWords, profileArguments, wasStopped } from './command-line.ts';
import { type ChosenRelease, chosenRelease, saved } from './release.ts';
import type { Reports } from './report.ts';
import type { Server } from './server.ts';
import type { WayFacts } from './way-facts.ts';

/** `waybill verify --format json`, as far as it is used here. */
interface Verification {
  readonly context: string;
  /** Null for all. */
  readonly namespace: string | null;
  readonly containers: readonly { readonly finding: string }[];
  /** The report, for people. */
  readonly words: string;
}

/** What verifying takes. */
export interface Verifying {
  readonly server: Server;
  readonly commandLine: CommandLine;
  readonly facts: WayFacts;
  readonly reports: Reports;
}

/** Holds what the cluster of the current context pulled against the release, and shows the report. */
export async function verifyInstallation(verifying: Verifying, given: unknown): Promise<void> {
  const release = await chosenRelease(verifying.server, 'Verify an Installation', given);
  if (release === undefined || !(await saved(release))) return;
  await verifyIn(verifying, release, false);
}

async function verifyIn(verifying: Verifying, release: ChosenRelease, everywhere: boolean): Promise<void> {
  const { commandLine, facts, reports } = verifying;
  const args = [
    ...['verify', '.', '--format', 'json'],
    ...(everywhere ? ['--all-namespaces'] : []),
    ...profileArguments(),
  ];
  const ran = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Waybill: verifying what the cluster pulled of ${release.name}`,
      cancellable: true,
    },
    (progress, token) =>
      commandLine.run(args, {
        cwd: release.folder,
        token,
        onLine: (message) => progress.report({ message }),
      }),
  );
  // It only reads: whoever stops it wants nothing more.
  if (wasStopped(ran)) return;
  if (ran.stdout === '') throw new Error(lastWords(ran));
  const { context, namespace, containers, words } = JSON.parse(ran.stdout) as Verification;
  if (containers.length === 0) {
    const where = namespace === null ? 'in no namespace' : `not in the namespace ${namespace}`;
    const message = `Waybill: the cluster (${context}) runs no pod of ${release.name}, ${where}.`;
    const all = 'Look in All Namespaces';
    if (namespace === null) void window.showWarningMessage(message);
    else if ((await window.showWarningMessage(message, all)) === all)
      await verifyIn(verifying, release, true);
    return;
  }
  await reports.show(`Verification of ${release.name}`, words);
  if (ran.code !== 0) {
    void window.showWarningMessage(
      `Waybill: the cluster (${context}) has not pulled everything as the release says.`,
    );
    return;
  }
  if (containers.some(({ finding }) => finding === 'right')) await facts.set('podVerified');
  void window.showInformationMessage(`Waybill: what the cluster (${context}) pulled is right.`);
}
