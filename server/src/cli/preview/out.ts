import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
 * preview, whose files go unless they are the same. Never writes outside of it: what a path leads through must be
 * folders, no links.
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
  const kept = isForeign ? new Set<string>() : keepOwn(folder, files);
  if (kept === null) for (const name of there) await rm(join(folder, name), { recursive: true, force: true });
  await makeWithParents(resolve(folder));
  // Where it leads as a whole is the caller's choice; below it nothing may lead elsewhere.
  const root = await realpath(resolve(folder));
  if (!isForeign)
    await writeFile(join(root, MARK), 'Made by waybill preview, and replaced by the next one.\n');
  const unwritten: Unwritten[] = [];
  const folders = new Set<string>();
  for (const [path, text] of files) {
    if (kept?.has(path) === true && isSame(join(root, path), text)) continue;
    const message = write(root, path, text, folders);
    if (message !== null) unwritten.push({ path, message });
  }
  return unwritten;
}

/**
 * Takes out of a folder that an earlier preview made what this one does not write: most files are the same, and whoever
 * watches them sees what changed. @returns the paths that stay; null where something is in it that no preview makes
 */
function keepOwn(folder: string, files: ReadonlyMap<string, string>): Set<string> | null {
  const kept = new Set<string>();
  const clean = (below: string): boolean => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!clean(path)) return false;
      } else if (!entry.isFile()) return false;
      else if (files.has(path)) kept.add(path);
      else if (path === MARK) continue;
      else rmSync(join(folder, path));
    }
    if (below !== '' && readdirSync(join(folder, below)).length === 0) rmdirSync(join(folder, below));
    return true;
  };
  try {
    return clean('') ? kept : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return kept;
    throw error;
  }
}

const isSame = (path: string, text: string): boolean => readFileSync(path, 'utf8') === text;

/** A link of that name, or a folder, is nothing that a preview leaves behind. */
const isMade = async (folder: string, names: readonly string[]): Promise<boolean> =>
  names.includes(MARK) && (await lstat(join(folder, MARK))).isFile();

/**
 * Writes a file below the root. Not awaited step by step: many small files take longer to wait for than to write.
 * @param known folders that were looked at before
 * @returns why it could not be, null where it is written
 */
function write(root: string, path: string, text: string, known: Set<string>): string | null {
  if (!isInside(path)) return 'Its path leads out of the folder.';
  try {
    let at = root;
    for (const name of path.split('/').slice(0, -1)) {
      at = join(at, name);
      const trouble = known.has(at) ? null : makeFolder(at);
      if (trouble !== null) return trouble;
      known.add(at);
    }
    const target = join(root, path);
    if (writeNew(target, text)) return null;
    if (lstatSync(target).isDirectory()) return 'A folder has its name.';
    // Also a link, or a name that another file has elsewhere: what it leads to stays as it is.
    rmSync(target);
    return writeNew(target, text) ? null : 'It cannot be written (EEXIST).';
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOSPC' || code === 'EROFS' || code === '') throw error;
    return code === 'ENAMETOOLONG' ? 'Its name is too long for the disk.' : `It cannot be written (${code}).`;
  }
}

/** As `mkdir -p`; Node's own never ends where a file system lets nobody make folders and says that there are none. */
async function makeWithParents(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await makeWithParents(dirname(path));
  await mkdir(path);
}

/** @returns why it cannot be a folder of the preview's, null where it is one */
function makeFolder(path: string): string | null {
  if (unlessThere(() => mkdirSync(path))) return null;
  const info = lstatSync(path);
  if (info.isSymbolicLink()) return 'A link is in the way, which could lead out of the folder.';
  return info.isDirectory() ? null : 'Another file has the name of its folder.';
}

/** Whether nothing of that name was there, so that the file could be written. */
const writeNew = (path: string, text: string): boolean =>
  unlessThere(() => writeFileSync(path, text, { flag: 'wx' }));

function unlessThere(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
