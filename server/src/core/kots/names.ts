import { parseLoose } from '../image/loose.ts';
import { normalize, suffix } from '../image/normal.ts';
import { parseReference } from '../image/parse.ts';
import type { Reference, ReferenceProblem } from '../image/reference.ts';

/**
 * An image as the app manager sees it: the name as written, and what stands behind it, which rewriting never
 * touches. So an image can be followed whose tag is a CI variable.
 */
export interface NamedImage {
  /** Registry and path as written, without tag and digest: `nginx`, `quay.io/acme/api`. */
  readonly name: string;
  /** `:tag@digest`, or as much of it as there is. */
  readonly suffix: string;
}

/** The image of a parsed reference. */
export const namedImage = (reference: Reference): NamedImage => ({
  name: reference.domain === null ? reference.path : `${reference.domain}/${reference.path}`,
  suffix: suffix(reference),
});

/** The image that a text names. Its tag and digest may be variables that CI fills in before the release is pushed. */
export function readImage(text: string): NamedImage | { readonly problem: ReferenceProblem } {
  const parsed = parseReference(text);
  if (parsed.ok) return namedImage(parsed.reference);
  const loose = parseLoose(text);
  return loose.ok && loose.unknownParts.every((part) => part === 'tag' || part === 'digest')
    ? namedImage(loose.reference)
    : { problem: parsed.problem };
}

/**
 * The image without tag and digest, otherwise as written (StripImageTagAndDigest in KOTS, pkg/imageutil/image.go):
 * its last part is cut at the first `@` and at the first `:`.
 */
export function stripTagAndDigest(image: string): string {
  const slash = image.lastIndexOf('/') + 1;
  const last = image.slice(slash).split('@', 1)[0] ?? '';
  return image.slice(0, slash) + (last.split(':', 1)[0] ?? '');
}

/**
 * The image as the proxy serves it, without tag and digest. The name is taken as written, so `nginx` becomes
 * `<proxy>/proxy/<app>/nginx`; what is at the proxy already stays (MakeProxiedImageURL in KOTS,
 * pkg/docker/registry/images.go).
 */
export function proxiedImageUrl(proxyDomain: string, appSlug: string, image: string): string {
  const name = stripTagAndDigest(image);
  return name.split('/', 1)[0] === proxyDomain ? name : `${proxyDomain}/proxy/${appSlug}/${name}`;
}

/**
 * The spellings of a name that the app manager rewrites along with it, the name itself first. Kustomize compares
 * texts, so Docker Hub's short names each get an entry of their own (BuildImageAltNames in KOTS,
 * pkg/imageutil/image.go). Other registries have one spelling, and so has `index.docker.io/…` as written.
 */
export function altNames(name: string): string[] {
  const parsed = parseReference(name);
  if (!parsed.ok) return [name];
  const { domain } = normalize(parsed.reference);
  if (domain !== 'docker.io' && !domain.endsWith('.docker.io')) return [name];
  const parts = name.split('/');
  const [first] = parts;
  const join = (...more: string[]): string => more.join('/');
  if (parts.length > 2 && first === 'docker.io' && parts[1] === 'library') {
    const rest = join(...parts.slice(2));
    return [name, `library/${rest}`, rest, `docker.io/${rest}`];
  }
  if (parts.length === 2 && first === 'docker.io') {
    const rest = parts[1] ?? '';
    return [name, rest, `docker.io/library/${rest}`, `library/${rest}`];
  }
  if (parts.length > 2 && first === 'docker.io') return [name, join(...parts.slice(1))];
  if (parts.length > 1 && first === 'library') {
    const rest = join(...parts.slice(1));
    return [name, rest, `docker.io/${rest}`, `docker.io/library/${rest}`];
  }
  if (parts.length === 1) return [name, `docker.io/library/${name}`, `library/${name}`, `docker.io/${name}`];
  return parts.length === 2 ? [name, `docker.io/${name}`] : [name];
}

/** Stands in names for an app whose slug is not known, as in Replicated's documentation. */
export const UNKNOWN_SLUG = 'APP_SLUG';

/** The pull secret that the app manager adds to every object with an image. */
export const pullSecretName = (appSlug: string): string => `${appSlug}-registry`;
