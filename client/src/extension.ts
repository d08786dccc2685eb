import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { AccountConsent } from './accounts.ts';
import { checkRelease } from './check.ts';
import { previewDeployment, previewKustomization } from './preview.ts';
import { didGrantTrust } from './protocol.ts';
import { openSandboxSample, startSandboxOfSample } from './sample.ts';
import { Server } from './server.ts';
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
    command('waybill.restartServer', () => own.restart()),
    command('waybill.openSandboxSample', () => openSandboxSample(context)),
    command('waybill.showStatus', () => status.pick()),
    workspace.onDidGrantWorkspaceTrust(async () => {
      if (await startSandboxOfSample(context, log)) await own.restart();
      else await own.notify(didGrantTrust);
    }),
    workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration('waybill.enable')) await own.restart();
    }),
  );
  // Not awaited: the commands are there at once, and a server that is slow to start holds up nothing.
  void own.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
