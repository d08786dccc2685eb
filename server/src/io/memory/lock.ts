import { open, stat, unlink } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** A lock that is older was left behind by a process that died: milliseconds. */
const abandonedAfter = 10_000;
const tries = 20;
const waitMs = 25;

/**
 * Runs `work` while this process alone holds the lock file. Gives false, and runs nothing, where another one holds it
 * for too long.
 * @throws what `work` throws, and where no file can be made
 */
export async function locked(path: string, work: () => Promise<void>): Promise<boolean> {
  for (let i = 0; i < tries; i++) {
    if (await taken(path)) {
      try {
        await work();
      } finally {
        await unlink(path).catch(() => {});
      }
      return true;
    }
    if (await isAbandoned(path)) await unlink(path).catch(() => {});
    else await setTimeout(waitMs);
  }
  return false;
}

/**
 * Whether the lock is ours now.
 * @throws where no file can be made at all: a read-only folder, a full disk
 */
async function taken(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    // Windows says EPERM of a file that somebody is deleting.
    if (codeOf(error) === 'EEXIST' || (codeOf(error) === 'EPERM' && process.platform === 'win32'))
      return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > abandonedAfter;
  } catch {
    // It was given back just now.
    return false;
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
