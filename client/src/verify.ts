import { ProgressLocation, window, workspace } from 'vscode';
import type { CommandLine } from './command-line.ts';
import { chosenFolder } from './folder.ts';
import type { PortalTokens } from './portal-token.ts';
import { lastWords } from './push-release.ts';
import type { WayFacts } from './way-facts.ts';

/** `waybill verify --format json`, as far as it is used here. */
interface Verification {
  readonly context: string;
  readonly containers: readonly { readonly finding: string; readonly message: string }[];
}

/** Holds what the cluster of the current context pulled against the release, and shows the report. */
export async function verifyInstallation(
  commandLine: CommandLine,
  tokens: PortalTokens,
  facts: WayFacts,
  given: unknown,
): Promise<void> {
  const folder = await chosenFolder('Which release?', given);
  if (folder === undefined) return;
  const at = { cwd: folder.uri.fsPath, env: await tokens.environment() };
  const [words, json] = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: 'Waybill: verifying what the cluster pulled',
      cancellable: true,
    },
    async (_, token) => [
      await commandLine.run(['verify', '.'], { ...at, token }),
      await commandLine.run(['verify', '.', '--format', 'json'], { ...at, token }),
    ],
  );
  if (words === undefined || json === undefined || json.code === null || json.code === 2)
    throw new Error(words === undefined ? 'nothing was verified.' : lastWords(words));
  const { context, containers } = JSON.parse(json.stdout) as Verification;
  await window.showTextDocument(
    await workspace.openTextDocument({ content: words.stdout, language: 'plaintext' }),
    { preview: true },
  );
  if (containers.length === 0) return;
  if (json.code !== 0) {
    void window.showWarningMessage(
      `Waybill: the cluster (${context}) has not pulled all as the release says.`,
    );
    return;
  }
  if (containers.some(({ finding }) => finding === 'right')) await facts.set('podVerified');
  void window.showInformationMessage(`Waybill: what the cluster (${context}) pulled is right.`);
}
