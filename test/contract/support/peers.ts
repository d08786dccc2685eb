import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of an installed program; null where there is none. */
export function findProgram(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Whether a program that was found can also run here (a version manager's shim may stand for nothing). */
export function runs(program: string | null, ...args: string[]): boolean {
  return program !== null && spawnSync(program, args, { stdio: 'ignore', timeout: 60_000 }).status === 0;
}

export interface Peer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server that prints where it listens, and waits for that line: a minute at most. */
export function startPeer(program: string, args: readonly string[], listening: RegExp): Promise<Peer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string) => {
      clearTimeout(deadline);
      child.kill();
      reject(new Error(`${program} ${why}. It said:\n${output}`));
    };
    const deadline = setTimeout(() => fail('did not start in a minute'), 60_000);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const address = listening.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(deadline);
      resolve({ url: `http://${address}`, close: () => stop(child) });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code) => fail(`ended with ${code}`));
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.removeAllListeners('exit');
    child.on('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
