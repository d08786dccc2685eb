import { join } from 'node:path';
import type { FileEdit } from '../core/features/fixes.ts';
import { applyEdits } from '../core/text/edit.ts';
import { applyFileEdits } from '../io/files/edit.ts';
import type { Workspace } from './workspace.ts';

/**
 * Writes edits to their files, all or none, and has the session know of them.
 * @returns how many files were changed
 * @throws Error where a file cannot be written
 */
export async function writeEdits({ session, root }: Workspace, edits: readonly FileEdit[]): Promise<number> {
  const { files } = session.snapshot;
  const byPath = new Map<string, FileEdit[]>();
  for (const edit of edits) {
    const ofFile = byPath.get(edit.path);
    if (ofFile === undefined) byPath.set(edit.path, [edit]);
    else ofFile.push(edit);
  }
  const before = (path: string): string => files.get(path)?.text ?? '';
  const written = await applyFileEdits(
    [...byPath].map(([path, ofFile]) => ({ path: join(root, path), before: before(path), edits: ofFile })),
  );
  if (!written.ok) throw new Error(written.message);
  for (const [path, ofFile] of byPath) session.setFile(path, applyEdits(before(path), ofFile));
  return byPath.size;
}
