import { ProgressLocation, window } from 'vscode';
import type { CommandLine } from './command-line.ts';
import { chosenFolder } from './folder.ts';
import { pick } from './pick.ts';
import type { PortalTokens } from './portal-token.ts';
import { lastWords } from './push-release.ts';
import { openRegistries } from './registries.ts';
import type { Server } from './server.ts';
import type { WayFacts } from './way-facts.ts';

/**
 * Links a registry in the vendor portal, with a read-only user of IAM that is made for it, or a key that the person has.
 * A secret goes to the command line by its input, and from there to the portal.
 * @param given the registry's host, from a quick fix; the person chooses one where it is none
 */
export async function linkRegistry(
  server: Server,
  commandLine: CommandLine,
  tokens: PortalTokens,
  facts: WayFacts,
  given: unknown,
): Promise<void> {
  const folder = await chosenFolder('Whose registry?');
  if (folder === undefined) return;
  const host = typeof given === 'string' ? given : await chosenHost(server);
  if (host === undefined) return;
  const portal = await tokens.required();
  if (portal === null) return;
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
  const ran = await window.withProgress(
    { location: ProgressLocation.Notification, title: `Waybill: linking ${host}`, cancellable: true },
    (progress, token) =>
      commandLine.run(['registry', 'add', host, '.', ...way.chosen.args], {
        cwd: folder.uri.fsPath,
        env: portal,
        input,
        token,
        onLine: (message) => progress.report({ message }),
      }),
  );
  if (ran.code !== 0) throw new Error(lastWords(ran));
  await facts.set('registryLinked');
  void window.showInformationMessage(
    `Waybill: ${ran.stdout.trim().split('\n').at(-1) ?? `${host} is linked.`}`,
  );
  await server.restart();
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
  const id = await window.showInputBox({ title: 'Access Key ID', ignoreFocusOut: true });
  if (!id) return undefined;
  const secret = await window.showInputBox({
    title: 'Secret Access Key',
    prompt: 'It goes to the portal and is kept nowhere here',
    password: true,
    ignoreFocusOut: true,
  });
  return secret ? `${id}\n${secret}\n` : undefined;
}
