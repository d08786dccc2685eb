import { join } from 'node:path';
import { each } from './each.ts';
import type { FileProblem } from './problem.ts';
import { MAX_BYTES, readTextFile } from './read.ts';

/** What a set of files holds. */
export interface Texts {
  /** By the path that was given, in the order given. */
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly FileProblem[];
}

/** Reads files given by paths relative to `root`. Problems name the relative path too. */
export async function loadTexts(
  root: string,
  paths: readonly string[],
  maxBytes: number = MAX_BYTES,
): Promise<Texts> {
  const texts = new Map<string, string>();
  const problems = new Map<string, FileProblem>();
  await each(paths, 16, async (path) => {
    const full = join(root, path);
    const read = await readTextFile(full, maxBytes);
    if (read.ok) texts.set(path, read.text);
    else
      problems.set(path, {
        ...read.problem,
        path,
        message: read.problem.message.replaceAll(full, () => path),
      });
  });
  return {
    texts: new Map(paths.flatMap((path) => (texts.has(path) ? [[path, texts.get(path) ?? '']] : []))),
    problems: paths.flatMap((path) => problems.get(path) ?? []),
  };
}
