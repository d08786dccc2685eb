import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { ignoreRules } from '../../io/files/gitignore.ts';
import { gitRootOf } from '../../io/files/upward.ts';
import { toSlashes } from '../../io/files/uri.ts';

/**
 * The folder that a document outside the workspace belongs to, and whether it is known to hold a release: the
 * nearest one at or above it with a `.waybill.yaml` or `.replicated`, not above Git's root; else the document's own.
 */
export function homeOf(file: string): { readonly root: string; readonly described: boolean } {
  const own = dirname(resolve(file));
  for (let folder = own; ; folder = dirname(folder)) {
    if (describing.some((name) => existsSync(join(folder, name)))) return { root: folder, described: true };
    if (folder === dirname(folder) || existsSync(join(folder, '.git')))
      return { root: own, described: false };
  }
}

const describing = ['.waybill.yaml', '.replicated', '.replicated.yaml'];

/**
 * Whether Git leaves a file out, by the .gitignore files from Git's root (or `root`, without one) down to it.
 * @param path relative to `root`, with `/`
 */
export async function isIgnored(root: string, path: string): Promise<boolean> {
  const top = (await gitRootOf(root)) ?? root;
  const prefix = toSlashes(relative(top, root));
  const outer = prefix === '' ? [] : prefix.split('/');
  const patterns: { patterns: string; root: string }[] = [];
  for (let depth = 0; depth < outer.length; depth++) {
    const text = await gitignoreIn(join(top, ...outer.slice(0, depth)));
    if (text !== null) patterns.push({ patterns: text, root: `${outer.slice(depth).join('/')}/` });
  }
  let rules = ignoreRules(['node_modules'], patterns);
  const folders = path.split('/').slice(0, -1);
  let at = '';
  for (const folder of [null, ...folders]) {
    if (folder !== null) at = `${at}${folder}/`;
    if (at !== '' && rules.ignores(at)) return true;
    rules = rules.enter(at, await gitignoreIn(join(root, at)));
  }
  return rules.ignores(path);
}

async function gitignoreIn(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, '.gitignore'), 'utf8');
  } catch {
    return null;
  }
}
