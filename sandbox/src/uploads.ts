import { randomUUID } from 'node:crypto';
import type { BlobStore, BlobWriter } from './store/blobs.ts';
import type { Repository } from './store/repository.ts';

/** Blobs on their way in, through either plane of ECR or through the public registry. */
export interface Uploads {
  start(repository: Repository): Promise<Upload>;
  /** An upload of this very repository. */
  find(repository: Repository, id: string): Upload | null;
  end(upload: Upload): void;
  /** Throws away what is unfinished. */
  close(): Promise<void>;
}

export interface Upload {
  readonly id: string;
  readonly repository: Repository;
  readonly writer: BlobWriter;
  /** How many PATCH bodies have come. */
  patches: number;
  /** Whether the last part of the ECR API was so small that no other may follow. */
  lastPartTooSmall: boolean;
}

export function uploads(blobs: BlobStore): Uploads {
  const all = new Map<string, Upload>();
  return {
    start: async (repository) => {
      const upload = {
        id: randomUUID(),
        repository,
        writer: await blobs.write(),
        patches: 0,
        lastPartTooSmall: false,
      };
      all.set(upload.id, upload);
      return upload;
    },
    find: (repository, id) => {
      const found = all.get(id);
      return found?.repository === repository ? found : null;
    },
    end: (upload) => {
      all.delete(upload.id);
    },
    close: async () => {
      await Promise.all([...all.values()].map((each) => each.writer.discard()));
      all.clear();
    },
  };
}
