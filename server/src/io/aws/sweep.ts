import type { EcrApi, EcrImage, ImageId } from './api.ts';

/** A repository's list of images, read page by page as far as it is wanted. */
export interface Sweep {
  /** How many pages were read. */
  readonly pages: number;
  /** Whether the last page was read, so that what is not in the list is not in the repository. */
  readonly done: boolean;
  readonly images: readonly EcrImage[];
  /** Whether images without a tag were listed too. */
  readonly which: 'all' | 'tagged';
  /** Reads one more page. Errors of the API go through. */
  more(signal: AbortSignal): Promise<void>;
  find(id: ImageId): EcrImage | undefined;
}

export function createSweep(api: EcrApi, repository: string, which: 'all' | 'tagged'): Sweep {
  const images: EcrImage[] = [];
  const byDigest = new Map<string, EcrImage>();
  const byTag = new Map<string, EcrImage>();
  let pages = 0;
  let next: string | null = null;
  return {
    get pages() {
      return pages;
    },
    get done() {
      return pages > 0 && next === null;
    },
    images,
    which,
    async more(signal) {
      const page = await api.imagePage(repository, which, next, signal);
      pages++;
      next = page.next;
      for (const image of page.items) {
        images.push(image);
        byDigest.set(image.digest, image);
        for (const tag of image.tags) byTag.set(tag, image);
      }
    },
    find: (id) => ('imageDigest' in id ? byDigest.get(id.imageDigest) : byTag.get(id.imageTag)),
  };
}
