import type { RegistryKind } from '../image/hosts.ts';
import { canonical } from '../image/normal.ts';
import {
  contentOf,
  type ImageName,
  type Verdict,
  type VerdictDetail,
  type VerdictStatus,
} from '../knowledge/knowledge.ts';
import type { Severity } from '../release/config.ts';
import { chartDecides, readAllUses, verdictOf } from '../release/reading.ts';
import { filesOf, releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { deployedOf, planOf } from './deployed.ts';
import { rangeInFile } from './document-lines.ts';
import { fileEdits, repairEdits } from './fixes.ts';
import { problemsOf } from './problems.ts';

/** An image use, as `waybill check --format json` prints it (docs/check.schema.json). */
export interface ReportedImage {
  readonly file: string;
  readonly range: Range;
  /** Where it really stands, where that is a file of a chart's archive; `range` is where the chart is named. */
  readonly inside?: { readonly archive: string; readonly path: string };
  readonly field: string;
  readonly written: string;
  readonly reference: string | null;
  readonly registry: { readonly host: string; readonly kind: RegistryKind } | null;
  /** What the proxy fetches, where the reference names the proxy. */
  readonly upstream?: string;
  readonly verdict: {
    readonly status: VerdictStatus;
    readonly detail: VerdictDetail | null;
    readonly digest: string | null;
    readonly reason: string;
    /** ISO 8601; null where nobody was asked. */
    readonly checkedAt: string | null;
    /** Who answered; null where nobody was asked. */
    readonly from: string | null;
    /** As whom it was asked, where that is known. */
    readonly as?: string;
    /** Whether anybody can pull it, or only with credentials; left out where that was not found out. */
    readonly access?: 'anonymous' | 'credentials';
    /** ISO 8601, where the registry told. */
    readonly pushedAt?: string;
    /** Bytes, compressed, where the registry told. */
    readonly size?: number;
    /** `system/architecture[/variant]`, where they were asked for. */
    readonly platforms?: readonly string[];
    /** Why it could not be asked again since `checkedAt`. */
    readonly trouble?: string;
  };
  /** The image that a cluster pulls for it; null where that is not known. */
  readonly deployed: string | null;
  /** Whether `deployed` rests on an assumption, such as that an image is public. */
  readonly deployedAssumed: boolean;
}

export interface ReportedProblem {
  readonly file: string;
  readonly range: Range;
  readonly severity: Severity;
  readonly rule: string;
  readonly message: string;
  readonly fixes: readonly {
    readonly title: string;
    readonly command: string | null;
    readonly edits: readonly { readonly file: string; readonly range: Range; readonly newText: string }[];
  }[];
}

export interface Report {
  readonly version: 1;
  readonly images: readonly ReportedImage[];
  readonly problems: readonly ReportedProblem[];
}

/**
 * Everything that can be said of the given files, in their order.
 * @param shown turns a path of the workspace into the one to print
 */
export function reportOf(
  snapshot: Snapshot,
  paths: readonly string[],
  shown: (path: string) => string = (path) => path,
): Report {
  return {
    version: 1,
    images: paths.flatMap((path) => imagesOf(snapshot, path, shown)),
    problems: paths.flatMap((path) => reportedProblems(snapshot, path, shown)),
  };
}

function imagesOf(snapshot: Snapshot, path: string, shown: (path: string) => string): ReportedImage[] {
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  const { context } = at.release;
  const plan = planOf(snapshot, at.release);
  return at.file.documents.flatMap((slice) =>
    readAllUses(slice.document, at.role, context).map((read): ReportedImage => {
      const { use, registry, peeled } = read;
      const verdict = verdictOf(read, (image) => snapshot.knowledge.verdict(image));
      const deployed = deployedOf(read, plan);
      const defaultTag = !chartDecides(use.place) && use.place !== 'kustomization';
      return {
        file: shown(path),
        range: rangeInFile(slice, use.span),
        ...(use.inside === undefined ? {} : { inside: use.inside }),
        field: use.field,
        written: use.written,
        reference: read.canonical,
        registry: registry === null ? null : { host: registry.host, kind: registry.kind },
        ...(peeled?.upstream ? { upstream: canonical(peeled.upstream, { defaultTag }) } : {}),
        verdict: {
          status: verdict.status,
          detail: verdict.detail,
          digest: verdict.digest,
          reason: verdict.reason,
          checkedAt: isoTime(verdict.checkedAt),
          ...factsOf(verdict, read.image === null ? null : platformsOf(read.image, verdict, snapshot)),
        },
        deployed: deployed?.image ?? null,
        deployedAssumed: deployed?.assumed ?? true,
      };
    }),
  );
}

const isoTime = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const platformsOf = (image: ImageName, verdict: Verdict, { knowledge }: Snapshot) => {
  const content = contentOf(image, verdict);
  return content === null ? null : (knowledge.platforms(content)?.value ?? null);
};

/** What is only there where somebody told it. */
function factsOf(
  { from, as, access, facts, trouble }: Verdict,
  platforms: readonly string[] | null,
): Omit<ReportedImage['verdict'], 'status' | 'detail' | 'digest' | 'reason' | 'checkedAt'> {
  return {
    from,
    ...(as === undefined ? {} : { as }),
    ...(access === undefined ? {} : { access }),
    ...(facts?.pushedAt === undefined ? {} : { pushedAt: new Date(facts.pushedAt).toISOString() }),
    ...(facts?.size === undefined ? {} : { size: facts.size }),
    ...(platforms === null ? {} : { platforms }),
    ...(trouble === undefined ? {} : { trouble: trouble.reason }),
  };
}

function reportedProblems(
  snapshot: Snapshot,
  path: string,
  shown: (path: string) => string,
): ReportedProblem[] {
  const at = releaseFile(snapshot, path);
  return problemsOf(snapshot, path).map(({ problem, document, range }) => ({
    file: shown(path),
    range,
    severity: problem.severity,
    rule: problem.rule,
    message: problem.message,
    fixes: [
      ...problem.fixes.map((fix) => ({ fix, edits: at === null ? null : fileEdits(at, document, fix) })),
      ...problem
        .repairs()
        .map((fix) => ({ fix, edits: at === null ? null : repairEdits(at, document, fix) })),
    ].flatMap(({ fix, edits }) => {
      if (edits === null) return [];
      return [
        {
          title: fix.title,
          command: null,
          edits: edits.map((edit) => ({ file: shown(edit.path), range: edit.range, newText: edit.newText })),
        },
      ];
    }),
  }));
}

/** Whether the registry gave an answer that says something of the image, and nothing stood in the way since. */
export const isChecked = ({ verdict }: ReportedImage): boolean =>
  (verdict.status === 'exists' || verdict.status === 'absent') && verdict.trouble === undefined;

/** Every file that can have something to say: the files of releases, and each `.waybill.yaml`. */
export function reportablePaths(snapshot: Snapshot): string[] {
  const paths = new Set<string>(snapshot.configs.keys());
  for (const release of snapshot.releases) for (const { path } of filesOf(snapshot, release)) paths.add(path);
  return [...paths].sort();
}
