import { define, type Functions, text } from './define.ts';

/** Go's package path; filepath is the same on Linux, where the app manager runs. */

export function clean(path: string): string {
  if (path === '') return '.';
  const rooted = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') out.push(part);
    else if (out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (!rooted) out.push('..');
  }
  const joined = out.join('/');
  return rooted ? `/${joined}` : joined === '' ? '.' : joined;
}

function base(path: string): string {
  if (path === '') return '.';
  const stripped = trimmedEnd(path);
  return stripped === '' ? '/' : stripped.slice(stripped.lastIndexOf('/') + 1);
}

const dir = (path: string): string => clean(path.slice(0, path.lastIndexOf('/') + 1));

function ext(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

const ofText = (change: (path: string) => string) => define('string', 'string', (a) => change(text(a[0])));
const isAbs = define('string', 'bool', (a) => text(a[0]).startsWith('/'));

export const paths: Functions = {
  base: ofText(base),
  dir: ofText(dir),
  clean: ofText(clean),
  ext: ofText(ext),
  isAbs,
  osBase: ofText(base),
  osDir: ofText(dir),
  osClean: ofText(clean),
  osExt: ofText(ext),
  osIsAbs: isAbs,
};

function trimmedEnd(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}
