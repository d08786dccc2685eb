import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './problem.ts';

export interface FileWrite {
  readonly path: string;
  readonly text: string;
  /** Whether the file starts with a byte order mark. */
  readonly bom?: boolean;
}

export type WriteResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** The file that stood in the way. */
      readonly path: string;
      /** A sentence for people. */
      readonly message: string;
      /** Files that could not be put back as they were; empty unless the disk fails twice. */
      readonly changed: readonly string[];
    };

/**
 * Writes all files or none. Each new text is first written beside its file and then renamed over it, so that no
 * reader and no crash ever finds half a file; mode and, where allowed, owner stay, and a linked file stays a
 * link. If one cannot be written, those already renamed are put back. Never throws.
 * @param move puts a finished file in its place.
 */
export async function writeFilesAtomically(
  writes: readonly FileWrite[],
  move: (from: string, to: string) => Promise<void> = rename,
): Promise<WriteResult> {
  const prepared: Prepared[] = [];
  const done: Prepared[] = [];
  let current = '';
  try {
    for (const write of writes) {
      current = write.path;
      prepared.push(await prepare(write));
    }
    for (const one of prepared) {
      current = one.path;
      await move(one.temporary, one.target);
      done.push(one);
    }
    return { ok: true };
  } catch (error) {
    await Promise.all(prepared.map(({ temporary }) => rm(temporary, { force: true }).catch(() => {})));
    const changed: string[] = [];
    for (const one of done) if (!(await putBack(one))) changed.push(one.path);
    return { ok: false, path: current, message: messageOf(current, error, changed), changed };
  }
}

interface Prepared {
  readonly path: string;
  /** Where links lead in the end. */
  readonly target: string;
  readonly temporary: string;
  /** Null for a file that is not there yet. */
  readonly before: { readonly bytes: Uint8Array; readonly info: Stats } | null;
}

async function prepare({ path, text, bom }: FileWrite): Promise<Prepared> {
  const target = await realTarget(path);
  let before: Prepared['before'] = null;
  try {
    before = { info: await stat(target), bytes: await readFile(target) };
    // Renaming would replace a file that nobody may write to.
    await access(target, constants.W_OK);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const temporary = await writeBeside(target, `${bom ? '\uFEFF' : ''}${text}`, before?.info ?? null);
  return { path, target, temporary, before };
}

async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return join(await realpath(dirname(path)), basename(path));
  }
}

/** Writes a new file into the folder of `target` and gives its path. Leaves nothing behind when it fails. */
async function writeBeside(
  target: string,
  content: string | Uint8Array,
  like: Stats | null,
): Promise<string> {
  const path = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(path, 'wx', like ? like.mode & 0o7777 : 0o666);
    try {
      await handle.writeFile(content);
      if (like) {
        // Only an administrator may give files away; for everybody else it is theirs already.
        await handle.chown(like.uid, like.gid).catch(() => {});
        // The process's umask took bits away at opening.
        await handle.chmod(like.mode & 0o7777);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return path;
  } catch (error) {
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
}

async function putBack({ target, before }: Prepared): Promise<boolean> {
  try {
    if (before) await rename(await writeBeside(target, before.bytes, before.info), target);
    else await rm(target, { force: true });
    return true;
  } catch {
    return false;
  }
}

function messageOf(path: string, error: unknown, changed: readonly string[]): string {
  const why = reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
  const state =
    changed.length === 0 ? 'No file was changed.' : `These were changed already: ${changed.join(', ')}.`;
  return `${path} cannot be written: ${why}. ${state}`;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EBUSY: 'another program uses it',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder does not exist',
};
