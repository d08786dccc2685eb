import { createHash } from 'node:crypto';
import { type Plain, parsePlain } from '../../core/manifest/plain.ts';
import { unpackArchive } from './charts/archive.ts';
import type { PackagedFile } from './model.ts';

type Content = Pick<PackagedFile, 'path' | 'bytes'>;

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/**
 * What tells a file's content from another: the SHA-256 of its bytes. A chart's archive is told by what is in it, because
 * two programs never pack the same bytes, and Chart.yaml by what it says, because Helm writes it anew.
 */
export function fileDigest({ path, bytes }: Content): string {
  if (!path.endsWith('.tgz')) return sha256(bytes);
  try {
    const files = unpackArchive(bytes, path).map((file) => `${file.path}\0${digestInChart(file)}\n`);
    return sha256(files.sort().join(''));
  } catch {
    // It is no chart to us; the portal will say what it thinks of it.
    return sha256(bytes);
  }
}

function digestInChart({ path, bytes }: Content): string {
  if (!/(^|\/)Chart\.yaml$/.test(path)) return sha256(bytes);
  const read = parsePlain(bytes.toString('utf8'));
  return sha256(read.ok ? JSON.stringify(sorted(read.value)) : bytes);
}

/** The same with keys in order, and without what is empty, which Helm does not write. */
function sorted(value: Plain): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, sorted(inner)] as const)
    .filter(([, inner]) => !isEmpty(inner));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** What tells the content of a release from another's: the same for the same files, in whatever order. */
export function contentDigest(files: readonly Content[]): string {
  const lines = files.map((file) => `${file.path}\0${fileDigest(file)}\n`);
  return `sha256:${sha256(lines.sort().join(''))}`;
}
