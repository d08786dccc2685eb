import {
  isBlank,
  isPlainList,
  isPlainMap,
  isQuoted,
  type Plain,
  type PlainMap,
  plainMap,
  withQuoted,
  writtenAt,
} from '../manifest/plain.ts';
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
 * merged by their key with the patch's items in front, other lists are replaced; `$patch` deletes or replaces. Keys with
 * nothing behind them vanish from all maps that are merged, wherever the patch says nothing.
 * Null where the patch deletes the resource.
 */
export function withPatch(resource: Resource, patch: PlainMap): PlainMap | null {
  if (patch.$patch === 'delete') return null;
  const keyed = known.has(resource.group);
  const merged = mergeMaps(resource.value, withoutEmptyMetadata(patch), keyed);
  // A patch names what it is for.
  return plainMap(
    Object.entries(merged).map(([key, value]) =>
      key === 'apiVersion' || key === 'kind' ? [key, resource.value[key] ?? value] : [key, value],
    ),
  );
}

/** Kustomize reads labels and annotations of its own accord, and finds none where they are null. */
function withoutEmptyMetadata(patch: PlainMap): PlainMap {
  const { metadata } = patch;
  if (!isPlainMap(metadata)) return patch;
  const kept = Object.entries(metadata).filter(
    ([key, value]) => value !== null || (key !== 'labels' && key !== 'annotations'),
  );
  return { ...patch, metadata: plainMap(kept) };
}

function merge(name: string, base: Plain | undefined, patch: Plain | undefined, keyed: boolean): Plain {
  if (isPlainMap(patch)) {
    if (patch.$patch === 'replace') return mergeMaps({}, without(patch, '$patch'), keyed);
    return mergeMaps(isPlainMap(base) ? base : {}, patch, keyed);
  }
  if (isPlainList(patch)) return mergeLists(name, isPlainList(base) ? base : [], patch, keyed);
  if (patch !== undefined) return patch;
  if (isPlainMap(base)) return mergeMaps(base, {}, keyed);
  if (isPlainList(base)) return isKeyed(name, base, keyed) ? mergeLists(name, base, [], keyed) : base;
  return base ?? null;
}

function mergeMaps(base: PlainMap, patch: PlainMap, keyed: boolean): PlainMap {
  if (patch.$patch === 'replace') return mergeMaps({}, without(patch, '$patch'), keyed);
  const merged: [string, Plain][] = [];
  const quoted: string[] = [];
  for (const key of new Set([...Object.keys(base), ...Object.keys(patch)])) {
    if (key.startsWith('$')) continue;
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    const change = Object.hasOwn(patch, key) ? patch[key] : undefined;
    if (change === null || isDeletion(change)) continue;
    if (change === undefined && before === null && isBlank(base, key)) continue;
    // What was in quotes stays in quotes.
    const inQuotes = isQuoted(change === undefined || isScalar(before) ? base : patch, key);
    if (inQuotes) quoted.push(key);
    const isText = inQuotes && isScalar(change) && typeof change !== 'string';
    const meant = isText ? (writtenAt(patch, key) ?? String(change)) : change;
    merged.push([key, merge(key, before, meant, keyed)]);
  }
  return withQuoted(plainMap(merged), quoted);
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
  // The patch's items come first, in its order.
  const named = items
    .filter((item) => !isDeletion(item))
    .map((item) =>
      merge(
        '',
        base.find((old) => same(old, item)),
        item,
        keyed,
      ),
    );
  const others = base.filter((old) => !items.some((item) => same(old, item)));
  return [...named, ...others.map((old) => merge('', old, undefined, keyed))];
}

const isScalar = (value: Plain | undefined): boolean =>
  value !== undefined && value !== null && !isPlainMap(value) && !isPlainList(value);

const isDeletion = (item: Plain | undefined): boolean => isPlainMap(item) && item.$patch === 'delete';

const isKeyed = (name: string, items: readonly Plain[], keyed: boolean): boolean =>
  keyed && name !== 'finalizers' && keyOf(name, items) !== undefined;

function keyOf(name: string, items: readonly Plain[]): string | undefined {
  if (!Object.hasOwn(mergeKeys, name)) return undefined;
  return mergeKeys[name]?.find((key) => items.every((item) => isPlainMap(item) && Object.hasOwn(item, key)));
}

const without = (map: PlainMap, key: string): PlainMap =>
  plainMap(Object.entries(map).filter(([one]) => one !== key));
