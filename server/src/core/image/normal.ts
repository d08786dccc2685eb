import { looksLikeDomain } from './grammar.ts';
import type { NormalReference, Reference } from './reference.ts';

const DOCKER_HUB = 'docker.io';
const LEGACY_DOCKER_HUB = 'index.docker.io';
const OFFICIAL = 'library/';

/**
 * What the engines make of a written name before they pull it: Docker Hub where no registry is named, its old
 * host `index.docker.io` replaced, `library/` before a one-part Docker Hub path (splitDockerDomain in
 * distribution/reference, normalize.go). Tag and digest stay as they are; no `:latest` is added.
 */
export function normalize(reference: Pick<Reference, 'domain' | 'path' | 'tag' | 'digest'>): NormalReference {
  const { domain: written, path, tag, digest } = reference;
  const domain = written === null || written === LEGACY_DOCKER_HUB ? DOCKER_HUB : written;
  const official = domain === DOCKER_HUB && !path.includes('/');
  return { domain, path: official ? OFFICIAL + path : path, tag, digest };
}

/** `:tag@digest`, or as much of it as there is. */
export function suffix(reference: Pick<NormalReference, 'tag' | 'digest'>): string {
  const { tag, digest } = reference;
  return (tag === null ? '' : `:${tag}`) + (digest === null ? '' : `@${digest}`);
}

/**
 * The one text that equal references share: registry and `library/` filled in, tag and digest both kept.
 * With `defaultTag`, `:latest` stands where there is neither tag nor digest.
 */
export function canonical(
  reference: Pick<Reference, 'domain' | 'path' | 'tag' | 'digest'>,
  options: { readonly defaultTag: boolean },
): string {
  const normal = normalize(reference);
  const untagged = normal.tag === null && normal.digest === null;
  return repositoryOf(normal) + (untagged && options.defaultTag ? ':latest' : suffix(normal));
}

/** Registry and path, without tag and digest: `docker.io/library/nginx`. */
export const repositoryOf = (reference: Pick<NormalReference, 'domain' | 'path'>): string =>
  `${reference.domain}/${reference.path}`;

/** The short form that people read: `docker.io/library/nginx:1` is `nginx:1` (FamiliarString in helpers.go). */
export function familiar(reference: Pick<Reference, 'domain' | 'path' | 'tag' | 'digest'>): string {
  const normal = normalize(reference);
  return familiarName(normal) + suffix(normal);
}

/** The same without tag and digest. The registry stays where the rest would be read as another registry's. */
export function familiarName(reference: Pick<Reference, 'domain' | 'path'>): string {
  const { domain, path } = normalize({ ...reference, tag: null, digest: null });
  if (domain !== DOCKER_HUB) return `${domain}/${path}`;
  const name = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
  if (!name.includes('/')) return name;
  return looksLikeDomain(path.slice(0, path.indexOf('/'))) ? `${domain}/${path}` : path;
}
