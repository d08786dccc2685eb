import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { CancellationToken, ExtensionContext, LogOutputChannel } from 'vscode';
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
  /** Variables beyond those of VS Code: here secrets go, and never into arguments. */
  readonly env: Readonly<Record<string, string>>;
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

  constructor(context: ExtensionContext, log: LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  /** @throws Error where it cannot be started */
  run(args: readonly string[], { cwd, env, input, token, onLine }: RunOptions): Promise<Ran> {
    this.#log.info(`waybill ${args.join(' ')}`);
    const child: ChildProcess = spawn(process.execPath, [shippedServer(this.#context), ...args], {
      cwd,
      env: { ...process.env, ...env, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
    const cancelled = token?.onCancellationRequested(() => child.kill('SIGINT'));
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
