import type { NameList } from '../../core/knowledge/knowledge.ts';
import type { NamePage } from './api.ts';

/** How many pages of up to 1000 names are read; a longer list is cut short and says so. */
const MAX_PAGES = 5;

/** Reads pages until the last or the limit, whichever comes first. Errors of `page` go through. */
export async function listNames(
  page: (next: string | null) => Promise<NamePage>,
  now: () => number,
): Promise<NameList> {
  const names = new Set<string>();
  let next: string | null = null;
  for (let read = 0; read < MAX_PAGES; read++) {
    const got: NamePage = await page(next);
    for (const name of got.names) names.add(name);
    next = got.next;
    if (next === null) break;
  }
  return { names: [...names], complete: next === null, checkedAt: now() };
}
