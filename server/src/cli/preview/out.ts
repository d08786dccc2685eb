import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isInside } from '../../core/kots/layers/archive.ts';
import { codeOf } from '../../io/files/problem.ts';
import { UsageError } from '../usage.ts';

/** Says of a folder that a preview made it, so that the next one may replace it. */
const MARK = '.waybill-preview';

/** A file of a preview that could not be written, and why, in words for people. */
export interface Unwritten {
  readonly path: string;
  readonly message: string;
}

/**
 * Writes a preview's files into a folder of its own: one that is not there yet, is empty, or was made by an earlier
 * preview, whose files go. Never writes outside of it: what a path leads through must be folders, no links.
 * @param options.force writes into any other folder too; what is there stays, but for files of the same names
 * @returns the files that could not be written; all others are
 * @throws UsageError for any other folder, before anything is touched
 */
export async function writePreview(
  folder: string,
  files: ReadonlyMap<string, string>,
  options: { readonly force?: boolean } = {},
): Promise<Unwritten[]> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw new UsageError(`${folder} cannot be written to: ${error.message}`);
  });
  const isForeign = there.length > 0 && !(await isMade(folder, there));
  if (isForeign && options.force !== true)
    throw new UsageError(
      `${folder} holds other files. Name a folder that is empty or not there yet, or add --force to write among them.`,
    );
  if (!isForeign) for (const name of there) await rm(join(folder, name), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // Where it leads as a whole is the caller's choice; below it nothing may lead elsewhere.
  const root = await realpath(resolve(folder));
  if (!isForeign)
    await writeFile(join(root, MARK), 'Made by waybill preview, and replaced by the next one.\n');
  const unwritten: Unwritten[] = [];
  for (const [path, text] of files) {
    const message = await write(root, path, text);
    if (message !== null) unwritten.push({ path, message });
  }
  return unwritten;
}

/** A link of that name, or a folder, is nothing that a preview leaves behind. */
const isMade = async (folder: string, names: readonly string[]): Promise<boolean> =>
  names.includes(MARK) && (await lstat(join(folder, MARK))).isFile();

/** Writes a file below the root. @returns why it could not be, null where it is written */
async function write(root: string, path: string, text: string): Promise<string | null> {
  if (!isInside(path)) return 'Its path leads out of the folder.';
  try {
    const folders = path.split('/').slice(0, -1);
    let at = root;
    for (const name of folders) {
      at = join(at, name);
      await mkdir(at).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
      const info = await lstat(at);
      if (info.isSymbolicLink()) return 'A link is in the way, which could lead out of the folder.';
      if (!info.isDirectory()) return 'Another file has the name of its folder.';
    }
    const target = join(root, path);
    const before = await lstat(target).catch(() => null);
    if (before?.isDirectory()) return 'A folder has its name.';
    // Also a link, or a name that another file has elsewhere: what it leads to stays as it is.
    if (before !== null) await rm(target);
    const { O_CREAT, O_EXCL, O_WRONLY } = constants;
    const file = await open(target, O_WRONLY | O_CREAT | O_EXCL, 0o666);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return null;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOSPC' || code === 'EROFS' || code === '') throw error;
    return code === 'ENAMETOOLONG' ? 'Its name is too long for the disk.' : `It cannot be written (${code}).`;
  }
}
