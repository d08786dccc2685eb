import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { UsageError } from '../usage.ts';

/** Says of a folder that a preview made it, so that the next one may replace it. */
const MARK = '.waybill-preview';

/**
 * Writes a preview's files into a folder of its own: one that is not there yet, is empty, or was made by an earlier
 * preview, whose files go.
 * @throws UsageError for any other folder, before anything is touched
 */
export async function writePreview(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const root = resolve(folder);
  const there = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw new UsageError(`${folder} cannot be written to: ${error.message}`);
  });
  if (there.length > 0 && !there.includes(MARK))
    throw new UsageError(`${folder} holds other files. Name a folder that is empty or not there yet.`);
  for (const name of there) await rm(join(root, name), { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await writeFile(join(root, MARK), 'Made by waybill preview, and replaced by the next one.\n');
  for (const [path, text] of files) {
    const target = resolve(root, path);
    if (!target.startsWith(root + sep)) throw new Error(`${path} would lie outside of ${folder}.`);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}
