import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { codeOf } from './problem.ts';

/** As Go's doublestar reads them: a leading `!` is a character, and there are no patterns in brackets. */
const options = { dot: true, nonegate: true, noextglob: true };
const MOST_FOLDERS_DEEP = 40;

/**
 * What a glob with `/` matches below a folder (or above it, where it begins with `../`): files and folders, relative to
 * the folder, sorted. Linked folders are not followed.
 */
export async function globbed(
  folder: string,
  glob: string,
): Promise<readonly { readonly path: string; readonly isFolder: boolean }[]> {
  const { base, glob: rest } = picomatch.scan(glob, options);
  const found: { path: string; isFolder: boolean }[] = [];
  if (rest === '') {
    const info = await stat(join(folder, glob)).catch(() => null);
    return info === null ? [] : [{ path: glob, isFolder: info.isDirectory() }];
  }
  const matches = picomatch(rest, options);
  const walk = async (path: string, depth: number): Promise<void> => {
    let entries: Dirent[];
    try {
      entries = await readdir(join(folder, base, path), { withFileTypes: true });
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return;
      throw error;
    }
    for (const entry of entries) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      const isFolder = entry.isDirectory();
      if (matches(inner)) found.push({ path: base === '' ? inner : `${base}/${inner}`, isFolder });
      if (isFolder && depth < MOST_FOLDERS_DEEP) await walk(inner, depth + 1);
    }
  };
  await walk('', 0);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
