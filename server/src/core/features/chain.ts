import type { Verdict } from '../knowledge/knowledge.ts';
import type { Deployment } from '../kots/deployment.ts';
import { midstreamKustomization } from '../kots/midstream.ts';
import { stripTagAndDigest, UNKNOWN_SLUG } from '../kots/names.ts';
import { allPrivate, localName, rewrites } from '../kots/rewrite.ts';
import type { LocalRegistry } from '../kots/scenario.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { ReleaseContext, Templates } from '../release/context.ts';
import type { ReadUse } from '../release/reading.ts';
import { textAt } from '../release/tree.ts';
import type { Place } from '../release/use.ts';
import type { Snapshot } from '../session/snapshot.ts';
import { deployedOf, privacyOf, type ReleasePlan } from './deployed.ts';
import { age } from './figures.ts';
import { code, escaped } from './markdown.ts';
import { templateOutcome } from './template-outcome.ts';

/** An image use with all that its way to the cluster depends on. */
export interface OnItsWay {
  readonly read: ReadUse;
  readonly document: ManifestDocument;
  readonly context: ReleaseContext;
  /** As they come out under the plan's scenario. */
  readonly templates: Templates | undefined;
  readonly plan: ReleasePlan;
  readonly snapshot: Snapshot;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const midstream = 'overlays/midstream/kustomization.yaml';

/**
 * The way of an image from the file to the cluster, a line of Markdown for each step: as written, after templates,
 * normalised, private or not and who says so, rewritten by which line of which file. What is pulled in the end is told
 * elsewhere. Steps that change nothing are left out.
 * @param excluded what in the document says that it is not installed
 */
export function chainOf(way: OnItsWay, excluded: string | null): string[] {
  const deployment = excluded === null ? deployedOf(way.read, way.plan) : null;
  const steps = [
    `Written: ${code(way.read.use.written)}`,
    ...templateStep(way),
    ...normalStep(way.read),
    ...(excluded === null ? [] : [`Not installed: ${code(excluded)}`]),
    ...(deployment === null && excluded === null ? notPulledStep(way.read.use.place) : []),
    ...(deployment === null ? [] : privacyStep(way, deployment)),
    ...(deployment === null ? [] : rewriteStep(way, deployment)),
  ];
  return steps.map((step, i) => `${i + 1}. ${step}`);
}

function templateStep({ read, templates }: OnItsWay): string[] {
  const { use, rendered } = read;
  if (use.unknown.length === 0) return [];
  if (rendered !== null) return [`After templates: ${code(rendered)}`];
  if (use.place === 'chart-values' || use.place === 'chart-defaults' || use.place === 'builder')
    return ['After templates: the same; the app manager renders none here'];
  const outcome = templateOutcome(read, templates);
  switch (outcome?.kind) {
    case 'refused':
      return [`After templates: nothing, the app manager refuses the file: ${escaped(outcome.said)}`];
    case 'unknown':
      return [`After templates: not known before it is installed: ${outcome.asked.map(code).join(', ')}`];
    case 'no-reference':
      return [`After templates: ${code(outcome.text)}, which is no image reference`];
    default:
      return ['After templates: not known before it is installed'];
  }
}

function normalStep({ use, rendered, canonical }: ReadUse): string[] {
  return canonical === null || canonical === (rendered ?? use.written)
    ? []
    : [`Normalised: ${code(canonical)}`];
}

const notPulled: Readonly<Partial<Record<Place, string>>> = {
  'additional-image':
    'Pulled by nothing because of this line; it makes air gap bundles and local registries hold the image',
  'excluded-image': 'Left out of air gap bundles',
  builder:
    'Read by the vendor portal, which puts the image into air gap bundles; nothing is installed from here',
};

const notPulledStep = (place: Place): string[] => {
  const said = notPulled[place];
  return said === undefined ? [] : [said];
};

/** Whether anything is decided by the image being private. */
const privacyMatters = ({ scenario }: ReleasePlan['plan'], place: Place): boolean =>
  rewrites(scenario) &&
  scenario.localRegistry === null &&
  (place === 'container' || place === 'chart-v1beta1' || place === 'collector');

function privacyStep(way: OnItsWay, deployment: Deployment): string[] {
  const { read, context, plan, snapshot, now } = way;
  const { scenario } = plan.plan;
  if (!privacyMatters(plan.plan, read.use.place)) return [];
  if (scenario.airgap) return ['Counts as private: in an air gap installation every image does'];
  if (allPrivate(scenario))
    return [
      'Counts as private: the Application asks for public images to be proxied too (proxyPublicImages)',
    ];
  const name = read.rendered ?? read.use.written;
  const { private: isPrivate, byInstallation } = scenario.isPrivate(name);
  const word = isPrivate ? 'Private' : 'Public';
  if (byInstallation) return [`${word}: the customer's Installation says so (knownImages)`];
  const { assumed, by } = privacyOf(name, context, snapshot.knowledge);
  if (by !== null) return [`${word}: ${proof(by, isPrivate)}${whoSaid(by, now)}`];
  const host = code(read.registry?.host ?? deployment.host);
  if (assumed)
    return [
      `${word}, *assumed*: nobody was asked, and ${host} is ${isPrivate ? 'not known for public images' : 'known for public images'}`,
    ];
  return [`${word}: ${host} gives nothing to those who do not sign in`];
}

const proof = ({ status, access }: Verdict, isPrivate: boolean): string =>
  !isPrivate
    ? 'it was served to somebody who did not sign in'
    : access === 'credentials'
      ? 'it was served only after signing in'
      : status === 'denied'
        ? 'access was denied'
        : 'not served without signing in';

const whoSaid = ({ from, checkedAt }: Verdict, now: number): string => {
  const who = [
    ...(from === null ? [] : [escaped(from)]),
    ...(checkedAt === null ? [] : [age(now - checkedAt)]),
  ];
  return who.length === 0 ? '' : ` (${who.join(', ')})`;
};

function rewriteStep(way: OnItsWay, deployment: Deployment): string[] {
  const { read, document, plan } = way;
  const { entry, layer, reason, assumed } = deployment;
  const sentence = escaped(reason.replace(/\.$/, ''));
  const suffix = assumed ? ' *(assumed)*' : '';
  if (layer === 'helm')
    return [
      `${valuesFile(read.use.place, document)} as it is: in charts' values the app manager rewrites no image and adds no pull secret`,
    ];
  if (entry === null) return [`Not rewritten: ${sentence}${suffix}`];
  const where =
    read.use.place === 'chart-v1beta1'
      ? 'the midstream kustomization of the chart'
      : `line ${lineOfEntry(plan, entry.name)} of ${code(midstream)}`;
  return [
    `Rewritten by ${where}, ${code(`name: ${entry.name}`)}, to ${code(entry.newName)}: ${sentence}${suffix}`,
  ];
}

/** The 1-based line of the kustomization that the app manager writes on which an entry names its image. */
function lineOfEntry({ plan, hasImages }: ReleasePlan, name: string): number {
  const appSlug = plan.scenario.appSlug ?? UNKNOWN_SLUG;
  const upTo = plan.entries.slice(0, plan.entries.findIndex((entry) => entry.name === name) + 1);
  const lines = midstreamKustomization({ appSlug, entries: upTo, hasImages }).split('\n');
  return lines.findLastIndex((line) => line.startsWith('  newName: '));
}

/** Where the values of a chart are written that a HelmChart installs. */
function valuesFile(place: Place, document: ManifestDocument): string {
  if (place !== 'chart-v1beta2') return "In the chart's values";
  const { root } = document;
  const release = textAt(root, 'spec', 'releaseName') || textAt(root, 'spec', 'chart', 'name');
  return release === null || release === '' || release.includes('{{')
    ? "In the chart's values"
    : `In ${code(`helm/${release}/values.yaml`)}`;
}

/** A registry of a customer's, to show by example what becomes of an image there. */
export const exampleRegistry: LocalRegistry = {
  host: 'registry.customer.example',
  namespace: 'namespace',
  username: null,
};

/**
 * What becomes of an image where the cluster has no way out and all images are in the customer's registry, as a line
 * of Markdown. Null where that says nothing new: Helm's installations have no such step.
 * @param online the use as it is read online
 * @param airGap the same use, the plan with `exampleRegistry`, and what is known to keep it from being pulled there
 */
export function airGapLine(
  online: ReadUse,
  airGap: {
    readonly read: ReadUse;
    readonly plan: ReleasePlan;
    noteOf(deployment: Deployment): string | null;
  },
): string | null {
  const { scenario } = airGap.plan.plan;
  const registry = scenario.localRegistry;
  if (registry === null || scenario.installer === 'helm') return null;
  // What a chart's own values say may be overridden, and of extensions nobody has said it.
  const { place } = online.use;
  if (place === 'chart-values' || place === 'extension') return null;
  const deployment = deployedOf(airGap.read, airGap.plan);
  if (deployment === null) return null;
  const pulled = `**Air gap:** pulled as ${code(deployment.image)}`;
  const note = airGap.noteOf(deployment);
  // Embedded Cluster 3 keeps paths in ways of its own.
  const keepsPath = scenario.installer === 'embedded-cluster-3' || online.source === null;
  const held = keepsPath ? null : localName(registry, online.source.reference.path);
  if (held !== null && deployment.host === registry.host && stripTagAndDigest(deployment.image) !== held)
    return `${pulled}, but the customer's registry holds it as ${code(held)}: of a path only the last part is kept`;
  if (note !== null) return `${pulled}. ${escaped(note)}`;
  return held === null ? pulled : `${pulled}, where the customer's registry holds it`;
}
