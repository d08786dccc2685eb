import { join } from 'node:path';
import {
  type CancellationToken,
  commands,
  type ExtensionContext,
  ExtensionMode,
  type LogOutputChannel,
  window,
  workspace,
} from 'vscode';
import { LanguageClient, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node';
import {
  type ChosenScenario,
  type ConfirmAccountParams,
  confirmAccount,
  didChangeLayers,
  type InitializationOptions,
  type StatusParams,
  status,
} from './protocol.ts';
import { type ProxySettings, proxyVariables } from './proxy.ts';
import { Suggestions } from './suggestions.ts';

/** What the server may ask of the client. */
export interface Callbacks {
  confirmAccount(params: ConfirmAccountParams): Promise<boolean>;
  showStatus(params: StatusParams): void;
  layersChanged(): void;
  stopped(): void;
  /** By folder's URI. */
  scenarios(): Readonly<Record<string, ChosenScenario>>;
  /** Variables for the server's process, beyond those that VS Code has. */
  environment(): Promise<Record<string, string> | null>;
}

/** The language server's process, and the one connection to it. */
export class Server {
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  readonly #callbacks: Callbacks;
  #client: LanguageClient | undefined;
  #starting: Promise<void> = Promise.resolve();

  constructor(context: ExtensionContext, log: LogOutputChannel, callbacks: Callbacks) {
    this.#context = context;
    this.#log = log;
    this.#callbacks = callbacks;
  }

  /** Starts the server, unless the settings turn Waybill off. A failure is told to the person, never thrown. */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  /** Whether a server runs, once that is clear. */
  async whenStarted(): Promise<boolean> {
    await this.#starting;
    return this.#client?.isRunning() ?? false;
  }

  /** Variables for what is started, beyond those that VS Code has. */
  async environment(): Promise<Record<string, string>> {
    return { ...proxyVariables(proxySettings(), process.env), ...(await this.#callbacks.environment()) };
  }

  async #start(): Promise<void> {
    if (!workspace.getConfiguration('waybill').get('enable', true)) return;
    const client = this.#createClient(await this.environment());
    this.#client = client;
    try {
      await client.start();
      askAgainForMade(client);
      this.#callbacks.layersChanged();
    } catch (error) {
      this.#log.error(`The language server did not start: ${error instanceof Error ? error.message : error}`);
      const restart = 'Restart';
      const choice = await window.showErrorMessage(
        'Waybill: the language server did not start. The output channel “Waybill” says why.',
        restart,
      );
      if (choice === restart) await commands.executeCommand('waybill.restartServer');
    }
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#callbacks.stopped();
    this.#callbacks.layersChanged();
    await client?.dispose().catch(() => undefined);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Sends a notification; nothing happens where no server runs. */
  async notify(method: string, params?: object): Promise<void> {
    if (this.#client?.isRunning()) await this.#client.sendNotification(method, params);
  }

  /**
   * Runs one of the server's commands; waits no longer when `token` is cancelled.
   * @throws Error where no server runs, or what the server answered
   */
  async execute<Result>(
    command: string,
    args: readonly unknown[],
    token?: CancellationToken,
  ): Promise<Result> {
    const params = { command, arguments: args };
    const client = this.#running();
    return token === undefined
      ? client.sendRequest<Result>('workspace/executeCommand', params)
      : client.sendRequest<Result>('workspace/executeCommand', params, token);
  }

  /** @throws Error with what to do, where no server runs */
  ensureRunning(): void {
    this.#running();
  }

  #running(): LanguageClient {
    if (this.#client?.isRunning()) return this.#client;
    throw new Error('the language server is not running. Run “Waybill: Restart Server”.');
  }

  #createClient(environment: Record<string, string>): LanguageClient {
    const module = {
      module: this.#module(),
      args: ['lsp'],
      transport: TransportKind.ipc,
      options: { env: environment },
    };
    const suggestions = new Suggestions();
    const client = new LanguageClient(
      'waybill',
      'Waybill',
      {
        run: module,
        debug: { ...module, options: { ...module.options, execArgv: ['--nolazy', '--inspect=6009'] } },
      },
      {
        // No scheme: a file may live in a repository on the web as well as on this disk.
        documentSelector: [{ language: 'yaml' }],
        outputChannel: this.#log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        synchronize: { configurationSection: 'waybill' },
        initializationOptions: initializationOptions(this.#context, this.#callbacks.scenarios()),
        markdown: { supportThemeIcons: true },
        middleware: {
          provideCompletionItem: (document, position, context, token, next) =>
            suggestions.at(document, position, () => next(document, position, context, token)),
        },
      },
    );
    client.onRequest<boolean, void>(confirmAccount, (params: ConfirmAccountParams) =>
      this.#callbacks.confirmAccount(params),
    );
    client.onNotification(didChangeLayers, () => this.#callbacks.layersChanged());
    client.onNotification(status, (params: StatusParams) => {
      this.#callbacks.showStatus(params);
      if (!params.busy) suggestions.answered();
    });
    return client;
  }

  /** The shipped server; the editor tests put another in its place. */
  #module(): string {
    const replaced =
      this.#context.extensionMode === ExtensionMode.Test ? process.env.WAYBILL_SERVER : undefined;
    return replaced || shippedServer(this.#context);
  }
}

/** Documents that the server before this one made up are shown still, and this one knows of none of them. */
function askAgainForMade(client: LanguageClient): void {
  const providers = client.getFeature('workspace/textDocumentContent')?.getProviders() ?? [];
  for (const { scheme, onDidChangeEmitter } of providers)
    for (const { uri } of workspace.textDocuments) if (uri.scheme === scheme) onDidChangeEmitter.fire(uri);
}

function initializationOptions(
  context: ExtensionContext,
  scenarios: Readonly<Record<string, ChosenScenario>>,
): InitializationOptions {
  const settings = workspace.getConfiguration('waybill');
  return {
    trusted: workspace.isTrusted,
    confirm: true,
    status: true,
    linkCommand: 'waybill.linkRegistry',
    network: settings.get('network', 'on'),
    awsProfiles: settings.get('awsProfiles', {}),
    inlayHints: settings.get('inlayHints', 'off'),
    scenarios,
    cacheFolder: join(context.globalStorageUri.fsPath, 'answers'),
  };
}

function proxySettings(): ProxySettings {
  const settings = workspace.getConfiguration('http');
  return {
    proxy: settings.get('proxy'),
    noProxy: settings.get('noProxy'),
    proxySupport: settings.get('proxySupport'),
  };
}

/** The path of the bundle that is both language server and command line. */
export function shippedServer(context: ExtensionContext): string {
  return join(context.extensionPath, 'dist', 'server', 'waybill.cjs');
}
