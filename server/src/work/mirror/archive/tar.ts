import type { FileHandle } from 'node:fs/promises';
import { TarError } from '../../../io/files/tar/error.ts';
import { type Extra, gnuName, paxOf } from '../../../io/files/tar/extra.ts';
import { type Header, headerOf } from '../../../io/files/tar/header.ts';
import { cleanPath } from '../../../io/files/tar/path.ts';
import { MirrorError } from '../model.ts';
import { unreadable } from './files.ts';
import { shown } from './words.ts';

/** A tar that is open for reading. */
export interface TarFile {
  /** For people. */
  readonly name: string;
  readonly handle: FileHandle;
  /** Bytes. */
  readonly size: number;
}

/** A member of a tar. Its bytes are the file's, from `offset` on. */
export interface TarEntry {
  /** Relative and clean (see `cleanPath`). */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'hard link';
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  readonly offset: number;
  /** As written: for a symlink relative to its folder, for a hard link to the archive; null for others. */
  readonly linkTarget: string | null;
}

export const BLOCK = 512;
const MOST_ENTRIES = 100_000;
/** An entry has a GNU name, a GNU link and a pax header before it, at most. */
const MOST_EXTRAS = 8;
/** All names together, in characters: 100,000 of the longest would fill the memory. */
const MOST_NAMES = 16 * 1024 * 1024;
/** Bytes that are read at once; small members beside each other then cost one read. */
const WINDOW = 16 * 1024;

/**
 * Reads what is in a tar, but no contents: POSIX ustar and pax, and what GNU tar adds for long names and sizes
 * (https://www.gnu.org/software/tar/manual/html_node/Standard.html; pax: POSIX.1-2017, "pax", EXTENDED DESCRIPTION).
 * A name that stands twice means its last entry, as it does for `tar -x`.
 * @throws MirrorError `corrupt` for a tar that is damaged or ends early, `refused` for entries that have no business in
 * an archive of images: names that lead out of it, devices, sparse files, and too much of anything
 */
export async function readTar(file: TarFile, signal: AbortSignal): Promise<ReadonlyMap<string, TarEntry>> {
  try {
    return await entriesOf(file, signal);
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    const advice = error.message.endsWith('is no tar archive.') ? ` ${whatToGive}` : '';
    throw new MirrorError(error.code, error.message + advice);
  }
}

const whatToGive = 'Give a file that `docker save` or `skopeo copy … oci-archive:FILE` wrote.';

async function entriesOf(file: TarFile, signal: AbortSignal): Promise<ReadonlyMap<string, TarEntry>> {
  const read = reader(file);
  const entries = new Map<string, TarEntry>();
  let count = 0;
  let names = 0;
  let extras = 0;
  let extra: Extra = {};
  for (let at = 0; ; ) {
    signal.throwIfAborted();
    const block = await read(at, BLOCK);
    if (block === null)
      throw new MirrorError(
        'corrupt',
        `${file.name} ends at byte ${file.size}, before the end of the tar archive.`,
      );
    const header = headerOf(file.name, block, at);
    if (header === null) return entries;
    const isExtra = EXTRAS.has(header.type);
    const size = isExtra ? header.size : hasBytes(header) ? (extra.size ?? header.size) : 0;
    const start = at + BLOCK;
    if (start + size > file.size)
      throw new MirrorError(
        'corrupt',
        `${file.name} ends at byte ${file.size}, in the middle of ${shown(extra.name ?? header.name)}.`,
      );
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (isExtra) {
      if (++extras > MOST_EXTRAS)
        throw new MirrorError(
          'refused',
          `${file.name} has more than ${MOST_EXTRAS} extended headers in a row.`,
        );
      extra = { ...extra, ...(await extraOf(file, header, start, size, read)) };
      continue;
    }
    const entry = entryOf(file, header, extra, size, start);
    extra = {};
    extras = 0;
    names += entry.name.length + (entry.linkTarget?.length ?? 0);
    if (++count > MOST_ENTRIES || names > MOST_NAMES)
      throw new MirrorError(
        'refused',
        `${file.name} has more than ${MOST_ENTRIES} entries, or too long names. An archive of images has a few for each layer.`,
      );
    if (entry.name !== '') entries.set(entry.name, entry);
  }
}

/** Headers that say something about the next entry. */
const EXTRAS: ReadonlySet<string> = new Set(['L', 'K', 'x', 'g']);

const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hard link',
  '2': 'symlink',
  '5': 'folder',
};

/** Links, folders and devices have no bytes, whatever their headers say: Go's archive/tar and GNU tar agree. */
const hasBytes = ({ type }: Header): boolean => !/^[1-6]$/.test(type);

async function extraOf(
  { name }: TarFile,
  { type }: Header,
  start: number,
  size: number,
  read: Read,
): Promise<Extra> {
  // A global header speaks of all that follows: times and owners, nothing that is read here.
  if (type === 'g') return {};
  const most = type === 'x' ? 1024 * 1024 : 4096 + 1;
  if (size > most)
    throw new MirrorError(
      'refused',
      `${name} has a name or an extended header of ${size} bytes; ${most} are read.`,
    );
  const bytes = (await read(start, size)) ?? Buffer.alloc(0);
  if (type === 'x') return paxOf(name, bytes);
  return type === 'L' ? { name: gnuName(bytes) } : { link: gnuName(bytes) };
}

function entryOf(file: TarFile, header: Header, extra: Extra, size: number, offset: number): TarEntry {
  const written = extra.name ?? header.name;
  const name = cleanPath(written);
  if (name === null)
    throw new MirrorError(
      'refused',
      `${file.name} has an entry that leads out of it: ${shown(written)}. It was not made by docker or skopeo; do not use it.`,
    );
  const kind = KINDS[header.type];
  if (kind === undefined)
    throw new MirrorError(
      'refused',
      `${file.name} has an entry that is neither file, folder nor link: ${shown(written)} (type ${JSON.stringify(header.type)}).`,
    );
  // Before POSIX a folder was a file whose name ends with a slash.
  if (kind === 'file' && size === 0 && written.endsWith('/'))
    return { name, kind: 'folder', size, offset, linkTarget: null };
  const linkTarget = kind === 'symlink' || kind === 'hard link' ? (extra.link ?? header.link) : null;
  return { name, kind, size, offset, linkTarget };
}

/** Bytes from an offset on; null where the file ends before. */
type Read = (offset: number, length: number) => Promise<Buffer | null>;

function reader({ name, handle, size }: TarFile): Read {
  let held = Buffer.alloc(0);
  let from = 0;
  return async (offset, length) => {
    if (offset + length > size) return null;
    if (offset < from || offset + length > from + held.length) {
      const wanted = Math.min(Math.max(length, WINDOW), size - offset);
      const bytes = Buffer.alloc(wanted);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await handle
          .read(bytes, filled, wanted - filled, offset + filled)
          .catch((error: unknown) => {
            throw unreadable(name, error);
          });
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      held = bytes.subarray(0, filled);
      from = offset;
      if (filled < length) return null;
    }
    return held.subarray(offset - from, offset - from + length);
  };
}
