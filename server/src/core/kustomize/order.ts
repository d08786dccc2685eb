import type { Resource } from './resource.ts';

const first = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const ranks: ReadonlyMap<string, number> = new Map([
  ...first.map((kind, index) => [kind, index - first.length] as const),
  ...last.map((kind, index) => [kind, index + 1] as const),
]);

/**
 * Resources in the order in which `kustomize build` writes them unless told otherwise (the "legacy" order in
 * api/internal/builtins/SortOrderTransformer.go): what others need first, then by group, version, kind, namespace
 * and name.
 */
export const inBuildOrder = (resources: readonly Resource[]): Resource[] =>
  resources
    .map((resource) => ({ resource, rank: ranks.get(resource.kind) ?? 0, keys: keysOf(resource) }))
    .sort((a, b) => a.rank - b.rank || compare(a.keys.kind, b.keys.kind) || compare(a.keys.id, b.keys.id))
    .map(({ resource }) => resource);

/** With stand-ins for what is missing that sort behind every name. */
function keysOf({ group, version, kind, namespace, name }: Resource): { kind: string; id: string } {
  return {
    kind: `${group || '~G'}_${version || '~V'}_${kind || '~K'}`,
    id: `${namespace || '~X'}|${name || '~N'}`,
  };
}

/** By code point, as Go compares. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
