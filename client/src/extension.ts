import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { AccountConsent } from './accounts.ts';
import { checkRelease } from './check.ts';
import { chooseScenario } from './choose-scenario.ts';
import { CommandLine, ensureAllowed } from './command-line.ts';
import { copyEndpoint } from './endpoints.ts';
import { insertImage } from './insert.ts';
import { linkRegistry } from './link-registry.ts';
import { mirrorImage, mirrorRelease } from './mirror.ts';
import { turnNetwork } from './network.ts';
import { PortalTokens } from './portal-token.ts';
import { compareWithSource, previewDeployment, previewKustomization } from './preview.ts';
import { didChooseScenario, didFocus, didGrantTrust } from './protocol.ts';
import { pushRelease } from './push-release.ts';
import { ReleaseTree } from './release-tree.ts';
import { Reports } from './report.ts';
import { openSandboxSample, startSandboxOfSample } from './sample.ts';
import { Scenarios } from './scenarios.ts';
import { Server } from './server.ts';
import { signIn } from './sign-in.ts';
import { StatusView } from './status.ts';
import { verifyInstallation } from './verify.ts';
import { WayFacts } from './way-facts.ts';

let server: Server | undefined;

/** VS Code calls this once, when a YAML file is opened or a folder holds a release. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Waybill', { log: true });
  const accounts = new AccountConsent(context.globalState);
  const status = new StatusView(log);
  const reports = new Reports();
  const tokens = new PortalTokens(context, () => own.restart());
  const commandLine = new CommandLine(context, log, () => own.environment());
  const facts = new WayFacts(context.workspaceState);
  const scenarios = new Scenarios(context.workspaceState, (folder, scenario) =>
    own.notify(didChooseScenario, { folder: folder.toString(), scenario }),
  );
  const own: Server = new Server(context, log, {
    confirmAccount: (params) => accounts.confirm(params),
    showStatus: (params) => {
      status.update(params);
      facts.update(params);
    },
    layersChanged: () => tree.refresh(),
    stopped: () => status.stopped(),
    scenarios: () => scenarios.all(),
    environment: async () => ({
      ...(await tokens.environment()),
      ...(await startSandboxOfSample(context, log)),
    }),
  });
  const tree = new ReleaseTree(own);
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
    tree,
    reports,
    facts,
    command('waybill.previewDeployment', (uri) => previewDeployment(own, uri)),
    command('waybill.previewKustomization', (uri) => previewKustomization(own, uri)),
    command('waybill.compareWithSource', (row) => compareWithSource(own, row)),
    command('waybill.chooseScenario', () => chooseScenario(scenarios)),
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
    command('waybill.signInToPortal', async () => {
      ensureAllowed();
      await tokens.choose();
    }),
    command('waybill.linkRegistry', (host, uri) => {
      ensureAllowed();
      return linkRegistry({ server: own, commandLine, tokens, facts }, host, uri);
    }),
    command('waybill.pushRelease', (uri) => {
      ensureAllowed();
      return pushRelease({ server: own, commandLine, tokens, facts, reports }, uri);
    }),
    command('waybill.verifyInstallation', (uri) => {
      ensureAllowed();
      return verifyInstallation({ server: own, commandLine, facts, reports }, uri);
    }),
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
