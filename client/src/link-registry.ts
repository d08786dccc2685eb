import { ProgressLocation, Uri, window } from 'vscode';
import { type CommandLine, lastWords, profileArguments, type Ran, wasStopped } from './command-line.ts';
import { pick } from './pick.ts';
import type { PortalTokens } from './portal-token.ts';
import { serverCommands } from './protocol.ts';
import { openRegistries } from './registries.ts';
import { chosenRelease, saved } from './release.ts';
import type { Server } from './server.ts';
import type { WayFacts } from './way-facts.ts';

/** What linking takes. */
export interface Linking {
  readonly server: Server;
  readonly commandLine: CommandLine;
  readonly tokens: PortalTokens;
  readonly facts: WayFacts;
}

/**
 * Links a registry in the vendor portal, with a read-only user of IAM that is made for it, or a key that the person has.
 * A secret goes to the command line by its input, and from there to the portal.
 * @param given the registry's host, from a quick fix; the person chooses one where it is none
 * @param about the URI of the document that the quick fix was for
 */
export async function linkRegistry(linking: Linking, given: unknown, about?: unknown): Promise<void> {
  const { server, commandLine, tokens, facts } = linking;
  const release = await chosenRelease(
    server,
    'Link a Registry',
    typeof about === 'string' ? Uri.parse(about) : undefined,
  );
  if (release === undefined || !(await saved(release))) return;
  const host = typeof given === 'string' ? given : await chosenHost(server);
  if (host === undefined) return;
  const cwd = release.folder;
  // Who has no token is asked for one before, not after, a key was made or typed.
  const answered = await tokens.during(() => commandLine.run(['app', 'ls', '--format', 'json'], { cwd }));
  if (answered === null) return;
  if (answered.code !== 0) throw new Error(lastWords(answered));
  const way = await pick({
    title: `Link ${host}`,
    placeholder: 'With which key does Replicated pull?',
    back: false,
    items: async () => [
      {
        label: '$(person-add) Make a Read-Only User',
        detail:
          'In IAM, with a policy for the repositories of this release; its key goes straight to the portal',
        input: async () => '',
        args: ['--create-user'],
      },
      {
        label: '$(key) Use an Access Key',
        detail: 'Of a user that can pull and nothing else',
        input: typedKey,
        args: ['--key-stdin'],
      },
    ],
  });
  if (way === undefined || way === 'back') return;
  const input = await way.chosen.input();
  if (input === undefined) return;
  const ran = await window.withProgress<Ran>(
    { location: ProgressLocation.Notification, title: `Waybill: linking ${host}`, cancellable: true },
    (progress, token) =>
      commandLine.run(['registry', 'add', host, '.', ...way.chosen.args, ...profileArguments()], {
        cwd,
        input,
        token,
        onLine: (message) => progress.report({ message }),
      }),
  );
  if (wasStopped(ran)) {
    void window.showInformationMessage(`Waybill: ${lastWords(ran)}`);
    return;
  }
  const said = ran.stdout.trim().split('\n').join(' ');
  // It may be linked and yet not be able to pull.
  if (ran.code !== 0) throw new Error(said || lastWords(ran));
  await facts.set('registryLinked');
  void window.showInformationMessage(`Waybill: ${said || `${host} is linked.`}`);
  // What was said before of the portal's list holds no longer.
  await server.execute(serverCommands.check, []);
}

async function chosenHost(server: Server): Promise<string | undefined> {
  const picked = await pick({
    title: 'Link a Registry',
    placeholder: 'Which registry of Amazon ECR?',
    back: false,
    items: async () =>
      (await openRegistries(server)).map(({ host, linked }) => ({
        label: host,
        ...(linked ? { description: 'linked' } : {}),
      })),
  });
  return picked === undefined || picked === 'back' ? undefined : picked.chosen.label;
}

/** An access key as `waybill registry add --key-stdin` reads it. */
async function typedKey(): Promise<string | undefined> {
  const id = await window.showInputBox({
    title: 'Access Key ID',
    prompt: 'It begins with AKIA',
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[A-Z0-9]{16,128}$/.test(text.trim()) ? undefined : 'This is no access key ID.',
  });
  if (id === undefined) return undefined;
  const secret = await window.showInputBox({
    title: `Secret Access Key of ${id.trim()}`,
    prompt: 'It goes to the portal and is kept nowhere here',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (/^\S+$/.test(text.trim()) ? undefined : 'A secret access key is one word.'),
  });
  return secret === undefined ? undefined : `${id.trim()}\n${secret.trim()}\n`;
}
