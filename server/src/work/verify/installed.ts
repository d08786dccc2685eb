import { type Difference, midstreamDifferences } from '../../core/features/installed.ts';
import { type Customer, layersOf } from '../../core/features/layers.ts';
import { canonicalHost } from '../../core/image/hosts.ts';
import type { Scenario } from '../../core/kots/scenario.ts';
import type { Release, Snapshot } from '../../core/session/snapshot.ts';
import type { Archive } from './archive.ts';
import type { VersionFinding } from './installed-version.ts';

/** An installed midstream kustomization, held against the preview's. */
export interface MidstreamFinding {
  readonly same: boolean;
  readonly differences: readonly DescribedDifference[];
  /** What stands in the way of a fair comparison, and how to get one: sentences. */
  readonly remarks: readonly string[];
}

export interface DescribedDifference extends Difference {
  /** One or two sentences for people: what it is, and what to do. */
  readonly message: string;
}

/** The customer of an archive. What the command line says of them goes first. */
export const customerIn = (
  { license, configValues, installation, version }: Archive,
  given: Customer,
): Customer => ({
  ...(license === undefined ? {} : { license }),
  ...(configValues === undefined ? {} : { configValues }),
  installation,
  ...(version.label === null ? {} : { versionLabel: version.label }),
  ...given,
});

/**
 * Holds what an app manager wrote against the preview of a release for the same customer.
 * @throws Error where the archive cannot be compared
 */
export function heldAgainstPreview(
  archive: Archive,
  { snapshot, release }: { readonly snapshot: Snapshot; readonly release: Release },
  options: {
    readonly changes: Partial<Scenario>;
    readonly customer: Customer;
    readonly version: VersionFinding;
  },
): MidstreamFinding {
  const { changes, customer, version } = options;
  const preview = layersOf(snapshot, release, changes, customer);
  const found = midstreamDifferences(archive.midstream, preview);
  if ('error' in found) throw new Error(`${archive.folder} cannot be compared. ${found.error}`);
  const { scenario } = preview;
  return {
    same: found.every(({ uncertain }) => uncertain !== null),
    differences: found.map((one) => ({ ...one, message: messageFor(one, version) })),
    remarks: [
      ...otherRegistry(found, scenario),
      ...preview.problems
        .filter(({ effect }) => effect === 'refused')
        .map(({ path, message }) => `The app manager would refuse this release: ${path}: ${message}`),
    ],
  };
}

/** Says that images are pulled from a registry of the customer's, where nobody said so. */
function otherRegistry(
  differences: readonly Difference[],
  { localRegistry, proxyDomain, registryDomain }: Scenario,
): string[] {
  if (localRegistry !== null) return [];
  const replicated = [proxyDomain, registryDomain].map(canonicalHost);
  const elsewhere = differences.flatMap(({ what, installed }) => {
    const parts = (what === 'image' ? (installed ?? '') : '').split('/');
    const host = parts[0] ?? '';
    // The app manager keeps the last part of the name alone, behind the host and the customer's namespace.
    if (!/[.:]|^localhost$/.test(host) || replicated.includes(canonicalHost(host))) return [];
    if (parts[1] === 'proxy') return [];
    const namespace = parts.slice(1, -1).join('/');
    return [`--local-registry ${host}${namespace === '' ? '' : ` --local-registry-namespace ${namespace}`}`];
  });
  return [...new Set(elsewhere)].map(
    (flags) => `Images are pulled from a registry of the customer's. Compare with ${flags}.`,
  );
}

function messageFor(difference: Difference, version: VersionFinding): string {
  const { what, kind, name, installed, preview, uncertain } = difference;
  if (uncertain !== null) return `${factOf(what, kind, name, installed, preview)} ${uncertain}`;
  const deploy =
    version.finding === 'other' && version.current !== null
      ? `Check for updates and deploy ${version.current}; where that says the same, push this release first.`
      : version.finding === 'current'
        ? 'What is current on the channel is not this release: push it, then check for updates and deploy it.'
        : 'Push this release if it is not the one that is current, then check for updates and deploy it.';
  return `${factOf(what, kind, name, installed, preview)} ${deploy}`;
}

const nouns = { image: 'the image', 'pull-secret': 'the pull secret of', annotation: 'the annotation' };

function factOf(
  what: Difference['what'],
  kind: Difference['kind'],
  name: string,
  installed: string | null,
  preview: string | null,
): string {
  const noun = nouns[what];
  switch (kind) {
    case 'missing':
      return what === 'image'
        ? `The installation pulls ${name} as it is; this release has it become ${preview}.`
        : `The installation lacks ${noun} ${name}, ${preview}.`;
    case 'added':
      return what === 'image'
        ? `The installation has ${name} become ${installed}; this release does not: it names no such image, or one that anybody may pull.`
        : `The installation has ${noun} ${name}, ${installed}; this release does not add it.`;
    case 'other':
      return what === 'image'
        ? `The installation has ${name} become ${installed}; this release has it become ${preview}.`
        : `The installation has ${installed} for ${noun} ${name}; this release has ${preview}.`;
  }
}
