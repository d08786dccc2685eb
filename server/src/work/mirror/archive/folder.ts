import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { MirrorError } from '../model.ts';
import { bytesOf, codeOf, type StoredFile, type StoredFiles, streamOf, unreadable } from './files.ts';
import { shown } from './words.ts';

/** Windows has neither flag; there, what was looked at before is opened. */
const PLAINLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The files of a folder. Links within it are followed; whatever lies outside of it is not read.
 * @param name for people
 */
export async function folderFiles(path: string, name: string): Promise<StoredFiles> {
  const root = await realpath(path).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  return {
    name,
    async find(wanted) {
      const real = await realpath(join(root, wanted)).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
        if (codeOf(error) === 'ELOOP')
          throw new MirrorError('refused', `${name}: ${shown(wanted)} is a link that leads to itself.`);
        throw unreadable(`${name}: ${shown(wanted)}`, error);
      });
      if (real === null) return null;
      const within = relative(root, real);
      if (isAbsolute(within) || within === '..' || within.startsWith(`..${sep}`))
        throw new MirrorError(
          'refused',
          `${name}: ${shown(wanted)} is a link that leads out of the folder. Put the file itself there.`,
        );
      const found = await lstat(real).catch((error: unknown) => {
        throw unreadable(`${name}: ${shown(wanted)}`, error);
      });
      if (!found.isFile())
        throw new MirrorError('refused', `${name}: ${shown(wanted)} is no regular file, so it is not read.`);
      return fileAt(real, wanted, found.size, name);
    },
  };
}

function fileAt(real: string, path: string, size: number, name: string): StoredFile {
  const label = `${name}: ${shown(path)}`;
  const bytes = async function* (from: number, signal: AbortSignal): AsyncGenerator<Buffer, void, void> {
    // Opened only when it is read, so that a stream that nobody reads leaves nothing open.
    signal.throwIfAborted();
    const handle = await open(real, PLAINLY).catch((error: unknown) => {
      throw unreadable(label, error);
    });
    try {
      const now = await handle.stat();
      if (!now.isFile() || now.size !== size)
        throw new MirrorError('corrupt', `${label} was changed while it was read.`);
      yield* bytesOf(label, handle, from, size, signal);
    } finally {
      await handle.close();
    }
  };
  return { path, size, place: real, open: (from, signal) => streamOf(bytes(from, signal)) };
}
