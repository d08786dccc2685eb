import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlobStore } from './blobs.ts';

/** Blobs that live as long as the process. */
export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, Buffer>();

  function get(digest: string): Buffer {
    const bytes = blobs.get(digest);
    if (bytes === undefined) throw new Error(`The store has no blob ${digest}.`);
    return bytes;
  }

  return {
    size: (digest) => blobs.get(digest)?.length ?? null,
    read: (digest, start, end) => Readable.from([get(digest).subarray(start, end)], { objectMode: false }),
    bytes: async (digest) => get(digest),
    write: async () => {
      const hash = createHash('sha256');
      const chunks: Uint8Array[] = [];
      let size = 0;
      const digest = () => `sha256:${hash.copy().digest('hex')}`;
      return {
        get size() {
          return size;
        },
        append: async (source) => {
          for await (const chunk of source) {
            hash.update(chunk);
            chunks.push(chunk);
            size += chunk.length;
          }
        },
        digest,
        commit: async () => {
          if (!blobs.has(digest())) blobs.set(digest(), Buffer.concat(chunks));
        },
        discard: async () => {
          chunks.length = 0;
        },
      };
    },
  };
}
