import { MirrorError } from '../model.ts';
import { bytesOf, type StoredFiles, streamOf } from './files.ts';
import type { TarEntry, TarFile } from './tar.ts';
import { shown } from './words.ts';

/** Old dockers chain as many links as an image has layers that are the same. */
const MOST_LINKS = 256;

/**
 * The files of a tar that was read.
 * @param links whether links to other entries stand for them, as they do in archives of old dockers
 */
export function tarFiles(
  file: TarFile,
  entries: ReadonlyMap<string, TarEntry>,
  links: 'followed' | 'refused',
): StoredFiles {
  const { name, handle } = file;
  const refuse = (path: string, why: string): MirrorError =>
    new MirrorError('refused', `${name}: ${shown(path)} ${why}.`);
  return {
    name,
    async find(path) {
      let entry = entries.get(path);
      for (let hops = 0; entry !== undefined && entry.linkTarget !== null; hops++) {
        if (links === 'refused') throw refuse(path, `is a ${entry.kind}, where a file must be`);
        if (hops === MOST_LINKS) throw refuse(path, 'is a link that leads to itself');
        const target = linked(entry, entry.linkTarget);
        if (target === null)
          throw refuse(entry.name, `is a link that leads out of the archive, to ${shown(entry.linkTarget)}`);
        entry = entries.get(target);
      }
      if (entry === undefined) return null;
      if (entry.kind !== 'file') throw refuse(path, `is a ${entry.kind}, where a file must be`);
      const { offset, size } = entry;
      return {
        path,
        size,
        place: String(offset),
        open: (from, signal) => streamOf(bytesOf(name, handle, offset + from, offset + size, signal)),
      };
    },
  };
}

/** The name that a link leads to; null where that is outside of the archive. */
function linked({ name, kind }: TarEntry, target: string): string | null {
  if (target.startsWith('/')) return null;
  const parts = kind === 'symlink' ? name.split('/').slice(0, -1) : [];
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
