import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { each } from './each.ts';
import { type IgnoreRules, ignoreRules } from './gitignore.ts';
import { type FileProblem, problemOf } from './problem.ts';
import { gitRootOf } from './upward.ts';
import { toSlashes } from './uri.ts';

export interface WalkOptions {
  /** Patterns besides what .gitignore files name, in their syntax, relative to the root. */
  readonly ignore?: readonly string[];
  /** How many files are found at most; 20,000 unless given. */
  readonly maxFiles?: number;
  /** How many folders deep; 40 unless given. */
  readonly maxDepth?: number;
  readonly signal?: AbortSignal;
}

export interface FoundFile {
  /** Relative to the root, with `/` on every operating system. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

export interface Walk {
  /** YAML files, and the files without that ending which tell about a release; sorted by path. */
  readonly files: readonly FoundFile[];
  /** Packaged charts, or what may be some; also those that Git leaves out, because they are built. Sorted. */
  readonly archives: readonly string[];
  /** The .gitignore files that were heeded, for whoever watches for changes; sorted. */
  readonly ignoreFiles: readonly string[];
  readonly problems: readonly FileProblem[];
  /** False where a limit was reached; the problem says which. */
  readonly complete: boolean;
}

/** .replicated.yaml, .waybill.yaml and Chart.yaml have the ending too. */
const wanted = (name: string): boolean => /\.ya?ml$/i.test(name) || name === '.replicated';

/** No release has more charts. */
const MOST_ARCHIVES = 500;

const skipped = new Set(['.git', '.hg', '.svn', 'node_modules']);

/**
 * Finds what may belong to a release below a folder. .gitignore files are heeded at every level, those above the
 * root up to Git's own root too. Linked folders are not followed, as Git does not follow them: what they hold is
 * found where it really is, and no circle can be. Linked files count as files. What cannot be read is a problem.
 * @throws only the signal's reason.
 */
export async function walkWorkspace(root: string, options: WalkOptions = {}): Promise<Walk> {
  const { maxFiles = 20_000, maxDepth = 40, signal } = options;
  const files: FoundFile[] = [];
  const ignoreFiles: string[] = [];
  const archives: string[] = [];
  const problems: FileProblem[] = [];
  let complete = true;
  const tooMany = `The search ended at ${maxFiles} YAML files; the rest is left out.`;
  const limit = (path: string, message: string): void => {
    // One is enough: every further file would say the same.
    if (!problems.some((problem) => problem.code === 'limit' && problem.message === message))
      problems.push({ path, code: 'limit', message });
    complete = false;
  };

  let level: { readonly path: string; readonly rules: IgnoreRules }[] = [
    { path: '', rules: ignoreRules(options.ignore ?? [], await outerIgnoreFiles(root)) },
  ];
  for (let depth = 0; level.length > 0; depth++) {
    const deeper: typeof level = [];
    await each(level, 16, async ({ path, rules: outer }) => {
      signal?.throwIfAborted();
      if (files.length >= maxFiles) return limit(path, tooMany);
      let entries: Dirent[];
      try {
        entries = await readdir(join(root, path), { withFileTypes: true });
      } catch (error) {
        problems.push(problemOf(path === '' ? toSlashes(root) : path, error));
        return;
      }
      let patterns: string | null = null;
      if (entries.some(({ name }) => name === '.gitignore')) {
        try {
          patterns = await readFile(join(root, path, '.gitignore'), 'utf8');
          ignoreFiles.push(`${path}.gitignore`);
        } catch (error) {
          problems.push(problemOf(`${path}.gitignore`, error));
        }
      }
      const rules = outer.enter(path, patterns);
      for (const entry of entries) {
        const inner = `${path}${entry.name}`;
        if (entry.isDirectory()) {
          if (skipped.has(entry.name) || rules.ignores(`${inner}/`)) continue;
          if (depth + 1 >= maxDepth) limit(inner, `Folders more than ${maxDepth} levels deep are left out.`);
          else deeper.push({ path: `${inner}/`, rules });
        } else if (entry.isFile() && entry.name.endsWith('.tgz')) {
          if (archives.length < MOST_ARCHIVES) archives.push(inner);
          else limit(inner, `The search ended at ${MOST_ARCHIVES} chart archives; the rest is left out.`);
        } else if (wanted(entry.name) && !rules.ignores(inner)) {
          try {
            const info = await stat(join(root, inner));
            if (!info.isFile()) continue;
            if (files.length < maxFiles) files.push({ path: inner, size: info.size });
            else limit(inner, tooMany);
          } catch (error) {
            problems.push(problemOf(inner, error));
          }
        }
      }
    });
    level = deeper;
  }
  return {
    files: files.sort((a, b) => compare(a.path, b.path)),
    archives: archives.sort(compare),
    ignoreFiles: ignoreFiles.sort(compare),
    problems: problems.sort((a, b) => compare(a.path, b.path)),
    complete,
  };
}

/** The .gitignore files between Git's root and the folder, outermost first. None without a Git root. */
async function outerIgnoreFiles(root: string): Promise<{ patterns: string; root: string }[]> {
  const top = await gitRootOf(root);
  const found: { patterns: string; root: string }[] = [];
  if (top === null || top === root) return found;
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    try {
      const patterns = await readFile(join(folder, '.gitignore'), 'utf8');
      found.unshift({ patterns, root: `${toSlashes(relative(folder, root))}/` });
    } catch {
      // Most folders have none; one that cannot be read hides nothing.
    }
    if (folder === top || folder === dirname(folder)) return found;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
