/** A file or folder that could not be used, always by name: nothing is left out in silence. */
export interface FileProblem {
  /** As it was asked for, or relative to the folder that was searched. */
  readonly path: string;
  readonly code: 'missing' | 'unreadable' | 'not-a-file' | 'too-large' | 'binary' | 'not-utf8' | 'limit';
  /** A sentence for people. */
  readonly message: string;
}

/** The problem that an error of the file system stands for. */
export function problemOf(path: string, error: unknown): FileProblem {
  const code = codeOf(error);
  if (code === 'ENOENT') return { path, code: 'missing', message: `${path} does not exist.` };
  const why = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return { path, code: 'unreadable', message: `${path} cannot be read: ${why}.` };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ELOOP: 'its symbolic links go in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
};

/** Node's name of a file system error: `ENOENT`. Empty for other errors. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
