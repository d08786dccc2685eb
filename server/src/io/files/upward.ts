import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * The first of `names` (files or folders) that stands in `start` or, going up, in a folder above it; null where
 * there is none up to and including `stop`, or the file system's root.
 */
export async function findUpwards(
  start: string,
  names: readonly string[],
  stop: string | null = null,
): Promise<string | null> {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    for (const name of names) if (await exists(join(folder, name))) return join(folder, name);
    if (folder === dirname(folder) || (stop !== null && folder === resolve(stop))) return null;
  }
}

/** The root of the Git work tree that a folder is in, or null. In a linked work tree .git is a file. */
export async function gitRootOf(start: string): Promise<string | null> {
  const found = await findUpwards(start, ['.git']);
  return found === null ? null : dirname(found);
}

/** The files that describe a release from outside, the nearest of each, not looked for above Git's root. */
export async function findConfigs(
  start: string,
): Promise<{ readonly waybill: string | null; readonly replicated: string | null }> {
  const top = await gitRootOf(start);
  return {
    waybill: await findUpwards(start, ['.waybill.yaml'], top),
    replicated: await findUpwards(start, ['.replicated', '.replicated.yaml'], top),
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
