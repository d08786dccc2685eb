import type { NameDetails, NameList } from '../../core/knowledge/knowledge.ts';
import type { EcrApi, EcrImage, EcrRepository, Page } from './api.ts';

/** How many pages of up to 1000 are read; a longer list is cut short and says so. */
const MAX_PAGES = 5;

/** The repositories of a registry. Errors of the API go through. */
export async function listRepositories(
  api: EcrApi,
  signal: AbortSignal,
  now: () => number,
): Promise<NameList> {
  const { items, complete } = await pagesOf<EcrRepository>((next) => api.repositoryPage(next, signal));
  const details = items.map(({ name, at, immutable }): [string, NameDetails] => [
    name,
    { ...(at === undefined ? {} : { at }), immutable },
  ]);
  return {
    names: [...new Set(items.map(({ name }) => name))],
    complete,
    checkedAt: now(),
    details: Object.fromEntries(details),
  };
}

/** The tags of a repository. Errors of the API go through. */
export async function listTags(
  api: EcrApi,
  repository: string,
  signal: AbortSignal,
  now: () => number,
): Promise<NameList> {
  const { items, complete } = await pagesOf<EcrImage>((next) =>
    api.imagePage(repository, 'tagged', next, signal),
  );
  return tagList(items, complete, now());
}

/** How many tags are given at most, whoever read them. */
const MAX_TAGS = 5000;

/** The tags of images, the newest first; of one image in the order of their names. Very many are cut short. */
export function tagList(images: readonly EcrImage[], complete: boolean, checkedAt: number): NameList {
  const newest = images.toSorted(
    (a, b) => (b.facts.pushedAt ?? 0) - (a.facts.pushedAt ?? 0) || byVersion(b.tags[0], a.tags[0]),
  );
  const details = new Map<string, NameDetails>();
  for (const { digest, tags, facts } of newest) {
    const { pushedAt, size } = facts;
    for (const tag of tags.toSorted())
      if (!details.has(tag))
        details.set(tag, {
          digest,
          ...(pushedAt === undefined ? {} : { at: pushedAt }),
          ...(size === undefined ? {} : { size }),
        });
  }
  const given = [...details].slice(0, MAX_TAGS);
  return {
    names: given.map(([tag]) => tag),
    complete: complete && details.size <= MAX_TAGS,
    checkedAt,
    details: Object.fromEntries(given),
  };
}

/** Numbers in names count as numbers: 1.10 is after 1.9. */
const byVersion = (a = '', b = ''): number => a.localeCompare(b, 'en', { numeric: true });

/** Reads pages until the last or the limit, whichever comes first. */
async function pagesOf<T>(
  page: (next: string | null) => Promise<Page<T>>,
): Promise<{ items: T[]; complete: boolean }> {
  const items: T[] = [];
  let next: string | null = null;
  for (let read = 0; read < MAX_PAGES; read++) {
    const got: Page<T> = await page(next);
    items.push(...got.items);
    next = got.next;
    if (next === null) break;
  }
  return { items, complete: next === null };
}
