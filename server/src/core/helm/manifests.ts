import { parsePlain, textAt } from '../manifest/plain.ts';

/** An object among what a chart renders. */
export interface HelmManifest {
  /** The template that made it, `web/templates/a.yaml`. */
  readonly path: string;
  readonly text: string;
}

/** What a chart is installed as, in the order in which Helm installs it. */
export interface HelmManifests {
  readonly manifests: readonly HelmManifest[];
  readonly hooks: readonly HelmManifest[];
}

/** What rendered files hold that is no YAML. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/**
 * Rendered files as objects, by kind, and of one kind in the order of their files (Helm, pkg/releaseutil).
 * @throws {ManifestError} where one is no YAML; Helm then renders nothing
 */
export function manifestsIn(files: ReadonlyMap<string, string>): HelmManifests {
  const manifests: (HelmManifest & { readonly kind: string })[] = [];
  const hooks: typeof manifests = [];
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const text of documentsIn(content)) {
      const read = parsePlain(text);
      if (!read.ok) throw new ManifestError(`YAML parse error on ${path}: ${read.message}`);
      const events = textAt(read.value, 'metadata', 'annotations', 'helm.sh/hook');
      const found = { path, text, kind: textAt(read.value, 'kind') };
      if (events === '') manifests.push(found);
      else if (events.split(',').every((event) => known.has(event.trim().toLowerCase()))) hooks.push(found);
    }
  return { manifests: sorted(manifests), hooks: sorted(hooks) };
}

/** Helm cuts at every line that starts with three dashes. */
const documentsIn = (content: string): string[] =>
  content
    .trim()
    .split(/(?:^|\s*\n)---\s*/)
    .map((text) => text.trim())
    .filter((text) => text !== '');

/** What is of an unknown event is not installed. */
const known: ReadonlySet<string> = new Set([
  'pre-install',
  'post-install',
  'pre-delete',
  'post-delete',
  'pre-upgrade',
  'post-upgrade',
  'pre-rollback',
  'post-rollback',
  'test',
  'test-success',
]);

function sorted<T extends { readonly kind: string }>(manifests: readonly T[]): readonly T[] {
  const rank = ({ kind }: T): number => {
    const at = order.indexOf(kind);
    return at < 0 ? order.length : at;
  };
  return [...manifests].sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    if (first !== second) return first - second;
    return first < order.length || a.kind === b.kind ? 0 : a.kind < b.kind ? -1 : 1;
  });
}

const order = [
  ...['PriorityClass', 'Namespace', 'NetworkPolicy', 'ResourceQuota', 'LimitRange', 'PodSecurityPolicy'],
  ...['PodDisruptionBudget', 'ServiceAccount', 'Secret', 'SecretList', 'ConfigMap', 'StorageClass'],
  ...['PersistentVolume', 'PersistentVolumeClaim', 'CustomResourceDefinition', 'ClusterRole'],
  ...['ClusterRoleList', 'ClusterRoleBinding', 'ClusterRoleBindingList', 'Role', 'RoleList', 'RoleBinding'],
  ...['RoleBindingList', 'Service', 'DaemonSet', 'Pod', 'ReplicationController', 'ReplicaSet', 'Deployment'],
  ...['HorizontalPodAutoscaler', 'StatefulSet', 'Job', 'CronJob', 'IngressClass', 'Ingress', 'APIService'],
];
