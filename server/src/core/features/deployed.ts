import { registryOf } from '../image/hosts.ts';
import { normalize } from '../image/normal.ts';
import { parseReference } from '../image/parse.ts';
import type { Knowledge, Verdict } from '../knowledge/knowledge.ts';
import { type Deployment, type DeploymentPlan, deployedIn, planDeployment } from '../kots/deployment.ts';
import { type NamedImage, namedImage } from '../kots/names.ts';
import { assumedPrivacy, type Privacy, type Scenario, scenarioOf } from '../kots/scenario.ts';
import type { ReleaseContext, Templates } from '../release/context.ts';
import { type ReadUse, readAllUses, readWith } from '../release/reading.ts';
import { filesOf, type Release, type Snapshot } from '../session/snapshot.ts';
import { excludedBy } from './excluded.ts';

/** The rewriting of a release, and which uses the app manager finds for it. */
export interface ReleasePlan {
  readonly plan: DeploymentPlan;
  /** Whether any object has an image, so that pull secrets are added. */
  readonly hasImages: boolean;
}

/** Of the default scenario. */
const noChanges: Partial<Scenario> = {};

const memory = new WeakMap<Snapshot, WeakMap<Partial<Scenario>, Map<Release, ReleasePlan>>>();

/**
 * What the app manager makes of a release under a scenario; the default one where no changes are given. It is
 * remembered with the snapshot and the object that says the changes.
 */
export function planOf(
  snapshot: Snapshot,
  release: Release,
  changes: Partial<Scenario> = noChanges,
): ReleasePlan {
  const known = memory.get(snapshot)?.get(changes)?.get(release);
  if (known !== undefined) return known;
  const templates = templatesUnder(release.context, changes);
  const readIn = readerFor(release.context, templates);
  const reads = filesOf(snapshot, release).flatMap(({ file, role }) =>
    file.documents.flatMap(({ document }) => {
      const uses = readAllUses(document, role, release.context);
      return uses.length === 0 || excludedBy(document, templates) !== null ? [] : uses.map(readIn);
    }),
  );
  const inBase = reads.filter(({ use }) => use.place === 'container' || use.place === 'chart-v1beta1');
  const kotsKinds = reads.filter(({ use }) => use.place === 'additional-image' || use.place === 'collector');
  const scenario = scenarioOf(release.context, {
    isPrivate: (image) => privacyOf(image, release.context, snapshot.knowledge),
    ...changes,
  });
  const made: ReleasePlan = {
    plan: planDeployment(scenario, named(inBase), named(kotsKinds)),
    hasImages: inBase.some(({ use }) => use.place === 'container'),
  };
  const ofSnapshot = memory.get(snapshot) ?? new WeakMap<Partial<Scenario>, Map<Release, ReleasePlan>>();
  const ofChanges = ofSnapshot.get(changes) ?? new Map<Release, ReleasePlan>();
  memory.set(snapshot, ofSnapshot.set(changes, ofChanges.set(release, made)));
  return made;
}

/** The templates of a release as they come out under a scenario; those of the default one where nothing is changed. */
export function templatesUnder(
  context: ReleaseContext,
  changes: Partial<Scenario> = {},
): Templates | undefined {
  const { templates } = context;
  if (templates === undefined || Object.keys(changes).length === 0) return templates;
  return templates.under(changes);
}

/** Reads uses as these templates come out. */
export const readerFor =
  (context: ReleaseContext, templates: Templates | undefined) =>
  (read: ReadUse): ReadUse =>
    templates === undefined || templates === context.templates ? read : readWith(read, templates, context);

/** What is deployed for a use; null where its name is not known or nothing is pulled for it. */
export function deployedOf(read: ReadUse, { plan }: ReleasePlan): Deployment | null {
  if (read.installed === null || read.normal === null) return null;
  return deployedIn(plan, namedImage(read.installed), {
    place: read.use.place,
    ...(read.resource === null ? {} : { kind: read.resource.kind }),
    field: read.use.field,
  });
}

/** Whether an image is private, and who said so; null where nobody was asked. */
export interface KnownPrivacy extends Privacy {
  readonly by: Verdict | null;
}

/**
 * Whether an anonymous pull fails, as KOTS asks it (pkg/image/online.go, IsPrivateImage): what a registry answered,
 * else what is assumed.
 */
export function privacyOf(image: string, context: ReleaseContext, knowledge: Knowledge): KnownPrivacy {
  const parsed = parseReference(image);
  if (parsed.ok) {
    const { domain, path, tag, digest } = normalize(parsed.reference);
    const { host } = registryOf(domain, context);
    const untagged = tag === null && digest === null;
    const verdict = knowledge.verdict({ host, repository: path, tag: untagged ? 'latest' : tag, digest });
    if (verdict?.access === 'anonymous') return { private: false, assumed: false, by: verdict };
    if (verdict?.access === 'credentials' || verdict?.status === 'denied')
      return { private: true, assumed: false, by: verdict };
  }
  return { ...assumedPrivacy(image, context), by: null };
}

const named = (reads: readonly ReadUse[]): NamedImage[] =>
  reads.flatMap(({ installed, normal }) =>
    installed === null || normal === null ? [] : [namedImage(installed)],
  );
