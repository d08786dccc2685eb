import type { World } from '../world.ts';
import { type KubeObject, type Resource, resources } from './objects.ts';

/** A request's path in the Kubernetes API, read. */
export interface KubePath {
  readonly resource: Resource;
  readonly namespace: string | null;
  /** Null for a list. */
  readonly name: string | null;
}

export function readPath(pathname: string): KubePath | null {
  const match = /^\/(?:api\/v1|apis\/(apps)\/v1)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?\/?$/.exec(
    pathname,
  );
  // `/api/v1/namespaces/NAME` is a namespace, and not a list of something in one.
  const alone = /^\/api\/v1\/namespaces\/([^/]+)\/?$/.exec(pathname);
  const plural = alone === null ? match?.[3] : 'namespaces';
  const group = match?.[1] ?? '';
  const resource = resources.find((each) => each.plural === plural && each.group === group);
  if (resource === undefined) return null;
  if (alone !== null) return { resource, namespace: null, name: alone[1] ?? null };
  return { resource, namespace: match?.[2] ?? null, name: match?.[4] ?? null };
}

/** The objects at a path: of one namespace or of all, as the query's selectors and limit ask. */
export function listObjects(
  world: World,
  { resource, namespace }: KubePath,
  query: URLSearchParams,
): { readonly items: readonly KubeObject[]; readonly next: string } {
  const labels = selector(query.get('labelSelector'));
  const fields = selector(query.get('fieldSelector'));
  const all = resource
    .objects(world)
    .filter(({ metadata }) => namespace === null || metadata.namespace === namespace)
    .filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value))
    .filter((object) => fields.every(([key, value]) => fieldOf(object, key) === value));
  const from = Number(query.get('continue') ?? 0) || 0;
  const limit = Number(query.get('limit') ?? 0) || all.length;
  const to = from + limit;
  return { items: all.slice(from, to), next: to < all.length ? String(to) : '' };
}

/** `a=b,c==d` as pairs; other operators of selectors are left out, as no client of the sandbox uses them. */
function selector(text: string | null): [string, string][] {
  return (text ?? '')
    .split(',')
    .map((each) => /^\s*([^=!\s]+)\s*==?\s*(\S*)\s*$/.exec(each))
    .flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[2] ?? ''] as [string, string]]));
}

function fieldOf(object: KubeObject, path: string): string {
  let here: unknown = object;
  for (const key of path.split('.')) here = (here as Record<string, unknown> | undefined)?.[key];
  return here === undefined ? '' : String(here);
}

/** What clients ask before anything else: which groups and resources there are. Null at any other path. */
export function discovery(pathname: string): object | null {
  switch (pathname.replace(/\/$/, '')) {
    case '/version':
      return { major: '1', minor: '34', gitVersion: 'v1.34.1', platform: 'linux/amd64' };
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'] };
    case '/apis': {
      const version = { groupVersion: 'apps/v1', version: 'v1' };
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: [{ name: 'apps', versions: [version], preferredVersion: version }],
      };
    }
    case '/api/v1':
      return resourceList('', 'v1');
    case '/apis/apps/v1':
      return resourceList('apps', 'apps/v1');
    default:
      return null;
  }
}

const resourceList = (group: string, groupVersion: string): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: resources
    .filter((each) => each.group === group)
    .map(({ plural, kind, shortName, namespaced }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      shortNames: shortName === '' ? [] : [shortName],
      verbs: ['get', 'list'],
    })),
});
