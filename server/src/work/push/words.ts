import type { ReportedImage } from '../../core/features/report.ts';
import type { GitState } from '../../io/git/state.ts';
import type { PortalApp } from '../../io/vendor/apps.ts';
import type { PortalChannel } from '../../io/vendor/channels.ts';
import type { ReleaseDifference } from './difference.ts';
import type { PackagedRelease } from './files.ts';
import type { PushPlan } from './plan.ts';

/** So many names of files are printed in a row; --format json has them all. */
const MOST_NAMES = 8;

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;

/** What is about to be pushed, and from where. */
export function gitInWords(git: GitState | null): string {
  if (git === null) return 'Git: not in a repository';
  const at = [git.branch ?? 'no branch', git.commit ?? 'no commit yet'].join(' at ');
  if (git.dirty.length === 0) return `Git: ${at}, all committed`;
  return `Git: ${at}, ${count(git.dirty.length, 'file')} not committed: ${some(git.dirty)}`;
}

export function checkInWords(images: readonly ReportedImage[], unchecked: readonly ReportedImage[]): string {
  if (unchecked.length === 0)
    return `Check: no errors, ${count(images.length, 'image')}, ${images.length === 1 ? 'it exists' : 'all exist'}`;
  const reasons = [...new Set(unchecked.map(({ verdict }) => verdict.reason))].filter((one) => one !== '');
  const lines = [
    `Check: no errors, ${count(images.length, 'image')}, ${unchecked.length} could not be checked:`,
  ];
  return [...lines, ...reasons.slice(0, 3).map((reason) => `  ${reason}`)].join('\n');
}

/** Where it goes, and what is there now. */
export function targetInWords(
  { slug }: PortalApp,
  { name, releaseSequence, currentVersion }: PortalChannel,
): string {
  const now =
    releaseSequence === null
      ? 'no release was promoted to it yet'
      : `release ${releaseSequence}${currentVersion === '' ? '' : `, ${currentVersion},`} is current`;
  return `App ${slug}, channel ${name}: ${now}`;
}

/** What pushing does, line by line. */
export function planInWords(plan: PushPlan, { files, leftOut, unchecked }: PackagedRelease): string {
  const { channel, current, difference, action, version } = plan;
  const lines: string[] = [];
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  lines.push(`Files: ${files.length}, ${Math.max(1, Math.round(size / 1024))} kB`);
  if (leftOut.length > 0) lines.push(`  left out: ${some(leftOut)}`);
  if (unchecked.length > 0)
    lines.push(`  pushed without a check (.gitignore names them): ${some(unchecked)}`);
  if (difference === null) lines.push(`  ${some(files.map(({ path }) => path))}`);
  else lines.push(...differenceInWords(difference));
  if (version !== null && version === current?.version && difference !== null && !isSame(difference))
    lines.push(`Note: ${channel.name} has a release labelled ${version} already, with other content.`);
  lines.push(
    action.kind === 'nothing'
      ? `Nothing to do: ${channel.name} has exactly this release. --again releases it once more.`
      : action.kind === 'promote'
        ? `Release ${action.sequence} has this content already: it is promoted${version === null ? '' : ` as ${version}`}, and none is created.`
        : `A new release is created and promoted${version === null ? '' : ` as ${version}`}.`,
  );
  return lines.join('\n');
}

const isSame = ({ added, removed, changed }: ReleaseDifference): boolean =>
  added.length + removed.length + changed.length === 0;

function differenceInWords(difference: ReleaseDifference): string[] {
  const { added, removed, changed, images } = difference;
  const marked = [
    ...added.map((path) => [path, '+'] as const),
    ...removed.map((path) => [path, '-'] as const),
    ...changed.map((path) => [path, '~'] as const),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = isSame(difference)
    ? ['  the same as the current release']
    : marked.map(([path, mark]) => `  ${mark} ${path}`);
  const tags = (suffixes: readonly string[]): string =>
    suffixes.map((one) => (one === '' ? 'no tag' : one.replace(/^:/, ''))).join(', ');
  const told = [
    ...images.added.map((image) => `  + ${image}`),
    ...images.removed.map((image) => `  - ${image}`),
    ...images.changed.map(
      ({ repository, before, after }) => `  ~ ${repository}: ${tags(before)} → ${tags(after)}`,
    ),
  ];
  return told.length === 0 ? lines : [...lines, 'Images:', ...told];
}

export interface Links {
  readonly releases: string;
  readonly channels: string;
}

/** Where the vendor portal shows it. */
export const linksOf = (slug: string): Links => ({
  releases: `https://vendor.replicated.com/apps/${slug}/releases`,
  channels: `https://vendor.replicated.com/apps/${slug}/channels`,
});
