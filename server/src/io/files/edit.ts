import { applyEdits, type TextEdit } from '../../core/text/edit.ts';
import { readTextFile } from './read.ts';
import { type FileWrite, type WriteResult, writeFilesAtomically } from './write.ts';

/** Edits of one file. */
export interface FileEdit {
  readonly path: string;
  /** The text that the edits' offsets speak of: the file's, without byte order mark. */
  readonly before: string;
  readonly edits: readonly TextEdit[];
}

/**
 * Edits all files or none; byte order marks stay. A file whose text is no longer the one that the edits were
 * made for stops everything, because they would hit other places. Never throws, but for overlapping edits.
 */
export async function applyFileEdits(edits: readonly FileEdit[]): Promise<WriteResult> {
  const writes: FileWrite[] = [];
  for (const { path, before, edits: ofFile } of edits) {
    const read = await readTextFile(path);
    if (!read.ok) return refused(path, read.problem.message);
    if (read.text !== before) return refused(path, `${path} was changed meanwhile.`);
    writes.push({ path, text: applyEdits(before, ofFile), bom: read.bom });
  }
  return writeFilesAtomically(writes);
}

const refused = (path: string, message: string): WriteResult => ({
  ok: false,
  path,
  message: `${message} No file was changed.`,
  changed: [],
});
