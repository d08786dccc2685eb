import { mayHoldMore } from '../manifest/may-hold-more.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { ReleaseHints } from './context.ts';
import { isChartValues, type Role } from './role.ts';
import { aliasBudget, asScalar, asSequence, type Found, get, itemsOf, path, textAt } from './tree.ts';
import type { ImageUse } from './use.ts';
import { usesOfApplication } from './uses/application.ts';
import { usesOfCollectors } from './uses/collectors.ts';
import { usesOfEmbeddedCluster } from './uses/embedded-cluster.ts';
import { usesOfHelmChart } from './uses/helmchart.ts';
import { usesOfKustomization } from './uses/kustomization.ts';
import { scalarPart } from './uses/part.ts';
import { type ImagelessContainer, podSpecs, usesOfPod } from './uses/pods.ts';
import { usesOfValues } from './uses/values.ts';

/** What a Kubernetes object says it is. */
export interface ResourceName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | null;
  readonly namespace: string | null;
}

/** What one document says, as far as it can be told from the document and its role alone. */
export interface DocumentFacts {
  /** Null for values files and for YAML that is no Kubernetes object. */
  readonly resource: ResourceName | null;
  readonly uses: readonly ImageUse[];
  readonly imageless: readonly ImagelessContainer[];
  /** What it adds to its whole release. */
  readonly hints: ReleaseHints | null;
}

const nothing: DocumentFacts = { resource: null, uses: [], imageless: [], hints: null };

const memory = new WeakMap<ManifestDocument, { role: Role; facts: DocumentFacts }>();

/** The facts of a document; remembered for as long as the document is. */
export function factsOf(document: ManifestDocument, role: Role): DocumentFacts {
  const known = memory.get(document);
  if (known?.role === role) return known.facts;
  const facts = readFacts(document, role);
  memory.set(document, { role, facts });
  return facts;
}

function readFacts(document: ManifestDocument, role: Role): DocumentFacts {
  if (document.root === null || role === 'configuration') return nothing;
  const root: Found = { node: document.root, via: null };
  if (isChartValues(role))
    return {
      ...nothing,
      uses: usesOfValues(
        root,
        '',
        'chart-values',
        (found) => scalarPart(found, document.text),
        aliasBudget(),
      ),
    };
  const resource = resourceName(root);
  if (role === 'kustomization' || (resource?.kind === 'Kustomization' && isKustomize(resource.apiVersion)))
    return { ...nothing, resource, uses: usesOfKustomization(root, document.text) };
  if (resource === null) return nothing;
  const { uses, imageless } = usesOfResource(root, resource, document.text);
  return {
    resource,
    uses,
    // A template on a line of its own may write the image that seems to be missing.
    // So may the object that a patch is laid over hold it.
    imageless: role === 'patch' ? [] : imageless.filter(({ node }) => !mayHoldMore(document, node)),
    hints: hintsOf(root, resource),
  };
}

const isKustomize = (apiVersion: string): boolean => apiVersion.startsWith('kustomize.config.k8s.io/');

function resourceName(root: Found): ResourceName | null {
  const apiVersion = textAt(root, 'apiVersion');
  const kind = textAt(root, 'kind');
  if (apiVersion === null || kind === null || apiVersion === '' || kind === '') return null;
  return {
    apiVersion,
    kind,
    name: textAt(root, 'metadata', 'name'),
    namespace: textAt(root, 'metadata', 'namespace'),
  };
}

function usesOfResource(
  root: Found,
  { apiVersion, kind }: ResourceName,
  text: string,
): { uses: ImageUse[]; imageless: ImagelessContainer[] } {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
  const only = (uses: ImageUse[]) => ({ uses, imageless: [] });
  switch (group) {
    case 'kots.io':
      if (kind === 'HelmChart') return only(usesOfHelmChart(root, apiVersion, text));
      return only(kind === 'Application' ? usesOfApplication(root, text) : []);
    case 'troubleshoot.sh':
    case 'troubleshoot.replicated.com':
      return only(usesOfCollectors(root, text));
    case 'embeddedcluster.replicated.com':
      return only(usesOfEmbeddedCluster(root, text));
  }
  if (kind === 'List' && asSequence(get(root, 'items')) !== null) return only(usesOfList(root, text));
  const uses: ImageUse[] = [];
  const imageless: ImagelessContainer[] = [];
  for (const pod of podSpecs(root, kind)) {
    const found = usesOfPod(pod, text);
    uses.push(...found.uses);
    imageless.push(...found.imageless);
  }
  return { uses, imageless };
}

function hintsOf(root: Found, { apiVersion, kind }: ResourceName): ReleaseHints | null {
  if (apiVersion === 'kots.io/v1beta1' && kind === 'Application')
    return {
      proxyDomain: plain(root, 'spec', 'proxyRegistryDomain'),
      registryDomain: plain(root, 'spec', 'replicatedRegistryDomain'),
      proxyPublicImages: asScalar(path(root, 'spec', 'proxyPublicImages'))?.node.value === true,
      installer: 'kots',
    };
  if (apiVersion.startsWith('embeddedcluster.replicated.com/') && kind === 'Config')
    return {
      ...noHints,
      proxyDomain: plain(root, 'spec', 'domains', 'proxyRegistryDomain'),
      registryDomain: plain(root, 'spec', 'domains', 'replicatedRegistryDomain'),
      installer: /^v?3\./.test(textAt(root, 'spec', 'version') ?? '')
        ? 'embedded-cluster-3'
        : 'embedded-cluster-2',
    };
  return null;
}

const noHints: ReleaseHints = {
  proxyDomain: null,
  registryDomain: null,
  proxyPublicImages: false,
  installer: null,
};

/** A text without templates. */
function plain(root: Found, ...keys: string[]): string | null {
  const scalar = asScalar(path(root, ...keys))?.node;
  return scalar === undefined || scalar.text === '' || scalar.templates.length > 0 ? null : scalar.text;
}

/** Items of a List are installed, but the app manager does not look into them for images. */
function usesOfList(root: Found, text: string): ImageUse[] {
  return itemsOf(get(root, 'items')).flatMap((item, i) => {
    const kind = item === null ? null : textAt(item, 'kind');
    if (item === null || kind === null) return [];
    return podSpecs(item, kind).flatMap(
      (pod) =>
        usesOfPod({ ...pod, field: `items[${i}].${pod.field}`, seen: false }, text, 'unseen-container').uses,
    );
  });
}
