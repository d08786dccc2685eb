import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CancellationToken,
  createMessageConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type InitializeResult,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  type PublishDiagnosticsParams,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { root } from '../support/paths.ts';

/** Something that the server sent of its own accord. */
export interface Heard {
  readonly method: string;
  readonly params: unknown;
}

/** A small client of the real server, in a process of its own. */
export interface Client {
  readonly result: InitializeResult;
  /** What the server sent by itself, oldest first. */
  readonly heard: readonly Heard[];
  /** Empties `heard`, for tests that listen very long. */
  forgetHeard(): void;
  readonly stderr: () => string;
  request<R>(method: string, params?: object, token?: CancellationToken): Promise<R>;
  notify(method: string, params?: object): Promise<void>;
  /** How to answer the server's requests of this method; null where nothing is said. */
  answer(method: string, make: (params: unknown) => unknown): void;
  /** The first result that is not undefined, looked for now and whenever the server sends something. */
  until<T>(what: string, look: () => T | undefined): Promise<T>;
  open(uri: string, text: string, version?: number): Promise<void>;
  edit(uri: string, version: number, range: Range, text: string): Promise<void>;
  /** Asks for the diagnostics of a document. */
  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport>;
  /** The diagnostics of a document that was last pushed. */
  pushed(uri: string): PublishDiagnosticsParams | undefined;
  /** Says goodbye, and gives the exit code. */
  stop(): Promise<number | null>;
  readonly process: ChildProcess;
}

export interface ClientOptions {
  /** URIs of the workspace's folders. */
  readonly folders?: readonly string[];
  /** Whether the client pulls diagnostics; else they are pushed to it. */
  readonly pull?: boolean;
  /** More capabilities: merged into those of a plain client, section by section. */
  readonly capabilities?: { readonly [section: string]: { readonly [name: string]: unknown } };
  readonly options?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly transport?: 'stdio' | 'node-ipc' | 'socket';
}

const server = join(root, 'dist/server/waybill.cjs');

/** How long anything may take, in milliseconds; only failing tests wait for it. */
const patience = 30_000;
/** After so many milliseconds a server is ended, whatever its test waits for. */
const longest = 120_000;

export async function startClient(given: ClientOptions = {}): Promise<Client> {
  const { child, connection } = await launch(given);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  setTimeout(() => child.kill('SIGKILL'), longest).unref();

  const heard: Heard[] = [];
  const watchers = new Set<() => void>();
  const answers = new Map<string, (params: unknown) => unknown>();
  const hear = (method: string, params: unknown): void => {
    heard.push({ method, params });
    for (const watcher of [...watchers]) watcher();
  };
  connection.onNotification((method, params) => hear(method, params));
  connection.onRequest((method, params) => {
    hear(method, params);
    return answers.get(method)?.(params) ?? null;
  });
  connection.onUnhandledProgress((params) => hear('$/progress', params));
  connection.onError(([error]) => {
    stderr += `connection: ${error.message}\n`;
  });
  connection.listen();
  // What is asked of a server that ended must fail, not wait.
  child.once('close', () => connection.dispose());

  const { pull = false, folders = [], options = {} } = given;
  const result = await orEnd(
    child,
    () => stderr,
    connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: capabilitiesOf(given, pull),
      initializationOptions: { restMs: 0, ...options },
      workspaceFolders: folders.map((uri) => ({ uri, name: uri.slice(uri.lastIndexOf('/') + 1) })),
    }),
  );
  await connection.sendNotification('initialized', {});

  const client: Client = {
    result,
    heard,
    forgetHeard() {
      heard.length = 0;
    },
    stderr: () => stderr,
    process: child,
    request: (method, params, token) =>
      token === undefined
        ? connection.sendRequest(method, params)
        : connection.sendRequest(method, params, token),
    notify: (method, params) => connection.sendNotification(method, params),
    answer: (method, make) => void answers.set(method, make),
    until: (what, look) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(check);
          const methods = heard.map(({ method }) => method).join(', ');
          reject(new Error(`${what}: never happened. Heard: ${methods}\n${stderr}`));
        }, patience);
        const check = (): void => {
          const found = look();
          if (found === undefined) return;
          clearTimeout(timer);
          watchers.delete(check);
          resolve(found);
        };
        watchers.add(check);
        check();
      }),
    open: (uri, text, version = 1) =>
      client.notify('textDocument/didOpen', {
        textDocument: { uri, languageId: 'yaml', version, text },
      }),
    edit: (uri, version, range, text) =>
      client.notify('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ range, text }],
      }),
    pull: (uri, previousResultId) =>
      client.request('textDocument/diagnostic', {
        textDocument: { uri },
        identifier: 'waybill',
        ...(previousResultId === undefined ? {} : { previousResultId }),
      }),
    pushed: (uri) =>
      heard
        .filter(({ method }) => method === 'textDocument/publishDiagnostics')
        .map(({ params }) => params as PublishDiagnosticsParams)
        .findLast((params) => params.uri === uri),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        await connection.sendRequest('shutdown');
        await connection.sendNotification('exit');
      }
      const code = await exited;
      connection.dispose();
      return code;
    },
  };
  return client;
}

/** Runs `use` with a client that is stopped afterwards, however it ends. */
export async function withClient(
  options: ClientOptions,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const client = await startClient(options);
  try {
    await use(client);
  } finally {
    if (client.process.exitCode === null) client.process.kill();
  }
}

/** The items of a full report. */
export function itemsOf(report: DocumentDiagnosticReport): Diagnostic[] {
  if (report.kind !== 'full') throw new Error('The report says that nothing has changed.');
  return report.items;
}

/** Rule and range of each, in a line: `public-image 3:4-3:9`. */
export const briefly = (items: readonly Diagnostic[]): string[] =>
  items.map(
    ({ code, range: { start, end } }) =>
      `${code} ${start.line}:${start.character}-${end.line}:${end.character}`,
  );

/** What is pending, unless the server ends first: then why it did. */
function orEnd<T>(child: ChildProcess, stderr: () => string, pending: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    pending.then(resolve, reject);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} at once.\n${stderr()}`)));
  });
}

/** The environment of a person without any credentials. */
const bareEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: join(root, 'test/fixtures/nobody'),
  USERPROFILE: join(root, 'test/fixtures/nobody'),
  AWS_EC2_METADATA_DISABLED: 'true',
  // Nobody is reached whom a test does not name, and nothing is remembered from one server to the next.
  WAYBILL_REGISTRY_ENDPOINTS: JSON.stringify({ '*': 'http://127.0.0.1:1' }),
  XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'waybill-cache-')),
});

async function launch({
  transport = 'stdio',
  env = {},
}: ClientOptions): Promise<{ child: ChildProcess; connection: MessageConnection }> {
  const options = { env: { ...bareEnvironment(), ...env } };
  if (transport === 'node-ipc') {
    const child = spawn(process.execPath, [server, 'lsp', '--node-ipc'], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return {
      child,
      connection: createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child)),
    };
  }
  if (transport === 'socket') {
    const listener = createServer();
    const port = await new Promise<number>((resolve) =>
      listener.listen(0, '127.0.0.1', () => {
        const address = listener.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      }),
    );
    const socket = new Promise<Socket>((resolve) => listener.once('connection', resolve));
    const child = spawn(process.execPath, [server, 'lsp', `--socket=${port}`], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const connected = await orEnd(child, () => '', socket).finally(() => listener.close());
    child.once('exit', () => connected.destroy());
    return {
      child,
      connection: createMessageConnection(
        new StreamMessageReader(connected),
        new StreamMessageWriter(connected),
      ),
    };
  }
  const child = spawn(process.execPath, [server, 'lsp', '--stdio'], { ...options, stdio: 'pipe' });
  return {
    child,
    connection: createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    ),
  };
}

function capabilitiesOf({ capabilities = {} }: ClientOptions, pull: boolean): object {
  const plain = {
    workspace: {
      workspaceFolders: true,
      workspaceEdit: { documentChanges: true },
      didChangeWatchedFiles: { dynamicRegistration: true },
      ...(pull ? { diagnostics: { refreshSupport: true } } : {}),
    },
    textDocument: {
      hover: { contentFormat: ['markdown', 'plaintext'] },
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
        isPreferredSupport: true,
        disabledSupport: true,
      },
      ...(pull ? { diagnostic: { dynamicRegistration: false } } : {}),
    },
  };
  const sections = new Set([...Object.keys(plain), ...Object.keys(capabilities)]);
  return Object.fromEntries(
    [...sections].map((name) => [
      name,
      { ...(name in plain ? plain[name as keyof typeof plain] : {}), ...capabilities[name] },
    ]),
  );
}
