import { isPlainList, isPlainMap, type Plain, type PlainMap, plainMap } from '../manifest/plain.ts';
import type { Resource } from './resource.ts';

/** What tells the items of Kubernetes' own lists from each other, by the lists' names; where several could, in order. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  imagePullSecrets: ['name'],
  volumes: ['name'],
  env: ['name'],
  resourceClaims: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  ports: ['containerPort', 'port'],
  secrets: ['name'],
  ownerReferences: ['uid'],
  conditions: ['type'],
};

/** Groups whose kinds have a schema; of others kustomize knows no merge keys and replaces lists whole. */
const known: ReadonlySet<string> = new Set([
  '',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'networking.k8s.io',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
]);

/**
 * A resource's value after a strategic merge patch: maps are merged, null takes a key away, lists of named items are
 * merged by their key with new items in front, other lists are replaced; `$patch` deletes or replaces.
 * Null where the patch deletes the resource.
 */
export function withPatch(resource: Resource, patch: PlainMap): PlainMap | null {
  if (patch.$patch === 'delete') return null;
  const merged = mergeMaps(resource.value, patch, known.has(resource.group));
  // A patch names what it is for.
  return plainMap(
    Object.entries(merged).map(([key, value]) =>
      key === 'apiVersion' || key === 'kind' ? [key, resource.value[key] ?? value] : [key, value],
    ),
  );
}

function merge(name: string, base: Plain | undefined, patch: Plain, keyed: boolean): Plain {
  if (isPlainMap(patch)) {
    if (patch.$patch === 'replace') return without(patch, '$patch');
    return mergeMaps(isPlainMap(base) ? base : {}, patch, keyed);
  }
  if (isPlainList(patch)) return mergeLists(name, isPlainList(base) ? base : [], patch, keyed);
  return patch;
}

function mergeMaps(base: PlainMap, patch: PlainMap, keyed: boolean): PlainMap {
  if (patch.$patch === 'replace') return without(patch, '$patch');
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null || (isPlainMap(value) && value.$patch === 'delete')) merged.delete(key);
    else merged.set(key, merge(key, merged.get(key), value, keyed));
  }
  return plainMap(merged);
}

function mergeLists(
  name: string,
  base: readonly Plain[],
  patch: readonly Plain[],
  keyed: boolean,
): readonly Plain[] {
  const replaces = patch.some((item) => isPlainMap(item) && item.$patch === 'replace');
  const items = patch.filter((item) => !(isPlainMap(item) && item.$patch === 'replace'));
  if (replaces) return items;
  if (name === 'finalizers' && keyed) return [...new Set([...items, ...base])];
  const key = keyed ? keyOf(name, [...base, ...items]) : undefined;
  if (key === undefined) return items;
  const same = (a: Plain, b: Plain): boolean => isPlainMap(a) && isPlainMap(b) && a[key] === b[key];
  const fresh = items.filter((item) => !isDeletion(item) && !base.some((old) => same(old, item)));
  const kept = base.flatMap((old) => {
    const change = items.find((item) => same(old, item));
    if (change === undefined) return [old];
    return isDeletion(change) ? [] : [merge('', old, change, keyed)];
  });
  return [...fresh, ...kept];
}

const isDeletion = (item: Plain): boolean => isPlainMap(item) && item.$patch === 'delete';

function keyOf(name: string, items: readonly Plain[]): string | undefined {
  if (!Object.hasOwn(mergeKeys, name)) return undefined;
  return mergeKeys[name]?.find((key) => items.every((item) => isPlainMap(item) && Object.hasOwn(item, key)));
}

const without = (map: PlainMap, key: string): PlainMap =>
  plainMap(Object.entries(map).filter(([one]) => one !== key));
