import type { Deployment } from '../kots/deployment.ts';
import type { Scenario } from '../kots/scenario.ts';
import { type ReadUse, readAllUses } from '../release/reading.ts';
import type { ImageUse, Place } from '../release/use.ts';
import { filesOf, type Release, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { airgapNote, bundleOf } from './airgap-bundle.ts';
import { deployedOf, planOf, readerFor, templatesUnder } from './deployed.ts';
import { rangeInFile } from './document-lines.ts';
import { excludedBy } from './excluded.ts';
import { type TemplateOutcome, templateOutcome } from './template-outcome.ts';

/** An image use and what is pulled for it, as `waybill preview --format json` prints it (docs/preview.schema.json). */
export interface PreviewedImage {
  readonly file: string;
  readonly range: Range;
  /** Where it really stands, where that is a file of a chart's archive; `range` is where the chart is named. */
  readonly inside?: ImageUse['inside'];
  readonly field: string;
  /** As written, templates as they stand. */
  readonly from: string;
  /** What is pulled; null where nobody can know before it is installed. */
  readonly to: string | null;
  /** Where the name that is pulled is written; null where that is not known. */
  readonly layer: Deployment['layer'] | null;
  readonly pullSecret: string | null;
  /** One sentence for people. */
  readonly reason: string;
  readonly assumed: boolean;
  /** What keeps it from being pulled in an air gap; left out where nothing is known to, and online. */
  readonly note?: string;
}

/** Every image of a release and what is pulled for it under a scenario. */
export function previewedImages(
  snapshot: Snapshot,
  release: Release,
  changes: Partial<Scenario>,
  shown: (path: string) => string = (path) => path,
): PreviewedImage[] {
  const plan = planOf(snapshot, release, changes);
  const { scenario } = plan.plan;
  const templates = templatesUnder(release.context, changes);
  const readIn = readerFor(release.context, templates);
  const bundle = bundleOf(snapshot, release);
  return filesOf(snapshot, release).flatMap(({ path, file, role }) =>
    file.documents.flatMap((slice) => {
      if (excludedBy(slice.document, templates) !== null) return [];
      return readAllUses(slice.document, role, release.context).flatMap((written): PreviewedImage[] => {
        const read = readIn(written);
        const { use } = read;
        if (notPulled.has(use.place)) return [];
        const outcome = templateOutcome(read, templates);
        const deployment = outcome?.kind === 'refused' ? null : deployedOf(read, plan);
        const place = {
          file: shown(path),
          range: rangeInFile(slice, use.span),
          ...(use.inside === undefined ? {} : { inside: use.inside }),
          field: use.field,
          from: use.written,
        };
        if (deployment === null)
          return [
            {
              ...place,
              to: null,
              layer: null,
              pullSecret: null,
              reason: whyUnknown(read, outcome),
              assumed: false,
            },
          ];
        const note = airgapNote(read, slice.document, deployment, bundle, scenario, release);
        const { image: to, layer, pullSecret, reason, assumed } = deployment;
        return [{ ...place, to, layer, pullSecret, reason, assumed, ...(note === null ? {} : { note }) }];
      });
    }),
  );
}

function whyUnknown(read: ReadUse, outcome: TemplateOutcome | null): string {
  switch (outcome?.kind) {
    case 'refused':
      return `The app manager refuses the file: ${outcome.said}.`;
    case 'unknown':
      return `Only a customer knows ${outcome.asked.join(', ')}.`;
    case 'no-reference':
      return `Its templates give "${outcome.text}", which is no image reference.`;
    default:
      return read.unasked?.reason ?? 'It is not known before it is installed.';
  }
}

/** Places that say something of images, and from which nothing is pulled. */
const notPulled: ReadonlySet<Place> = new Set([
  'additional-image',
  'excluded-image',
  'builder',
  'kustomization',
]);
