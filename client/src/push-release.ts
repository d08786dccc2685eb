import { env, ProgressLocation, Range, Uri, window } from 'vscode';
import { type CommandLine, lastWords, profileArguments, type Ran, wasStopped } from './command-line.ts';
import { pick } from './pick.ts';
import type { PortalTokens } from './portal-token.ts';
import { type ChosenRelease, chosenRelease, saved } from './release.ts';
import type { Reports } from './report.ts';
import type { Server } from './server.ts';
import type { WayFacts } from './way-facts.ts';

/** `waybill app channels --format json`, as far as it is used here. */
interface Channels {
  readonly app: string;
  readonly channels: readonly Channel[];
}

interface Channel {
  readonly name: string;
  readonly currentVersion: string;
  readonly releaseSequence: number | null;
  readonly isArchived: boolean;
  readonly semverRequired: boolean;
}

/** `waybill release push --format json`, likewise. */
interface Pushed {
  readonly protected: boolean;
  readonly words: string;
  readonly check: { readonly errors: readonly CheckError[] };
  readonly action: { readonly kind: string } | null;
  readonly release: { readonly sequence: number } | null;
  readonly warnings: readonly string[];
  readonly links: { readonly releases: string } | null;
  readonly error: string | null;
}

interface CheckError {
  /** Relative to the release's folder. */
  readonly file: string;
  readonly range: { readonly start: TextPosition; readonly end: TextPosition };
  readonly message: string;
}

interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** What pushing takes. */
export interface Pushing {
  readonly server: Server;
  readonly commandLine: CommandLine;
  readonly tokens: PortalTokens;
  readonly facts: WayFacts;
  readonly reports: Reports;
}

/**
 * Has the person choose a channel, a version and notes, shows what would be pushed, and pushes it when they say so. The
 * command line does it all; nothing is promoted that was not shown before.
 * @param given a file of the release, from a menu
 */
export async function pushRelease(pushing: Pushing, given: unknown): Promise<void> {
  const { server, commandLine, tokens, facts, reports } = pushing;
  const release = await chosenRelease(server, 'Push a Release', given);
  if (release === undefined || !(await saved(release))) return;
  const cwd = release.folder;
  const found = await tokens.during(() => commandLine.run(['app', 'channels', '--format', 'json'], { cwd }));
  if (found === null) return;
  if (found.code !== 0) throw new Error(lastWords(found));
  const { app, channels } = JSON.parse(found.stdout) as Channels;
  const channel = await chosenChannel(app, channels);
  if (channel === undefined) return;
  const version = await typedVersion(channel);
  if (version === undefined) return;
  const notes = await window.showInputBox({
    title: `Push to ${channel.name}: Release Notes`,
    prompt: 'What customers read about this release, in Markdown. May be left empty.',
    ignoreFocusOut: true,
  });
  if (notes === undefined) return;

  const args = [
    ...['release', 'push', '.', '--channel', channel.name, '--format', 'json'],
    ...(version === '' ? [] : [`--version=${version}`]),
    ...(notes === '' ? [] : [`--notes=${notes}`]),
    ...profileArguments(),
  ];
  const title = `Waybill: pushing ${app} to ${channel.name}`;
  const plan = await withProgress(`${title}: checking`, commandLine, [...args, '--dry-run'], cwd);
  if (plan === null) return;
  const planned = read(plan);
  if (plan.code !== 0 || planned === null) return refuse(release, plan, planned);
  if (planned.action?.kind === 'nothing') {
    await facts.set('releasePromoted');
    void window.showInformationMessage(
      `Waybill: ${channel.name} has exactly this release already. Nothing was done.`,
    );
    return;
  }
  // A modal question would cut a long plan off, and it could not be read again.
  const name = `Push of ${app} to ${channel.name}`;
  // The question lies over the first lines, and these say what the person has just typed.
  const typed = [name, '', `Version: ${version || 'none'}`, `Notes:   ${notes || 'none'}`, ''];
  await reports.show(name, [...typed, planned.words, ''].join('\n'));
  const consent = await consentTo(app, channel.name, planned);
  if (consent === null) {
    void window.showInformationMessage('Waybill: nothing was created, and nothing was promoted.');
    return;
  }

  const ran = await withProgress(title, commandLine, [...args, ...consent], cwd);
  if (ran === null) return;
  const pushed = read(ran);
  if (ran.code !== 0 || pushed?.release == null) return refuse(release, ran, pushed);
  await facts.set('releasePromoted');
  // Not awaited: the message stays until the person has read it.
  void tellPushed(app, channel.name, pushed.release.sequence, pushed);
}

async function chosenChannel(app: string, channels: readonly Channel[]): Promise<Channel | undefined> {
  const picked = await pick({
    title: `Push a Release of ${app}`,
    placeholder: 'Which channel is it promoted to?',
    back: false,
    items: async () =>
      channels
        .filter(({ isArchived }) => !isArchived)
        .map((channel) => ({ label: channel.name, description: currentOf(channel), channel })),
  });
  return picked === undefined || picked === 'back' ? undefined : picked.chosen.channel;
}

const currentOf = ({ releaseSequence, currentVersion }: Channel): string =>
  releaseSequence === null
    ? 'no release yet'
    : `now release ${releaseSequence}${currentVersion === '' ? '' : `, ${currentVersion}`}`;

const typedVersion = (channel: Channel): Thenable<string | undefined> =>
  window.showInputBox({
    title: `Push to ${channel.name}: Version`,
    prompt: `${
      channel.semverRequired
        ? 'A semantic version, such as 1.2.3: the channel wants one.'
        : 'The version label that customers see. May be left empty.'
    }${channel.releaseSequence === null ? '' : ` ${channel.name} has ${currentOf(channel)}.`}`,
    ignoreFocusOut: true,
    validateInput: (text) =>
      channel.semverRequired && !/^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(text)
        ? 'This channel wants a semantic version, such as 1.2.3.'
        : undefined,
  });

/** Asks whether what is shown is to be pushed: the arguments that say so, or null. */
async function consentTo(app: string, channel: string, plan: Pushed): Promise<readonly string[] | null> {
  if (plan.protected) return typedName(channel);
  const picked = await pick({
    title: `Push This Release of ${app}?`,
    placeholder: 'Below is what would be done',
    back: false,
    items: async () => [
      { label: `$(cloud-upload) Promote to ${channel}`, consent: ['--yes'] },
      { label: '$(close) Cancel', consent: null },
    ],
  });
  return picked === undefined || picked === 'back' ? null : picked.chosen.consent;
}

/** A protected channel's name, typed: the arguments that say so. */
async function typedName(channel: string): Promise<readonly string[] | null> {
  const typed = await window.showInputBox({
    title: `${channel} Is a Protected Channel`,
    prompt: `Below is what would be done. Type ${channel} to promote it.`,
    ignoreFocusOut: true,
    validateInput: (text) => (text === channel ? undefined : `Type ${channel}, exactly.`),
  });
  return typed === undefined ? null : ['--confirm', typed];
}

/** Runs it with progress that can be cancelled. Null where it was, and then the person was told what was done. */
async function withProgress(
  title: string,
  commandLine: CommandLine,
  args: readonly string[],
  cwd: string,
): Promise<Ran | null> {
  const ran = await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    (progress, token) =>
      commandLine.run(args, { cwd, token, onLine: (message) => progress.report({ message }) }),
  );
  if (!wasStopped(ran)) return ran;
  void window.showInformationMessage(`Waybill: ${lastWords(ran)}`);
  return null;
}

/** Tells why it was not pushed, and where, for an error of the check. */
async function refuse({ folder }: ChosenRelease, ran: Ran, pushed: Pushed | null): Promise<void> {
  const [first, ...others] = pushed?.check.errors ?? [];
  const message = pushed?.error ?? lastWords(ran);
  if (first === undefined) throw new Error(message);
  const { file, range } = first;
  const show = others.length === 0 ? 'Show It' : 'Show the First';
  const where = `${file}:${range.start.line + 1}: ${first.message}`;
  const chosen = await window.showErrorMessage(`Waybill: ${message} ${where}`, show);
  if (chosen !== show) return;
  const { start, end } = range;
  await window.showTextDocument(Uri.joinPath(Uri.file(folder), file), {
    selection: new Range(start.line, start.character, end.line, end.character),
  });
}

async function tellPushed(
  app: string,
  channel: string,
  sequence: number,
  { links, warnings }: Pushed,
): Promise<void> {
  const open = 'Open Vendor Portal';
  const warned = warnings.length === 0 ? '' : ` The portal warns: ${warnings.join(' ')}`;
  const chosen = await window.showInformationMessage(
    `Waybill: release ${sequence} is current on ${channel} of ${app}.${warned}`,
    ...(links === null ? [] : [open]),
  );
  if (chosen === open && links !== null) await env.openExternal(Uri.parse(links.releases));
}

function read({ stdout }: Ran): Pushed | null {
  try {
    return JSON.parse(stdout) as Pushed;
  } catch {
    return null;
  }
}
