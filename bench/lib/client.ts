import { type ChildProcess, spawn } from 'node:child_process';
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-protocol/node';

export interface ServerCommand {
  /** What is run by the Node that runs this. */
  readonly script: string;
  readonly args: readonly string[];
  /** Flags of Node's own. */
  readonly nodeFlags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly initializationOptions?: unknown;
  /** What `workspace/configuration` is answered with, by section. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether the client says that it asks for diagnostics itself. */
  readonly pull: boolean;
}

/** A language server in a process of its own, and a small client that speaks with it over stdio. */
export interface StdioClient {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  /** What the server wrote to stderr, its last 20,000 characters. */
  readonly stderr: () => string;
  initialize(folder: string | null): Promise<InitializeResult>;
  open(uri: string, text: string): Promise<void>;
  /** Sends one change and waits for nothing. */
  change(uri: string, changes: readonly TextDocumentContentChangeEvent[]): Promise<void>;
  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport>;
  /** The next diagnostics that the server sends for the document. */
  published(uri: string): Promise<readonly Diagnostic[]>;
  /** Ends the server: politely, and after two seconds for sure. */
  stop(): Promise<void>;
}

/**
 * Starts a language server. Every wait for it fails when its process ends or a minute goes by, with what it wrote to
 * stderr.
 */
export function startServer(command: ServerCommand): StdioClient {
  const child = spawn(process.execPath, [...(command.nodeFlags ?? []), command.script, ...command.args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...command.env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-20_000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`${command.script} ended with ${code ?? signal}.\n${stderr}`)),
    );
  });
  ended.catch(() => {});
  const inTime = async <T>(what: string, work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${command.script}: ${what} took a minute.\n${stderr}`)),
        60_000,
      );
    });
    try {
      return await Promise.race([work, ended, late]);
    } finally {
      clearTimeout(timer);
    }
  };

  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onError(() => {});
  const versions = new Map<string, number>();
  const waiting = new Map<string, ((diagnostics: readonly Diagnostic[]) => void)[]>();
  connection.onNotification(
    'textDocument/publishDiagnostics',
    ({ uri, diagnostics }: PublishDiagnosticsParams) => {
      const waiters = waiting.get(uri) ?? [];
      waiting.delete(uri);
      for (const tell of waiters) tell(diagnostics);
    },
  );
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
    items.map(({ section }) => command.settings?.[section ?? ''] ?? null),
  );
  for (const method of [
    'client/registerCapability',
    'client/unregisterCapability',
    'window/workDoneProgress/create',
    'workspace/diagnostic/refresh',
    'workspace/codeLens/refresh',
    'workspace/textDocumentContent/refresh',
  ])
    connection.onRequest(method, () => null);
  connection.onUnhandledNotification(() => {});
  connection.listen();

  return {
    process: child,
    connection,
    stderr: () => stderr,
    async initialize(folder) {
      const result = await inTime(
        'initialize',
        connection.sendRequest<InitializeResult>('initialize', {
          processId: process.pid,
          rootUri: folder,
          workspaceFolders: folder === null ? null : [{ uri: folder, name: 'folder' }],
          capabilities: capabilitiesOf(command.pull),
          initializationOptions: command.initializationOptions ?? {},
        }),
      );
      await connection.sendNotification('initialized', {});
      return result;
    },
    open(uri, text) {
      versions.set(uri, 1);
      return connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'yaml', version: 1, text },
      });
    },
    change(uri, contentChanges) {
      const version = (versions.get(uri) ?? 0) + 1;
      versions.set(uri, version);
      return connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges,
      });
    },
    pull: (uri, previousResultId) =>
      inTime(
        'textDocument/diagnostic',
        connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
          textDocument: { uri },
          ...(previousResultId === undefined ? {} : { previousResultId }),
        }),
      ),
    published: (uri) =>
      inTime(
        'textDocument/publishDiagnostics',
        new Promise((resolve) => waiting.set(uri, [...(waiting.get(uri) ?? []), resolve])),
      ),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      const killer = setTimeout(() => child.kill('SIGKILL'), 2000);
      try {
        await Promise.race([connection.sendRequest('shutdown'), ended]);
        await connection.sendNotification('exit');
      } catch {
        // It is gone, or does not answer any more and is killed.
      }
      await gone;
      clearTimeout(killer);
      connection.dispose();
    },
  };
}

const capabilitiesOf = (pull: boolean): ClientCapabilities => ({
  textDocument: {
    synchronization: { dynamicRegistration: false, didSave: true },
    publishDiagnostics: { versionSupport: true },
    ...(pull ? { diagnostic: { dynamicRegistration: false, relatedDocumentSupport: false } } : {}),
  },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    textDocumentContent: {},
    didChangeConfiguration: { dynamicRegistration: true },
    ...(pull ? { diagnostics: { refreshSupport: true } } : {}),
  },
});
