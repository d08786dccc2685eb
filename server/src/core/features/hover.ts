import { familiar } from '../image/normal.ts';
import {
  contentOf,
  type Question,
  type ScanFindings,
  type Verdict,
  vulnerabilitySeverities,
} from '../knowledge/knowledge.ts';
import type { Scenario } from '../kots/scenario.ts';
import type { ReleaseContext } from '../release/context.ts';
import { type ReadUse, readUses, verdictOf } from '../release/reading.ts';
import { type Release, releaseFile, type Snapshot } from '../session/snapshot.ts';
import { type Position, type Range, touches } from '../text/span.ts';
import { airgapNote, bundleOf } from './airgap-bundle.ts';
import { airGapLine, chainOf, exampleRegistry, type OnItsWay } from './chain.ts';
import { deployedOf, planOf, readerFor, templatesUnder } from './deployed.ts';
import { rangeInFile } from './document-lines.ts';
import { excludedBy } from './excluded.ts';
import { age } from './figures.ts';
import { code, escaped } from './markdown.ts';

export interface Hover {
  /** Markdown. */
  readonly markdown: string;
  readonly range: Range;
  /** What would be told too if it were known: worth asking, because somebody looks at this image. */
  readonly wants: readonly Question[];
}

/**
 * What is known of the image at a position: its reference, its registry, the verdict with its age and who gave it,
 * and what will be deployed. Null where no image is named.
 * @param now milliseconds since the epoch, for the verdict's age
 * @param changes how the customer installs for whom it is said what is deployed; else as by default
 */
export function hoverAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  now: number,
  changes?: Partial<Scenario>,
): Hover | null {
  const at = releaseFile(snapshot, path);
  if (at === null) return null;
  const offset = at.file.offsetAt(position);
  const slice = at.file.documentAt(offset);
  const local = offset - slice.offset;
  const { context } = at.release;
  const found = readUses(slice.document, at.role, context).find(({ use }) =>
    Object.values(use.parts).some((part) => touches(part.span, local)),
  );
  if (found === undefined) return null;
  const templates = templatesUnder(context, changes);
  const read = readerFor(context, templates)(found);
  const plan = planOf(snapshot, at.release, changes);
  return {
    markdown: describe(
      { read, document: slice.document, context, templates, plan, snapshot, now },
      at.release,
    ),
    range: rangeInFile(slice, read.use.span),
    wants: wantsOf(read, snapshot),
  };
}

function wantsOf({ image, source }: ReadUse, { knowledge }: Snapshot): Question[] {
  const content = image === null ? null : contentOf(image, knowledge.verdict(image));
  if (content === null) return [];
  const wanted: Question[] = [{ kind: 'platforms', image: content }];
  if (source?.registry.ecr != null) wanted.push({ kind: 'findings', image: content });
  return wanted;
}

function describe(way: OnItsWay, release: Release): string {
  const { read, context, plan, snapshot, now } = way;
  const lines: string[] = [];
  if (read.problem !== null) return `**Not an image reference.** ${escaped(read.problem.message)}`;
  lines.push(`**Image:** ${code(read.canonical ?? read.use.written)}`);
  if (read.source !== null && read.peeled?.upstream)
    lines.push(`**Behind the proxy:** ${code(familiar(read.source.reference))}`);
  if (read.source !== null) lines.push(`**Registry:** ${registryLine(read, context)}`);
  const verdict = verdictOf(read, (image) => snapshot.knowledge.verdict(image));
  lines.push(...verdictLines(verdict, now));
  lines.push(...contentLines(read, verdict, snapshot, now));
  lines.push(...pullLines(read, snapshot, now));
  const excluded = excludedBy(way.document, way.templates);
  const deployed = excluded === null ? deployedOf(read, plan) : null;
  if (deployed !== null) {
    const secret =
      deployed.pullSecret === null ? '' : `, pulled with the secret ${code(deployed.pullSecret)}`;
    lines.push(`**Deployed:** ${code(deployed.image)}${secret}`);
  }
  lines.push(chainOf(way, excluded).join('\n'));
  const airGap = excluded === null ? airGapOf(way, release) : null;
  if (airGap !== null) lines.push(airGap);
  return lines.join('\n\n');
}

/** The same scenario without internet; one object for each, because plans are remembered by it. */
const airGaps = new WeakMap<Scenario, Scenario>();

function airGapped(scenario: Scenario): Scenario {
  const made = airGaps.get(scenario) ?? { ...scenario, airgap: true, localRegistry: exampleRegistry };
  airGaps.set(scenario, made);
  return made;
}

/** What a customer without internet gets, where the scenario shown is of one with it. */
function airGapOf({ read, document, context, plan, snapshot }: OnItsWay, release: Release): string | null {
  const { scenario } = plan.plan;
  if (scenario.localRegistry !== null || scenario.installer === 'helm') return null;
  const changes = airGapped(scenario);
  const there = readerFor(context, templatesUnder(context, changes))(read);
  return airGapLine(read, {
    read: there,
    plan: planOf(snapshot, release, changes),
    noteOf: (deployment) =>
      airgapNote(there, document, deployment, bundleOf(snapshot, release), changes, release),
  });
}

function registryLine(read: ReadUse, context: ReleaseContext): string {
  const registry = read.source?.registry;
  if (registry === undefined) return '';
  const { host, kind, ecr } = registry;
  const linked = context.linked.endpoints.includes(host)
    ? `, linked (${context.linked.source})`
    : ecr !== null && context.linked.source !== null
      ? ', **not linked**'
      : '';
  if (ecr !== null) return `Amazon ECR, account ${ecr.account}, ${ecr.region}${linked}`;
  const names: Partial<Record<typeof kind, string>> = {
    'docker-hub': 'Docker Hub',
    'ecr-public': 'Amazon ECR Public',
    replicated: "Replicated's registry",
    'replicated-proxy': "Replicated's proxy",
  };
  return `${names[kind] ?? code(host)}${linked}`;
}

/** What the registry told of an image that exists. */
function contentLines(read: ReadUse, verdict: Verdict, { knowledge }: Snapshot, now: number): string[] {
  const content = read.image === null ? null : contentOf(read.image, verdict);
  if (content === null) return [];
  const lines: string[] = [];
  const { pushedAt, size, pulledAt } = verdict.facts ?? {};
  const facts = [
    ...(pushedAt === undefined ? [] : [`pushed ${age(now - pushedAt)}`]),
    ...(size === undefined ? [] : [bytes(size)]),
    ...(pulledAt === undefined ? [] : [`last pulled ${age(now - pulledAt)}`]),
  ];
  if (facts.length > 0) lines.push(`**Image facts:** ${facts.join(', ')}`);
  const platforms = knowledge.platforms(content);
  if (platforms?.value != null && platforms.value.length > 0)
    lines.push(`**Platforms:** ${platforms.value.map(code).join(', ')}`);
  const findings = knowledge.findings(content);
  if (findings?.value != null) lines.push(`**Scan:** ${scanLine(findings.value, now)}`);
  return lines;
}

function scanLine({ scanner, counts, completedAt }: ScanFindings, now: number): string {
  const found = vulnerabilitySeverities.flatMap((severity) =>
    counts[severity] ? [`${counts[severity]} ${severity}`] : [],
  );
  const when = completedAt === null ? '' : `, ${age(now - completedAt)}`;
  return `${found.length === 0 ? 'nothing found' : found.join(', ')} (${scanner} scanning${when})`;
}

/** Whether Replicated itself could pull it, as far as the vendor portal's log goes back. */
function pullLines({ source, image }: ReadUse, { knowledge }: Snapshot, now: number): string[] {
  if (source === null || image === null) return [];
  const wanted = `${image.repository}${image.tag === null ? '' : `:${image.tag}`}`;
  const last = knowledge
    .pulls(source.registry.host)
    ?.value?.find((pull) => pull.image === wanted || pull.image.endsWith(`/${wanted}`));
  if (last === undefined) return [];
  const how = last.ok ? 'pulled it' : `could not pull it (HTTP ${last.status})`;
  return [`**Replicated:** ${how}, ${age(now - last.at)} (the vendor portal's log)`];
}

/** A size as people read it. */
export function bytes(size: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const words: Record<Verdict['status'], string> = {
  exists: 'exists',
  absent: 'does not exist',
  denied: 'access denied',
  throttled: 'the registry is throttling',
  unreachable: 'the registry cannot be reached',
  unchecked: 'not checked',
};

function verdictLines(
  { status, detail, digest, reason, checkedAt, from, as, trouble }: Verdict,
  now: number,
): string[] {
  const parts = [words[status]];
  if (digest !== null) parts.push(code(digest));
  if (checkedAt !== null) {
    const who = [
      ...(from === null ? [] : [escaped(from)]),
      ...(as === undefined ? [] : [`asked ${as === 'anonymously' ? '' : 'with '}${escaped(as)}`]),
      age(now - checkedAt),
    ];
    parts.push(`(${who.join(', ')})`);
  }
  return [
    `**Verdict:** ${parts.join(' ')}`,
    ...(status === 'exists' && detail === null ? [] : [escaped(reason)]),
    ...(trouble === undefined ? [] : [`**Not checked again:** ${escaped(trouble.reason)}`]),
  ];
}
