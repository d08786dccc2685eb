import { refuse, registryHeaders } from './errors.ts';
import type { RepositoryVisit } from './visit.ts';

/** Tags in order, `n` at most after `last`, with a Link to the next page (distribution-spec, "Listing Tags"). */
export function listTags({ world, exchange, repository }: RepositoryVisit): void {
  const query = exchange.url.searchParams;
  const text = query.get('n');
  const limit = world.quirks.tagsLimit;
  if (text !== null && !/^\d{1,9}$/.test(text)) {
    refuse(exchange, 400, 'PAGINATION_NUMBER_INVALID', `n=${text} is no whole number`);
    return;
  }
  if (text !== null && limit !== null && Number(text) > limit) {
    const message =
      "Invalid parameter at 'maxResults' failed to satisfy constraint: " +
      `'Member must have value less than or equal to ${limit}'`;
    refuse(exchange, 405, 'UNSUPPORTED', message);
    return;
  }
  const last = query.get('last');
  const rest = [...repository.tags.keys()].sort().filter((tag) => last === null || tag > last);
  const size = text === null ? (limit ?? rest.length) : Number(text);
  const tags = rest.slice(0, size);
  const end = tags.at(-1);
  const path = `/v2/${repository.name}/tags/list`;
  const next =
    end === undefined || rest.length <= size
      ? {}
      : { link: `<${path}?last=${encodeURIComponent(end)}&n=${size}>; rel="next"` };
  exchange.answer(
    200,
    { ...registryHeaders, 'content-type': 'application/json', ...next },
    JSON.stringify({ name: repository.name, tags }),
  );
}
