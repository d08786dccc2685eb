import { sameRegistry } from '../image/hosts.ts';
import type { Deployment } from '../kots/deployment.ts';
import type { Scenario } from '../kots/scenario.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import { linkOf } from '../release/charts/links.ts';
import { factsOf } from '../release/facts.ts';
import type { ReadUse } from '../release/reading.ts';
import { isChartValues } from '../release/role.ts';
import type { ImageUse } from '../release/use.ts';
import { filesOf, type Release, type Snapshot } from '../session/snapshot.ts';

/** What the vendor portal puts into the air gap bundle of a release. */
export interface Bundle {
  /** Last parts of names → tags and digests as written, '' for an image without. */
  readonly held: ReadonlyMap<string, ReadonlySet<string>>;
  /** What `excludedImages` names, as written. */
  readonly excluded: ReadonlySet<string>;
}

/**
 * The images of an air gap bundle, as the vendor portal finds them (ported to replicatedhq/replicated
 * pkg/imageextract): those of manifests without templates, `additionalImages`, collectors that run an image, and
 * charts as `builder` makes them. Of a chart all that its own values name counts, because its templates are not read.
 */
export function bundleOf(snapshot: Snapshot, release: Release): Bundle {
  const held = new Map<string, Set<string>>();
  const excluded = new Set<string>();
  const add = (text: string): void => {
    const { last, suffix } = partsOf(text);
    const suffixes = held.get(last);
    if (suffixes === undefined) held.set(last, new Set([suffix]));
    else suffixes.add(suffix);
  };
  for (const { file, role } of filesOf(snapshot, release))
    for (const { document } of file.documents) {
      const { uses } = factsOf(document, role);
      for (const use of uses)
        if (use.place === 'excluded-image') excluded.add(use.written);
        else if (use.unknown.length === 0 && (isChartValues(role) || isFound(use))) add(use.written);
    }
  for (const { images } of release.context.charts ?? [])
    for (const { parts } of images) {
      const name = parts.repository?.text ?? parts.image?.text ?? '';
      add(name + (parts.tag?.text ? `:${parts.tag.text}` : ''));
    }
  return { held, excluded };
}

/** Whether the vendor portal looks at a place. */
function isFound({ place, field }: ImageUse): boolean {
  if (place === 'collector') return /\.run\.image$/.test(field);
  if (place === 'unseen-container') return field.startsWith('spec.ephemeralContainers');
  return place === 'container' || place === 'additional-image' || place === 'builder';
}

/** The last part of an image's name and what stands behind it; by hand, because CI variables may stand there. */
function partsOf(text: string): { last: string; suffix: string } {
  const last = text.slice(text.lastIndexOf('/') + 1);
  const end = last.search(/[:@]/);
  return end === -1 ? { last, suffix: '' } : { last: last.slice(0, end), suffix: last.slice(end) };
}

/**
 * Why an image cannot be pulled in an air gap, one sentence for people; null where nothing says so. The customer's
 * registry holds what the bundle does, by the last part of its name.
 */
export function airgapNote(
  read: ReadUse,
  document: ManifestDocument,
  deployment: Deployment,
  bundle: Bundle,
  scenario: Scenario,
  release: Release,
): string | null {
  const { use } = read;
  if (!scenario.airgap || use.place === 'extension') return null;
  const { localRegistry } = scenario;
  const { host = '' } = localRegistry ?? {};
  // Some say the namespace with the host.
  const isLocal = deployment.image.startsWith(`${host}/`) || sameRegistry(deployment.host, host);
  if (localRegistry !== null && !isLocal)
    return `An air gap has no way to ${deployment.host}: name the customer's registry with a template.`;
  if (bundle.excluded.has(use.written)) return 'Not in the air-gap bundle: excludedImages leaves it out.';
  if (isHeld(deployment.image, bundle)) return null;
  const inChart = use.place.startsWith('chart-');
  if (!inChart) {
    const why =
      use.unknown.length > 0
        ? 'the vendor portal renders no templates'
        : 'the vendor portal does not look here';
    return `Not in the air-gap bundle, because ${why}: add it to additionalImages of the Application.`;
  }
  const known = isChartKnown(document, release);
  return `Not in the air-gap bundle${known ? '' : ", unless the chart's own values name it"}: add it to spec.builder or additionalImages.`;
}

const isChartKnown = (document: ManifestDocument, { context }: Release): boolean =>
  linkOf(document, context.charts ?? []) !== null;

function isHeld(image: string, { held }: Bundle): boolean {
  const { last, suffix } = partsOf(image);
  const suffixes = held.get(last);
  if (suffixes === undefined) return false;
  // A chart may make the tag that is missing on one side; no tag stands for the latest.
  const bare = suffix === '' || suffix === ':latest';
  return (
    bare || suffixes.has(suffix) || suffixes.has('') || suffixesOf(suffix).some((each) => suffixes.has(each))
  );
}

/** Of a name with tag and digest, what each says alone. */
function suffixesOf(suffix: string): string[] {
  const at = suffix.indexOf('@');
  return at > 0 ? [suffix.slice(0, at), suffix.slice(at)] : [];
}
