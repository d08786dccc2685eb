import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** Programs that were started and have not ended, each the leader of its group. */
const running = new Set<ChildProcess>();

/** Starts a program with a group of its own, so that nothing of it outlives `killAll`; with this environment, or ours. */
export function start(
  command: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number; readonly piped?: boolean } = {},
): ChildProcess {
  const [program = '', ...args] = command;
  const { env, uid, piped = false } = options;
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', piped ? 'pipe' : 'ignore', 'pipe'],
    env: env ?? process.env,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

export async function kill(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  killGroup(child);
  await closed;
}

/** At once, for the end of this program. */
export function killAll(): void {
  for (const child of running) killGroup(child);
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** What one run of a program took. */
export interface Run {
  /** Milliseconds from before its start until after its end. */
  readonly wall: number;
  /** Milliseconds of processor, its own and the system's for it; NaN where nothing could tell. */
  readonly cpu: number;
  /** The most memory it had at once: MiB; NaN where nothing could tell. */
  readonly peak: number;
}

/** Longer than any run takes; then it is ended. */
const LONGEST_MS = 180_000;

/**
 * Runs a program to its end, with PATH and this environment alone: what else is set on a machine costs some programs more
 * than others. With NODE_EXTRA_CA_CERTS Node 20 reads all authorities at each start.
 * @param timer GNU time, or null: then only wall time is known
 * @throws Error with what it said, where it fails
 */
export async function timed(
  command: readonly string[],
  timer: string | null,
  folder: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly uid?: number },
): Promise<Run> {
  const figures = join(folder, 'figures');
  rmSync(figures, { force: true });
  const before = performance.now();
  const child = start(timer === null ? command : [timer, '-o', figures, '-f', '%U %S %M', ...command], {
    ...options,
    env: { PATH: process.env.PATH, ...options.env },
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const late = setTimeout(() => killGroup(child), LONGEST_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const wall = performance.now() - before;
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${said}`);
    if (timer === null) return { wall, cpu: Number.NaN, peak: Number.NaN };
    const [user = 0, system = 0, kib = 0] = readFileSync(figures, 'utf8').trim().split(' ').map(Number);
    return { wall, cpu: 1000 * (user + system), peak: kib / 1024 };
  } finally {
    clearTimeout(late);
  }
}

/** A docker-registry with its storage in a folder. */
export interface Registry {
  readonly port: number;
  /** Starts it, with an empty storage where it is `wiped`. */
  restart(wiped: boolean): Promise<void>;
}

export async function registryAt(program: string, folder: string): Promise<Registry> {
  const port = await freePort();
  const storage = join(folder, 'storage');
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    [
      'version: 0.1',
      'log: {level: error, accesslog: {disabled: true}}',
      `storage: {filesystem: {rootdirectory: ${storage}}, delete: {enabled: true}}`,
      `http: {addr: 127.0.0.1:${port}}`,
      '',
    ].join('\n'),
  );
  let child: ChildProcess | null = null;
  return {
    port,
    async restart(wiped) {
      if (child !== null) await kill(child);
      if (wiped) rmSync(storage, { recursive: true, force: true });
      child = start([program, 'serve', config]);
      child.stderr?.resume();
      await answers(port, child);
    },
  };
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (child.exitCode !== null) break;
    const said = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => null);
    if (said?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('docker-registry does not start.');
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
