import type { ImageName } from '../knowledge/knowledge.ts';
import { chartDecides, type ReadUse } from '../release/reading.ts';
import type { Home } from './private-home.ts';
import type { Fix } from './rule.ts';

/** The image that a use would name with another repository; null while tag or digest are not known. */
export function targetOf(read: ReadUse, repository: Home): ImageName | null {
  const { reference, unknown, use } = read;
  if (reference === null || unknown.length > 0) return null;
  const { tag, digest } = reference;
  const untagged = tag === null && digest === null;
  return {
    host: repository.host,
    repository: repository.path,
    tag: untagged && !chartDecides(use.place) && use.place !== 'kustomization' ? 'latest' : tag,
    digest,
  };
}

/** Names another repository; tag and digest stay. */
export function repositoryFix(
  read: ReadUse,
  repository: Home,
  how: Pick<Fix, 'preferred' | 'bulk' | 'sameImage'> & Partial<Pick<Fix, 'title'>>,
): Fix[] {
  return [
    {
      title: `Change to ${repository.host}/${repository.path}`,
      read,
      rewrite: { repository },
      target: targetOf(read, repository),
      ...how,
    },
  ];
}

/** Rewrites a public image to its private path. Collectors are rewritten by other rules of the app manager, so never in bulk. */
export const rewriteFix = (read: ReadUse, home: Home): Fix[] =>
  repositoryFix(read, home, {
    title: `Rewrite to ${home.host}/${home.path}`,
    preferred: true,
    bulk: read.use.place !== 'collector',
  });

/** The repository to write so that `home` is pulled: behind the proxy where the use names the proxy. */
export function rewriteBehindProxy(read: ReadUse, home: Home): Home {
  const { peeled, reference } = read;
  if (peeled === null || reference?.domain === null || reference === null) return home;
  const before = /^proxy\/[^/]+\//.exec(reference.path)?.[0] ?? '';
  return { host: reference.domain, path: `${before}${home.host}/${home.path}` };
}

/** For a text that is no reference: what it was plainly meant to be, where that can be told. */
export function textFix(read: ReadUse): Fix[] {
  const { use, problem } = read;
  if (problem === null || use.unknown.length > 0 || use.shape !== 'image') return [];
  const { start, end } = problem.span;
  const bad = use.written.slice(start, end);
  const remove = /^\s+$|^[a-z][a-z0-9+.-]*:\/\/$/i.test(bad);
  if (problem.code !== 'uppercase' && !remove) return [];
  const suffix = /[:@][^/]*$/.exec(use.written)?.index ?? use.written.length;
  const text = remove
    ? use.written.slice(0, start) + use.written.slice(end)
    : use.written.slice(0, suffix).toLowerCase() + use.written.slice(suffix);
  if (text === '') return [];
  return [
    { title: `Change to ${text}`, read, rewrite: { text }, target: null, preferred: true, bulk: false },
  ];
}
