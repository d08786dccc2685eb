import { looksLikeDomain } from '../image/grammar.ts';
import { canonicalHost } from '../image/hosts.ts';
import { imageTransformer, isImageField, type Transformed } from '../kustomize/images.ts';
import type { Place } from '../release/use.ts';
import { type NamedImage, proxiedImageUrl, pullSecretName, readImage, UNKNOWN_SLUG } from './names.ts';
import {
  allPrivate,
  localName,
  type RewriteEntry,
  type Rewrites,
  rewriteEntries,
  rewrites,
} from './rewrite.ts';
import type { Scenario } from './scenario.ts';

/** What the app manager turns an image into. */
export interface Deployment {
  /** The image that is pulled, with the tag and digest of the use. */
  readonly image: string;
  /** The registry that it is pulled from. */
  readonly host: string;
  /** The pull secret that the app manager adds; null where it adds none. */
  readonly pullSecret: string | null;
  /** Where the name that is pulled is written: `overlays/midstream`, or what the release says stays. */
  readonly layer: 'base' | 'overlays/midstream' | 'kotsKinds' | 'helm';
  /** The `images` entry that changed it. */
  readonly entry: RewriteEntry | null;
  /** Whether it could be another image if what was assumed (private or not, the app's slug) is not so. */
  readonly assumed: boolean;
  /** One sentence for people: why. */
  readonly reason: string;
}

/** The rewriting of one version, made once and asked for each of its images. */
export interface DeploymentPlan extends Rewrites {
  readonly scenario: Scenario;
  transform(image: string): Transformed;
}

/** Where an image is used. Without it: a container that the app manager looks at. */
export interface Where {
  readonly place: Place;
  /** Of the resource; needed for places that the app manager does not look at. */
  readonly kind?: string;
  readonly field?: string;
}

/** Plans a version: all images of its manifests, because the entries of one can catch another. */
export function planDeployment(
  scenario: Scenario,
  images: readonly (string | NamedImage)[],
  kotsKinds: readonly (string | NamedImage)[] = [],
): DeploymentPlan {
  const made = rewriteEntries(scenario, images, kotsKinds);
  return { scenario, ...made, transform: imageTransformer(made.entries) };
}

/**
 * What an image of a planned version becomes, or null for a text that is no reference and for places that nothing
 * is pulled from (`additionalImages`, `excludedImages`, a chart's `builder`, a kustomization).
 */
export function deployedIn(
  plan: DeploymentPlan,
  image: string | NamedImage,
  where: Where = { place: 'container' },
): Deployment | null {
  const named = typeof image === 'string' ? read(image) : image;
  if (named === null) return null;
  switch (where.place) {
    case 'additional-image':
    case 'excluded-image':
    case 'builder':
    case 'kustomization':
      return null;
    case 'collector':
      return collector(plan.scenario, named);
    case 'chart-v1beta2':
    case 'chart-values':
    case 'chart-defaults':
    case 'extension':
      return asWritten(
        named,
        'helm',
        'Charts are installed with their values as they are; nothing rewrites them.',
      );
    case 'container':
    case 'chart-v1beta1':
      return manifest(plan, named, true);
    case 'unseen-container':
      return unseen(plan, named, where);
  }
}

/** What an image becomes where it is the only one of its version. */
export const deployed = (scenario: Scenario, image: string | NamedImage): Deployment | null =>
  deployedIn(planDeployment(scenario, [image]), image);

const slugOf = (scenario: Scenario): string => scenario.appSlug ?? UNKNOWN_SLUG;

/** The secret is named after the app that is installed, whatever the licence's is called. */
const secretOf = (scenario: Scenario): string => pullSecretName(scenario.installedSlug ?? slugOf(scenario));

function manifest(plan: DeploymentPlan, named: NamedImage, seen: boolean): Deployment {
  const { scenario } = plan;
  if (scenario.installer === 'helm' || scenario.installer === 'embedded-cluster-3')
    return asWritten(
      named,
      'base',
      `${scenario.installer === 'helm' ? 'Helm' : 'Embedded Cluster 3'} installs manifests as they are; nothing rewrites them.`,
    );
  const { name, entry } = transformed(plan, named.name);
  const image = name + named.suffix;
  return {
    image,
    host: hostOf(image),
    pullSecret: seen ? secretOf(scenario) : null,
    layer: name === named.name ? 'base' : 'overlays/midstream',
    entry,
    assumed: isAssumed(plan, named, name),
    reason: reasonOf(scenario, named, entry),
  };
}

function transformed(plan: DeploymentPlan, name: string): { name: string; entry: RewriteEntry | null } {
  const { image, applied } = plan.transform(name);
  const last = applied.at(-1);
  return { name: image, entry: last === undefined ? null : (plan.entries[last] ?? null) };
}

/** Only what would come out otherwise rests on an assumption. */
function isAssumed({ scenario }: DeploymentPlan, named: NamedImage, name: string): boolean {
  if (scenario.appSlug === null && name.includes(`/proxy/${UNKNOWN_SLUG}/`)) return true;
  if (!rewrites(scenario) || scenario.localRegistry !== null || allPrivate(scenario)) return false;
  const privacy = scenario.isPrivate(named.name + named.suffix);
  if (!privacy.assumed) return false;
  const otherwise = { ...scenario, isPrivate: () => ({ private: !privacy.private, assumed: true }) };
  const plan = planDeployment(otherwise, [named]);
  return plan.transform(named.name).image !== name;
}

function reasonOf(scenario: Scenario, named: NamedImage, entry: RewriteEntry | null): string {
  if (!rewrites(scenario)) return 'Without a licence and a local registry nothing is rewritten.';
  if (scenario.localRegistry !== null)
    return entry === null
      ? `No entry for the local registry matches the name as it is written, so the cluster pulls it from where it says.`
      : `Every image is moved to the local registry ${scenario.localRegistry.host}.`;
  if (entry !== null && entry.newName === named.name) return 'It is pulled through the proxy already.';
  if (entry !== null && !entry.newName.includes('/proxy/'))
    return `Replicated's registry has the domain ${scenario.registryDomain} in this release.`;
  const privacy = scenario.isPrivate(named.name + named.suffix);
  const because = scenario.airgap
    ? 'In an air gap installation every image counts as private'
    : scenario.proxyPublicImages
      ? 'The Application asks for public images to be proxied too (proxyPublicImages)'
      : `It ${privacy.assumed ? 'is taken to be' : 'is'} ${privacy.private ? 'private' : 'public'}`;
  if (entry !== null) return `${because}, so the app manager pulls it through the proxy.`;
  if (!allPrivate(scenario) && !privacy.private) return `${because}, so the app manager leaves it as it is.`;
  return hostOf(named.name) === canonicalHost(scenario.registryDomain)
    ? "It is in Replicated's registry, which the licence opens, so the app manager leaves it as it is."
    : `${because}, but no entry matches the name as it is written, so it stays as it is.`;
}

/** The app manager makes no entry for it, but kustomize reaches most containers with entries made for others. */
function unseen(plan: DeploymentPlan, named: NamedImage, { kind, field }: Where): Deployment {
  const reached = kind !== undefined && field !== undefined && isImageField(kind, field);
  const deployment = manifest(plan, named, false);
  if (reached && deployment.entry !== null) return deployment;
  return asWritten(named, 'base', 'The app manager does not look for images here, so it stays as it is.');
}

/**
 * An image of a support bundle's or preflight's collector. Other code rewrites these (KOTS,
 * pkg/registry/troubleshoot.go): a local registry takes the last part with its tag and digest; the proxy gets what
 * stands behind the last `:` as the tag, so that a digest is taken for a tag there.
 */
function collector(scenario: Scenario, named: NamedImage): Deployment {
  const written = named.name + named.suffix;
  const { localRegistry, proxyDomain, registryDomain } = scenario;
  if (!rewrites(scenario)) return asWritten(named, 'kotsKinds', 'Collectors run with the image as it is.');
  if (localRegistry !== null) {
    const { host } = localRegistry;
    const image = written.startsWith(`${host}/`)
      ? written
      : localName(localRegistry, named.name) + named.suffix;
    return {
      ...asWritten(named, 'kotsKinds', `Every image is moved to the local registry ${host}.`),
      image,
      host,
    };
  }
  const privacy = allPrivate(scenario) ? { private: true, assumed: false } : scenario.isPrivate(written);
  const kept = !privacy.private || written.split('/', 1)[0] === registryDomain;
  const colon = written.lastIndexOf(':');
  const proxied =
    proxiedImageUrl(proxyDomain, slugOf(scenario), written) + (colon === -1 ? '' : written.slice(colon));
  const image = kept ? written : proxied;
  return {
    ...asWritten(
      named,
      'kotsKinds',
      kept
        ? 'The collector runs with the image as it is.'
        : 'It is private, so the collector pulls it through the proxy.',
    ),
    image,
    host: hostOf(image),
    assumed: privacy.assumed && proxied !== written,
  };
}

function asWritten(named: NamedImage, layer: Deployment['layer'], reason: string): Deployment {
  const image = named.name + named.suffix;
  return { image, host: hostOf(image), pullSecret: null, layer, entry: null, assumed: false, reason };
}

function read(image: string): NamedImage | null {
  const named = readImage(image);
  return 'problem' in named ? null : named;
}

/** The registry of a name; by hand, because a stand-in for the app's slug is no valid path. */
function hostOf(image: string): string {
  const slash = image.indexOf('/');
  const first = slash === -1 ? '' : image.slice(0, slash);
  return looksLikeDomain(first) ? canonicalHost(first) : 'docker.io';
}
