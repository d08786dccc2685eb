import { DEFAULT_REGISTRY_DOMAIN } from '../image/hosts.ts';
import { normalize, repositoryOf } from '../image/normal.ts';
import { parseReference } from '../image/parse.ts';
import type { ReferenceProblem } from '../image/reference.ts';
import { altNames, type NamedImage, proxiedImageUrl, readImage, UNKNOWN_SLUG } from './names.ts';
import type { LocalRegistry, Scenario } from './scenario.ts';

/** An `images` entry of the midstream kustomization. It never has a tag or digest: they are blanked on writing. */
export interface RewriteEntry {
  readonly name: string;
  readonly newName: string;
}

export interface Rewrites {
  /** In written order, each name once: the first entry of a name wins. */
  readonly entries: readonly RewriteEntry[];
  /** Images that are no references. One is enough for the app manager to refuse the whole version. */
  readonly failures: readonly { readonly image: string; readonly problem: ReferenceProblem }[];
}

/**
 * The entries that the app manager writes for the images of a version.
 *
 * With a local registry every image is moved there, its path flattened to the last part (RewriteImages in KOTS,
 * pkg/base/rewrite.go); else, with a licence, private ones go through the proxy (RewritePrivateImages there). In
 * proxy mode the entry's name is normalised and its newName made of the name as written; in local mode it is the
 * other way round. Helm installs and Embedded Cluster 3 have no such step.
 *
 * @param images found in the manifests, in any order
 * @param kotsKinds found in Application and troubleshoot kinds, in their order: only moved to a local registry
 */
export function rewriteEntries(
  scenario: Scenario,
  images: readonly (string | NamedImage)[],
  kotsKinds: readonly (string | NamedImage)[] = [],
): Rewrites {
  if (!rewrites(scenario)) return { entries: [], failures: [] };
  const { localRegistry } = scenario;
  const sorted = unique(images).sort(byText);
  const taken = localRegistry === null ? sorted : unique([...sorted, ...unique(kotsKinds)]);
  const entries: RewriteEntry[] = [];
  const failures: { image: string; problem: ReferenceProblem }[] = [];
  const seen = new Set<string>();
  for (const image of taken) {
    const named = parse(image);
    if ('problem' in named) {
      failures.push(named);
      continue;
    }
    const entry = localRegistry === null ? proxyEntry(scenario, named) : localEntry(localRegistry, named);
    if (entry === null) continue;
    for (const name of altNames(entry.name)) {
      if (seen.has(name)) continue;
      seen.add(name);
      entries.push({ name, newName: entry.newName });
    }
  }
  return { entries, failures };
}

/** Whether the installer rewrites the images of manifests at all. */
export const rewrites = (scenario: Scenario): boolean =>
  (scenario.installer === 'kots' || scenario.installer === 'embedded-cluster-2') &&
  (scenario.localRegistry !== null || scenario.licensed);

/** Whether every image counts as private, whatever its registry says (UpdateInstallationImages in KOTS). */
export const allPrivate = (scenario: Scenario): boolean => scenario.airgap || scenario.proxyPublicImages;

/** Where an image is moved in a local registry, without tag and digest (DestImage in KOTS, pkg/imageutil). */
export function localName({ host, namespace }: LocalRegistry, name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return [host, namespace, last]
    .join('/')
    .split('/')
    .filter((part) => part !== '')
    .join('/');
}

function localEntry(registry: LocalRegistry, { name }: NamedImage): RewriteEntry {
  return { name, newName: localName(registry, name) };
}

function proxyEntry(scenario: Scenario, image: NamedImage): RewriteEntry | null {
  if (!allPrivate(scenario) && !scenario.isPrivate(image.name + image.suffix).private) return null;
  const parsed = parseReference(image.name);
  if (!parsed.ok) return null;
  const normal = normalize(parsed.reference);
  // Replicated's own registry takes the licence as it is; under the default domain it only gets a custom one.
  if (normal.domain === scenario.registryDomain) return null;
  if (normal.domain === DEFAULT_REGISTRY_DOMAIN)
    return { name: repositoryOf(normal), newName: `${scenario.registryDomain}/${normal.path}` };
  const slug = scenario.appSlug ?? UNKNOWN_SLUG;
  return { name: repositoryOf(normal), newName: proxiedImageUrl(scenario.proxyDomain, slug, image.name) };
}

function parse(image: string | NamedImage): NamedImage | { image: string; problem: ReferenceProblem } {
  if (typeof image !== 'string') return image;
  const read = readImage(image);
  return 'problem' in read ? { image, problem: read.problem } : read;
}

const textOf = (image: string | NamedImage): string =>
  typeof image === 'string' ? image : image.name + image.suffix;

function unique(images: readonly (string | NamedImage)[]): (string | NamedImage)[] {
  return [...new Map(images.map((image) => [textOf(image), image])).values()];
}

const byText = (a: string | NamedImage, b: string | NamedImage): number => {
  const [left, right] = [textOf(a), textOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};
