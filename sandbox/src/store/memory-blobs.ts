import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlobStore } from './blobs.ts';

interface Blob {
  readonly chunks: readonly Uint8Array[];
  readonly size: number;
}

/** Blobs that live as long as the process; kept in the pieces they came in, so that nothing is held twice. */
export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, Blob>();

  return {
    size: (digest) => blobs.get(digest)?.size ?? null,
    read: (digest, start, end) => {
      const blob = blobs.get(digest);
      if (blob === undefined) throw new Error(`The store has no blob ${digest}.`);
      return Readable.from(slices(blob, start, end), { objectMode: false });
    },
    write: async () => {
      const hash = createHash('sha256');
      let chunks: Uint8Array[] = [];
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
          if (!blobs.has(digest())) blobs.set(digest(), { chunks, size });
        },
        discard: async () => {
          chunks = [];
        },
      };
    },
  };
}

function* slices(blob: Blob, start: number, end: number): Generator<Uint8Array> {
  let at = 0;
  for (const chunk of blob.chunks) {
    const from = Math.max(0, start - at);
    const to = Math.min(chunk.length, end - at);
    if (from < to) yield chunk.subarray(from, to);
    at += chunk.length;
  }
}
