import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { AccountConsent } from './accounts.ts';
import { checkRelease } from './check.ts';
import { copyEndpoint } from './endpoints.ts';
import { insertImage } from './insert.ts';
import { mirrorImage, mirrorRelease } from './mirror.ts';
import { turnNetwork } from './network.ts';
import { previewDeployment, previewKustomization } from './preview.ts';
import { didFocus, didGrantTrust } from './protocol.ts';
import { openSandboxSample, startSandboxOfSample } from './sample.ts';
import { Server } from './server.ts';
import { signIn } from './sign-in.ts';
import { StatusView } from './status.ts';

let server: Server | undefined;

/** VS Code calls this once, when a YAML file is opened or a folder holds a release. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Waybill', { log: true });
  const accounts = new AccountConsent(context.globalState);
  const status = new StatusView(log);
  const own = new Server(context, log, {
    confirmAccount: (params) => accounts.confirm(params),
    showStatus: (params) => status.update(params),
    stopped: () => status.stopped(),
    environment: () => startSandboxOfSample(context, log),
  });
  server = own;

  const command = (name: string, run: (...args: unknown[]) => Promise<void>) =>
    commands.registerCommand(name, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        log.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
        window.showErrorMessage(`Waybill: ${error instanceof Error ? error.message : error}`);
      }
    });
  context.subscriptions.push(
    log,
    status,
    command('waybill.previewDeployment', (uri) => previewDeployment(own, uri)),
    command('waybill.previewKustomization', (uri) => previewKustomization(own, uri)),
    command('waybill.checkRelease', (uri) => {
      accounts.askAgain();
      return checkRelease(own, uri);
    }),
    command('waybill.insertImage', () => insertImage(own)),
    command('waybill.mirrorImage', () => mirrorImage(own)),
    command('waybill.mirrorImages', (uri) => mirrorRelease(own, uri)),
    command('waybill.copyEndpoint', () => copyEndpoint(own)),
    command('waybill.turnNetworkOff', () => turnNetwork('off')),
    command('waybill.turnNetworkOn', () => turnNetwork('on')),
    command('waybill.signIn', (profile) => signIn(own, profile)),
    command('waybill.restartServer', () => own.restart()),
    command('waybill.openSandboxSample', () => openSandboxSample(context)),
    command('waybill.showStatus', () => status.pick()),
    workspace.onDidGrantWorkspaceTrust(async () => {
      if (await startSandboxOfSample(context, log)) await own.restart();
      else await own.notify(didGrantTrust);
    }),
    workspace.onDidChangeConfiguration(async (event) => {
      const restarts = ['waybill.enable', 'http.proxy', 'http.noProxy', 'http.proxySupport'];
      if (restarts.some((section) => event.affectsConfiguration(section))) await own.restart();
    }),
    window.onDidChangeWindowState(async ({ focused }) => {
      if (focused) await own.notify(didFocus);
    }),
  );
  // Not awaited: the commands are there at once, and a server that is slow to start holds up nothing.
  void own.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
