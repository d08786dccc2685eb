import type { Readable } from 'node:stream';

/**
 * Content by digest, shared by every repository of the world; which repository may serve which blob is the
 * repositories' affair.
 */
export interface BlobStore {
  /** Bytes, or null where there is no such blob. */
  size(digest: string): number | null;
  /** The bytes from `start` up to and without `end`. The blob must be there. */
  read(digest: string, start: number, end: number): Readable;
  /** Begins a blob whose digest is not known yet. */
  write(): Promise<BlobWriter>;
}

export interface BlobWriter {
  /** Bytes so far. */
  readonly size: number;
  append(source: AsyncIterable<Uint8Array>): Promise<void>;
  /** The digest of the bytes so far. */
  digest(): string;
  /** Makes the bytes a blob under their digest. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}
