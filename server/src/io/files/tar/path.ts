/**
 * The path in an archive without `.` and empty parts.
 * @returns null for one that leads out: absolute, or with `..` in it
 */
export function cleanPath(path: string): string | null {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return path.startsWith('/') || parts.includes('..') ? null : parts.join('/');
}
