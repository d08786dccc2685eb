import { readFile, rename, writeFile } from 'node:fs/promises';

/**
 * A function that writes what `content` gives as JSON, and resolves when all that was changed before the call is on the
 * disk. Calls made while a write runs share the next one. The file is replaced as a whole, so that a process that is
 * killed leaves the old one or the new one.
 */
export function savedFile(path: string, content: () => unknown): () => Promise<void> {
  let running: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;

  const write = (): Promise<void> => {
    running = replace(path, JSON.stringify(content())).finally(() => {
      running = null;
    });
    return running;
  };

  return () => {
    if (waiting !== null) return waiting;
    if (running === null) return write();
    waiting = running
      .catch(() => undefined)
      .then(() => {
        waiting = null;
        return write();
      });
    return waiting;
  };
}

async function replace(path: string, text: string): Promise<void> {
  // Some of these files hold keys, of the sandbox's own world though they are.
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** What `savedFile` wrote; null where there is no such file. Throws where it cannot be read. */
export async function readSaved(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
