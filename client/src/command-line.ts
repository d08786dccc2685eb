import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type CancellationToken, type ExtensionContext, type LogOutputChannel, workspace } from 'vscode';
import { isNetworkOn } from './network.ts';
import { shippedServer } from './server.ts';

/** What a run of the command line came to. */
export interface Ran {
  /** Null where it was ended. */
  readonly code: number | null;
  readonly stdout: string;
  /** What it said for people. */
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** What it reads; nothing unless given. */
  readonly input?: string;
  /** Interrupts it as Ctrl+C does: it then says what was and was not done. */
  readonly token?: CancellationToken;
  /** Hears each line that it says for people. */
  readonly onLine?: (line: string) => void;
}

/** Runs the shipped command line, so that an editor and a terminal do the same. */
export class CommandLine {
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  readonly #environment: () => Promise<Readonly<Record<string, string>>>;

  /** @param environment variables beyond those of VS Code: there secrets go, and never into arguments */
  constructor(
    context: ExtensionContext,
    log: LogOutputChannel,
    environment: () => Promise<Readonly<Record<string, string>>>,
  ) {
    this.#context = context;
    this.#log = log;
    this.#environment = environment;
  }

  /** @throws Error where it may not be started, or cannot be */
  async run(args: readonly string[], { cwd, input, token, onLine }: RunOptions): Promise<Ran> {
    ensureAllowed();
    const environment = await this.#environment();
    this.#log.info(`waybill ${args.join(' ')}`);
    const child: ChildProcess = spawn(process.execPath, [shippedServer(this.#context), ...args], {
      cwd,
      env: { ...process.env, ...environment, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    // It may end without having read.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
    const stop = (): boolean => child.kill('SIGINT');
    if (token?.isCancellationRequested) stop();
    const cancelled = token?.onCancellationRequested(stop);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    if (child.stderr)
      createInterface({ input: child.stderr }).on('line', (line) => {
        stderr += `${line}\n`;
        onLine?.(line);
      });
    return new Promise<Ran>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    }).finally(() => cancelled?.dispose());
  }
}

/** @throws Error with what to do, where nobody may be asked */
export function ensureAllowed(): void {
  if (!workspace.isTrusted)
    throw new Error('trust this workspace first: no program is started in Restricted Mode.');
  if (!isNetworkOn()) throw new Error('the network is turned off. Run “Waybill: Turn Network On”.');
}

/** The setting `waybill.awsProfiles` as arguments. */
export const profileArguments = (): string[] =>
  Object.entries(
    workspace.getConfiguration('waybill').get<Record<string, string>>('awsProfiles', {}),
  ).flatMap(([account, profile]) => ['--aws-profile', `${account}=${profile}`]);

/** What the command line said last, without its name and without where to read on. */
export function lastWords({ stderr, code }: Ran): string {
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('See: waybill '));
  // A message of several lines begins with the command's name.
  const begin = lines.findLastIndex((line) => named.test(line));
  const last = lines.slice(begin === -1 ? -1 : begin).join(' ');
  if (last !== '') return last.replace(named, '');
  return code === null
    ? 'It was stopped before it could say how far it came. The same command goes on from there.'
    : `It ended with ${code}, and said nothing.`;
}

const named = /^waybill( [a-z]+)+: /;

/** Whether the person stopped it. */
export const wasStopped = ({ code }: Ran): boolean => code === 130 || code === null;
