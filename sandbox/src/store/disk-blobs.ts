import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { BlobStore } from './blobs.ts';

/** Blobs as files `<folder>/blobs/<hex>`; unfinished uploads of an earlier run are thrown away. */
export function diskBlobs(folder: string): BlobStore {
  const finished = join(folder, 'blobs');
  const unfinished = join(folder, 'uploads');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(finished, { recursive: true });
  mkdirSync(unfinished, { recursive: true });
  const sizes = new Map<string, number>();
  for (const name of readdirSync(finished)) {
    if (/^[0-9a-f]{64}$/.test(name)) sizes.set(`sha256:${name}`, statSync(join(finished, name)).size);
  }
  const pathOf = (digest: string) => join(finished, digest.slice('sha256:'.length));

  return {
    size: (digest) => sizes.get(digest) ?? null,
    read: (digest, start, end) =>
      start >= end
        ? Readable.from([])
        : createReadStream(pathOf(digest), { start, end: end - 1, highWaterMark: 1 << 18 }),
    write: async () => {
      const path = join(unfinished, randomUUID());
      const file = await open(path, 'wx');
      const hash = createHash('sha256');
      let size = 0;
      const digest = () => `sha256:${hash.copy().digest('hex')}`;
      return {
        get size() {
          return size;
        },
        append: async (source) => {
          for await (const chunk of source) {
            hash.update(chunk);
            await file.writeFile(chunk);
            size += chunk.length;
          }
        },
        digest,
        commit: async () => {
          await file.close();
          await rename(path, pathOf(digest()));
          sizes.set(digest(), size);
        },
        discard: async () => {
          await file.close();
          await rm(path, { force: true });
        },
      };
    },
  };
}
