import { commands, env, ProgressLocation, Uri, window, workspace } from 'vscode';
import type { CommandLine, Ran } from './command-line.ts';
import { chosenFolder } from './folder.ts';
import { pick } from './pick.ts';
import type { PortalTokens } from './portal-token.ts';
import type { WayFacts } from './way-facts.ts';

/** `waybill app channels --format json`, as far as it is used here. */
interface Channels {
  readonly app: string;
  readonly channels: readonly {
    readonly name: string;
    readonly currentVersion: string;
    readonly releaseSequence: number | null;
    readonly isArchived: boolean;
    readonly semverRequired: boolean;
  }[];
}

/** `waybill release push --format json`, likewise. */
interface Pushed {
  readonly app: string | null;
  readonly protected: boolean;
  readonly words: string;
  readonly action: { readonly kind: string } | null;
  readonly release: { readonly sequence: number } | null;
  readonly warnings: readonly string[];
  readonly links: { readonly releases: string } | null;
  readonly error: string | null;
}

/**
 * Has the person choose a channel, a version and notes, shows what would be pushed, and pushes it when they say so. The
 * command line does it all; nothing is promoted that was not shown before.
 */
export async function pushRelease(
  commandLine: CommandLine,
  tokens: PortalTokens,
  facts: WayFacts,
  given: unknown,
): Promise<void> {
  const folder = await chosenFolder('Which release?', given);
  if (folder === undefined) return;
  const portal = await tokens.required();
  if (portal === null) return;
  // What is pushed is what is on the disk.
  if (!(await workspace.saveAll(false))) return;
  const at = { cwd: folder.uri.fsPath, env: portal };
  const found = await commandLine.run(['app', 'channels', '--format', 'json'], at);
  if (found.code !== 0) throw new Error(lastWords(found));
  const { app, channels } = JSON.parse(found.stdout) as Channels;

  const picked = await pick({
    title: `Push a Release of ${app}`,
    placeholder: 'Which channel is it promoted to?',
    back: false,
    items: async () =>
      channels
        .filter(({ isArchived }) => !isArchived)
        .map((channel) => ({
          label: channel.name,
          description:
            channel.releaseSequence === null
              ? 'no release yet'
              : channel.currentVersion || `release ${channel.releaseSequence}`,
          channel,
        })),
  });
  if (picked === undefined || picked === 'back') return;
  const { channel } = picked.chosen;
  const version = await window.showInputBox({
    title: `Push to ${channel.name}: Version`,
    prompt: channel.semverRequired
      ? 'A semantic version, such as 1.2.3: the channel wants one'
      : 'The version label that customers see; may be left empty',
    ignoreFocusOut: true,
    validateInput: (text) =>
      channel.semverRequired && !/^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(text)
        ? 'This channel wants semantic versions: 1.2.3'
        : undefined,
  });
  if (version === undefined) return;
  const notes = await window.showInputBox({
    title: `Push to ${channel.name}: Release Notes`,
    prompt: 'Markdown; may be left empty',
    ignoreFocusOut: true,
  });
  if (notes === undefined) return;

  const args = [
    ...['release', 'push', '.', '--channel', channel.name, '--format', 'json'],
    ...(version === '' ? [] : ['--version', version]),
    ...(notes === '' ? [] : ['--notes', notes]),
  ];
  const title = `Waybill: pushing ${app} to ${channel.name}`;
  const plan = await withProgress(`${title}: checking`, commandLine, [...args, '--dry-run'], at);
  if (plan === null) return;
  const planned = read(plan);
  if (plan.code !== 0 || planned === null) return refuse(plan, planned);
  if (planned.action?.kind === 'nothing') {
    await facts.set('releasePromoted');
    void window.showInformationMessage(
      `Waybill: ${channel.name} has exactly this release already. Nothing was done.`,
    );
    return;
  }
  const promote = `Promote to ${channel.name}`;
  const agreed = await window.showInformationMessage(
    `Push this release of ${app}?`,
    { modal: true, detail: planned.words },
    promote,
  );
  if (agreed !== promote) return;
  const consent = planned.protected ? await typedName(channel.name) : (['--yes'] as const);
  if (consent === null) return;

  const ran = await withProgress(title, commandLine, [...args, ...consent], at);
  if (ran === null) return;
  const pushed = read(ran);
  if (ran.code !== 0 || pushed?.release == null) return refuse(ran, pushed);
  await facts.set('releasePromoted');
  const open = 'Open Vendor Portal';
  const { links, release, warnings } = pushed;
  void window
    .showInformationMessage(
      `Waybill: release ${release.sequence} is current on ${channel.name} of ${app}.${warnings.length === 0 ? '' : ` The portal warns: ${warnings.join(' ')}`}`,
      ...(links === null ? [] : [open]),
    )
    .then((chosen) =>
      chosen === open && links !== null ? env.openExternal(Uri.parse(links.releases)) : null,
    );
}

/** Runs it with progress that can be cancelled. Null where it was, and then the person was told what was done. */
async function withProgress(
  title: string,
  commandLine: CommandLine,
  args: readonly string[],
  at: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Ran | null> {
  const ran = await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    (progress, token) =>
      commandLine.run(args, { ...at, token, onLine: (message) => progress.report({ message }) }),
  );
  if (ran.code !== 130 && ran.code !== null) return ran;
  void window.showInformationMessage(`Waybill: ${lastWords(ran)}`);
  return null;
}

/** A protected channel's name, typed: the arguments that say so. */
async function typedName(channel: string): Promise<readonly string[] | null> {
  const typed = await window.showInputBox({
    title: `${channel} is a protected channel`,
    prompt: `Type ${channel} to promote to it`,
    ignoreFocusOut: true,
    validateInput: (text) => (text === channel ? undefined : `Type ${channel}, exactly.`),
  });
  return typed === undefined ? null : ['--confirm', typed];
}

/** Tells why it was not pushed; errors of the check are in the list of problems too. */
async function refuse(ran: Ran, pushed: Pushed | null): Promise<void> {
  const show = 'Show Problems';
  const message = pushed?.error ?? lastWords(ran);
  const chosen = await window.showErrorMessage(`Waybill: ${message}`, ...(ran.code === 1 ? [show] : []));
  if (chosen === show) await commands.executeCommand('workbench.actions.view.problems');
}

function read({ stdout }: Ran): Pushed | null {
  try {
    return JSON.parse(stdout) as Pushed;
  } catch {
    return null;
  }
}

/** The last thing that the command line said, without its name. */
export const lastWords = ({ stderr, code }: Ran): string =>
  stderr
    .trimEnd()
    .split('\n')
    .at(-1)
    ?.replace(/^waybill [a-z ]*: /, '') || `it ended with ${code}.`;
