import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { isRecord } from '../../../io/oci/media.ts';
import { MirrorError } from '../model.ts';
import { shown } from './words.ts';

/** The files of an archive, whether it is a folder or a tar. */
export interface StoredFiles {
  /** For people. */
  readonly name: string;
  /**
   * @param path relative and clean (see `cleanPath`)
   * @returns null where there is none
   * @throws MirrorError for what is no regular file or leads out of the archive
   */
  find(path: string): Promise<StoredFile | null>;
}

export interface StoredFile {
  /** Relative to the archive. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The same for two files that are the same bytes, linked. */
  readonly place: string;
  /**
   * The bytes from an offset on, read as they are asked for. The stream fails with MirrorError where the file has
   * become shorter, and with the signal's reason.
   */
  open(from: number, signal: AbortSignal): Readable;
}

/** As much as is read at once, and so about what each open file costs in memory. */
const CHUNK = 256 * 1024;

/** The bytes of an open file from `start` up to `end`, which is not part of them. The file stays open. */
export async function* bytesOf(
  name: string,
  handle: FileHandle,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  for (let at = start; at < end; ) {
    signal.throwIfAborted();
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at).catch((error: unknown) => {
      throw unreadable(name, error);
    });
    if (bytesRead === 0)
      throw new MirrorError('corrupt', `${name} ends at byte ${at}; it became shorter while it was read.`);
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

/** Bytes as they are made, as a stream. */
export function streamOf(bytes: AsyncGenerator<Buffer, void, void>): Readable {
  const stream = Readable.from(bytes, { objectMode: false });
  // A stream may fail before its reader listens; the reader still hears of it.
  stream.on('error', () => {});
  return stream;
}

/**
 * A whole file in memory.
 * @param most bytes that it may have
 */
export async function readWhole(
  files: StoredFiles,
  file: StoredFile,
  most: number,
  signal: AbortSignal,
): Promise<Buffer> {
  if (file.size > most)
    throw new MirrorError(
      'refused',
      `${files.name}: ${shown(file.path)} has ${file.size} bytes; no more than ${most / 1024 / 1024} MiB are read of it.`,
    );
  const chunks: Buffer[] = [];
  for await (const chunk of file.open(0, signal) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A JSON text of an archive. @throws MirrorError where it is none */
export function jsonIn(files: StoredFiles, path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new MirrorError('corrupt', `${files.name}: ${shown(path)} is not JSON.`);
  }
}

/** A file that cannot be opened or read, for people. */
export function unreadable(name: string, error: unknown): MirrorError {
  const code = codeOf(error);
  const why =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? 'There is no such file or folder'
      : code === 'EACCES' || code === 'EPERM'
        ? 'You may not read it'
        : `It cannot be read (${code ?? 'unknown error'})`;
  return new MirrorError('source', `${name}: ${why}.`, { cause: error });
}

/** `ENOENT` and the like. */
export const codeOf = (error: unknown): string | null =>
  isRecord(error) && typeof error.code === 'string' ? error.code : null;
