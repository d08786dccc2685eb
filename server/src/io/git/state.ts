import { execFile } from 'node:child_process';

/** What Git says of a folder. */
export interface GitState {
  /** Null where HEAD is at no branch. */
  readonly branch: string | null;
  /** Abbreviated; null before the first commit. */
  readonly commit: string | null;
  /** Files in the folder with changes that are not committed, new ones included: relative to the folder, sorted. */
  readonly dirty: readonly string[];
}

/** How long Git may take: milliseconds. */
const PATIENCE = 15_000;

/**
 * Branch, commit and uncommitted files of a folder. Starts `git`, without a shell, so it is for folders that the person
 * trusts; nothing that the repository itself configures to be run is run.
 * @returns null where there is no Git, or the folder is in no repository
 */
export async function gitState(folder: string, signal: AbortSignal): Promise<GitState | null> {
  const [state, prefix] = await Promise.all([
    git(folder, ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--', '.'], signal),
    git(folder, ['rev-parse', '--show-prefix'], signal),
  ]);
  if (state === null || prefix === null) return null;
  const above = prefix.replace(/\n$/, '');
  let branch: string | null = null;
  let commit: string | null = null;
  const dirty: string[] = [];
  const entries = state.split('\0');
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] ?? '';
    const [, name = '', value = ''] = /^# (branch\.\S+) (.*)$/.exec(entry) ?? [];
    if (name === 'branch.head' && value !== '(detached)') branch = value;
    if (name === 'branch.oid' && value !== '(initial)') commit = value.slice(0, 10);
    const path = pathOf(entry);
    if (path !== null) dirty.push(path.startsWith(above) ? path.slice(above.length) : path);
    // What was renamed has its old name in an entry of its own.
    if (entry.startsWith('2 ')) at++;
  }
  return { branch, commit, dirty: [...new Set(dirty)].sort() };
}

/** The path in an entry of `git status --porcelain=v2`: behind so many fields, by the entry's kind. */
function pathOf(entry: string): string | null {
  const fields = { '1': 8, '2': 9, u: 10, '?': 1 }[entry[0] ?? ''];
  return fields === undefined || entry[1] !== ' ' ? null : entry.split(' ').slice(fields).join(' ');
}

function git(folder: string, args: readonly string[], signal: AbortSignal): Promise<string | null> {
  // A monitor of the file system is a program that a repository names.
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-optional-locks'];
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...safe, '-C', folder, ...args],
      { signal, timeout: PATIENCE, maxBuffer: 64 * 1024 * 1024, windowsHide: true, env: environment() },
      (error, stdout) => {
        if (signal.aborted) reject(signal.reason);
        else resolve(error === null ? stdout : null);
      },
    );
  });
}

/** Without what would point Git at another repository, and without secrets, which are none of its business. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries({ ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }).filter(
      ([name]) =>
        !['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE'].includes(name) &&
        !/SECRET|TOKEN|PASSWORD|PASSWD|_KEY/i.test(name),
    ),
  );
