import { readFile, stat } from 'node:fs/promises';
import { type FileProblem, problemOf } from './problem.ts';

/** A text file as it stands on disk. */
export interface TextFile {
  /** Without byte order mark: editors do not count it either, so offsets agree with theirs. */
  readonly text: string;
  /** Whether the file starts with a byte order mark, which writing must put back. */
  readonly bom: boolean;
}

export type ReadResult =
  | ({ readonly ok: true } & TextFile)
  | { readonly ok: false; readonly problem: FileProblem };

/** Files larger than this are not read: no release holds one, and parsing would take seconds. */
export const MAX_BYTES = 16 * 1024 * 1024;

/** How much of a file is searched for a NUL, which no YAML text holds; Git does the same. */
const SNIFFED = 8 * 1024;

/** Reads a text file, strictly as UTF-8. Never throws: whatever is wrong is a problem with the file's name. */
export async function readTextFile(path: string, maxBytes = MAX_BYTES): Promise<ReadResult> {
  try {
    const info = await stat(path);
    // Also keeps the process from waiting for somebody to write into a pipe.
    if (!info.isFile()) return failed({ path, code: 'not-a-file', message: `${path} is not a file.` });
    if (info.size > maxBytes)
      return failed({
        path,
        code: 'too-large',
        message: `${path} is larger than ${megabytes(maxBytes)} MB and is not read.`,
      });
    return decode(path, await readFile(path));
  } catch (error) {
    return failed(problemOf(path, error));
  }
}

function decode(path: string, bytes: Uint8Array): ReadResult {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return failed({ path, code: 'not-utf8', message: `${path} is UTF-16; save it as UTF-8.` });
  if (bytes.subarray(0, SNIFFED).includes(0))
    return failed({ path, code: 'binary', message: `${path} is a binary file, not text.` });
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), bom };
  } catch {
    return failed({ path, code: 'not-utf8', message: `${path} is not valid UTF-8; save it as UTF-8.` });
  }
}

const failed = (problem: FileProblem): ReadResult => ({ ok: false, problem });
const megabytes = (bytes: number): number => Math.round((bytes / 1024 / 1024) * 10) / 10;
