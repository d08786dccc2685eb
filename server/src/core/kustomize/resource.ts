import { isPlainList, isPlainMap, type Plain, type PlainMap, textAt } from '../manifest/plain.ts';

/** An object of a build, with what kustomize knows it by. */
export interface Resource {
  readonly value: PlainMap;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** As written; '' where nothing is written. */
  readonly namespace: string;
  /** Group, version, kind, name and effective namespace: no two resources of a build may share it. */
  readonly id: string;
}

/** Why kustomize would refuse to build. */
export class KustomizeError extends Error {
  readonly path: string;

  /** @param path of the file that it is about */
  constructor(message: string, path: string) {
    super(message);
    this.path = path;
  }
}

/**
 * The resources of one document: none for an empty one, the items of a List, else itself.
 * @param path for what is said of it
 */
export function resourcesOf(document: Plain, path: string): Resource[] {
  if (document === null) return [];
  if (!isPlainMap(document)) throw new KustomizeError('It holds no object, so kustomize refuses it.', path);
  const kind = textAt(document, 'kind');
  if (kind.endsWith('List') && isPlainList(document.items))
    return document.items.flatMap((item) => resourcesOf(item, path));
  if (kind === '') throw new KustomizeError('An object without a kind stops kustomize.', path);
  if (textAt(document, 'metadata', 'name') === '')
    throw new KustomizeError(`The ${kind} has no metadata.name, which stops kustomize.`, path);
  return [resourceOf(document)];
}

/** The resource that a value is now. */
export function resourceOf(value: PlainMap): Resource {
  const apiVersion = textAt(value, 'apiVersion');
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const kind = textAt(value, 'kind');
  const name = textAt(value, 'metadata', 'name');
  const namespace = textAt(value, 'metadata', 'namespace');
  const where = isClusterScoped(group, kind) ? '' : namespace === '' ? 'default' : namespace;
  return {
    value,
    group,
    version,
    kind,
    name,
    namespace,
    id: JSON.stringify([group, version, kind, name, where]),
  };
}

/** The resource as people name it. */
export const described = ({ kind, name, namespace }: Resource): string =>
  `${kind} ${name}${namespace === '' ? '' : ` in ${namespace}`}`;

const clusterScoped: Readonly<Record<string, readonly string[]>> = {
  '': ['ComponentStatus', 'Namespace', 'Node', 'PersistentVolume'],
  'admissionregistration.k8s.io': [
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    'MutatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
  ],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'apiregistration.k8s.io': ['APIService'],
  'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
  'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
  'networking.k8s.io': ['IPAddress', 'IngressClass', 'ServiceCIDR'],
  'node.k8s.io': ['RuntimeClass'],
  policy: ['PodSecurityPolicy'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'scheduling.k8s.io': ['PriorityClass'],
  'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
};

/** Of kinds that are not Kubernetes' own nobody can know, and kustomize takes them to have namespaces. */
const isClusterScoped = (group: string, kind: string): boolean =>
  Object.hasOwn(clusterScoped, group) && (clusterScoped[group] ?? []).includes(kind);
