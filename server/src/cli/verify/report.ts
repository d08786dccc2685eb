import type { InstalledVersion } from '../../work/verify/archive.ts';
import type { ExpectedUse } from '../../work/verify/expected.ts';
import type { MidstreamFinding } from '../../work/verify/installed.ts';
import type { VersionFinding } from '../../work/verify/installed-version.ts';
import type { unseen } from '../../work/verify/judge.ts';
import { isWrong, type Verified } from '../../work/verify/model.ts';
import { hasColours, type Paint, painter } from '../format/text.ts';

/** What was found of an installation. */
export interface Verification {
  readonly app: string | null;
  /** Null where no cluster was asked. */
  readonly cluster: ClusterReport | null;
  /** Null where no archive was given. */
  readonly installed: InstalledReport | null;
}

export interface ClusterReport {
  readonly context: string;
  /** Null for all. */
  readonly namespace: string | null;
  readonly containers: readonly Verified[];
  readonly unseen: ReturnType<typeof unseen>;
}

export interface InstalledReport {
  /** The archive's folder. */
  readonly archive: string;
  readonly version: InstalledVersion & VersionFinding;
  readonly midstream: MidstreamFinding;
}

/** 0: nothing is wrong; 1: something is; 3: no pod of the app was found. */
export function exitCodeFor({ cluster, installed }: Verification): number {
  const differs = installed !== null && (!installed.midstream.same || installed.version.finding === 'other');
  if (differs || cluster?.containers.some(({ finding }) => isWrong(finding))) return 1;
  return cluster?.containers.length === 0 ? 3 : 0;
}

/** `waybill verify --format json`. */
export function jsonOf({ app, cluster, installed }: Verification): string {
  const shown = {
    version: 1,
    context: cluster?.context ?? null,
    namespace: cluster?.namespace ?? null,
    app,
    words: textOf({ app, cluster, installed }),
    containers: (cluster?.containers ?? []).map(({ pod, container, expected, finding, message }) => ({
      namespace: pod.namespace,
      pod: pod.name,
      container: container.name,
      image: container.image,
      digest: container.digest,
      pullSecrets: pod.pullSecrets,
      waiting: container.waiting,
      finding,
      message,
      expected: expected === null ? null : expectedJson(expected),
    })),
    unseen: (cluster?.unseen ?? []).map(expectedJson),
    installed,
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

const expectedJson = ({
  written,
  place,
  deployed,
  pullSecret,
  verdict,
  linked,
}: ExpectedUse | ClusterReport['unseen'][number]) => ({
  written,
  place,
  deployed,
  pullSecret,
  digest: verdict?.digest ?? null,
  linked,
});

/** The same for people. */
export function textOf({ app, cluster, installed }: Verification): string {
  const paint = painter(hasColours(process.stdout));
  const lines = [
    ...(installed === null ? [] : installedLines(installed, paint)),
    ...(cluster === null ? [] : clusterLines(cluster, app, paint)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function installedLines({ archive, version, midstream }: InstalledReport, paint: Paint): string[] {
  const marks = { current: paint('green', '✓'), other: paint('red', '✗'), unknown: '·' };
  const { differences, remarks, same } = midstream;
  const lines = [
    `${paint('bold', 'installed')} (${archive})`,
    `${marks[version.finding]} ${version.message}`,
    ...remarks.map((remark) => `· ${remark}`),
  ];
  for (const { what, kind, name, message, uncertain } of differences)
    lines.push(
      `${uncertain === null ? paint('red', '✗') : '·'} ${paint('bold', name)}  ${paint('gray', `${words[what]}, ${kind}`)}`,
      `    ${message}`,
    );
  const certain = differences.filter(({ uncertain }) => uncertain === null).length;
  lines.push(
    same
      ? `${paint('green', '✓')} The installed kustomization is the one of this release.`
      : `The installed kustomization differs in ${certain} ${certain === 1 ? 'place' : 'places'} from the one of this release.`,
  );
  return lines;
}

const words = { image: 'image', 'pull-secret': 'pull secret', annotation: 'annotation' };

function clusterLines(
  { context, namespace, containers, unseen }: ClusterReport,
  app: string | null,
  paint: Paint,
): string[] {
  const where = `context ${context}, ${namespace === null ? 'all namespaces' : `namespace ${namespace}`}`;
  if (containers.length === 0)
    return [
      `No pod of ${app ?? 'this release'} was found (${where}). Choose others with --context and --namespace.`,
    ];
  const lines = [`${paint('bold', app ?? 'release')} (${where})`];
  for (const { pod, container, expected, finding, message } of containers) {
    const mark = finding === 'right' ? paint('green', '✓') : isWrong(finding) ? paint('red', '✗') : '·';
    lines.push(`${mark} ${paint('bold', `${pod.name} / ${container.name}`)}`);
    if (expected !== null) lines.push(`    release  ${expected.written}  ${paint('gray', expected.place)}`);
    lines.push(`    cluster  ${container.image}`, `    ${message}`);
  }
  for (const { written, place } of unseen)
    lines.push(`· ${written}  ${paint('gray', place)}`, '    No pod of these uses it at present.');
  const wrong = containers.filter(({ finding }) => isWrong(finding)).length;
  lines.push(
    wrong === 0
      ? `${containers.length} container${containers.length === 1 ? '' : 's'}, none wrong.`
      : `${wrong} of ${containers.length} containers ${wrong === 1 ? 'is' : 'are'} wrong.`,
  );
  return lines;
}
