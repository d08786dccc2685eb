import { parsePlain, textAt } from '../../core/manifest/plain.ts';
import { unpackArchive } from './charts/archive.ts';
import type { PackagedFile } from './model.ts';

type Files = readonly Pick<PackagedFile, 'path' | 'bytes'>[];

/** The names of the charts in a release, sorted. */
export function chartsIn(files: Files): string[] {
  const names = files.flatMap(({ path, bytes }) => {
    if (!path.endsWith('.tgz')) return [];
    try {
      const own = unpackArchive(bytes, path).find((file) => /^[^/]+\/Chart\.yaml$/.test(file.path));
      const read = own === undefined ? null : parsePlain(own.bytes.toString('utf8'));
      return read?.ok === true ? textAt(read.value, 'name') || [] : [];
    } catch {
      return [];
    }
  });
  return [...new Set(names)].sort();
}

/** Which installers a release has kinds for. */
export function releaseKinds(files: Files): { readonly kots: boolean; readonly embeddedCluster: boolean } {
  const says = (pattern: RegExp): boolean =>
    files.some(({ path, bytes }) => /\.ya?ml$/.test(path) && pattern.test(bytes.toString('utf8')));
  return {
    kots: says(/^apiVersion: *["']?kots\.io\//m),
    embeddedCluster: says(/^apiVersion: *["']?embeddedcluster\.replicated\.com\//m),
  };
}
