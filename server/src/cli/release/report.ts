import type { Blocker } from '../../core/features/push-check.ts';
import { isChecked, type ReportedImage } from '../../core/features/report.ts';
import type { GitState } from '../../io/git/state.ts';
import type { LintProblem } from '../../io/vendor/lint.ts';
import type { AirgapBuild } from '../../io/vendor/releases.ts';
import type { PackagedRelease, ReleaseOnDisk } from '../../work/push/files.ts';
import type { PushPlan } from '../../work/push/plan.ts';
import type { PushResult, PushStep } from '../../work/push/push.ts';
import { linksOf } from '../../work/push/words.ts';
import type { Workspace } from '../workspace.ts';
import type { PushOptions } from './options.ts';

/** What one run found out and did, for whoever prints it. */
export interface Pushing {
  on: ReleaseOnDisk;
  channel: string | null;
  /** Whether the channel's name must be typed. */
  isProtected: boolean;
  /** What was said, for people. */
  readonly words: string[];
  git: GitState | null;
  packaged: PackagedRelease;
  images: readonly ReportedImage[];
  blockers: readonly Blocker[];
  /** What of the release could not be read, so that images in it may have been missed. */
  unread: readonly string[];
  /** What Replicated's linter said; null where it was not asked. */
  lint: readonly LintProblem[] | null;
  plan: PushPlan | null;
  step: PushStep | null;
  result: PushResult | null;
  airgap: AirgapBuild | null;
}

/** A run that has found out and done nothing yet. */
export const begun = (on: ReleaseOnDisk, { channel }: PushOptions): Pushing => ({
  on,
  channel,
  isProtected: false,
  words: [],
  git: null,
  packaged: { files: [], leftOut: [], unchecked: [] },
  images: [],
  blockers: [],
  unread: [],
  lint: null,
  plan: null,
  step: null,
  result: null,
  airgap: null,
});

/** What was and was not done when somebody interrupted. */
export function interrupted({ step, plan, result }: Pushing): string {
  if (result !== null) return `Interrupted. Release ${result.sequence} is promoted.`;
  if (step?.kind === 'created')
    return `Interrupted. Release ${step.sequence} of ${plan?.app.slug} was created and not promoted; the same command promotes it.`;
  if (step?.kind === 'creating')
    return 'Interrupted. It is not known whether the release was created; nothing was promoted. The same command goes on where this one stopped.';
  if (step?.kind === 'promoting')
    return `Interrupted while release ${step.sequence} was being promoted: look at the channel, or run the same command again.`;
  return 'Interrupted. Nothing was created, and nothing was promoted.';
}

/** Prints one object with all that was found out and done. @param error why it ended; null where it did not fail */
export function printJson(
  options: PushOptions,
  state: Pushing,
  { shown }: Workspace,
  error: string | null,
): void {
  const { plan, result, packaged, images, blockers, git, airgap } = state;
  const report = {
    version: 1,
    dryRun: options.dryRun,
    app: plan?.app.slug ?? state.on.release.context.app,
    channel: state.channel,
    protected: state.isProtected,
    words: state.words.join('\n'),
    git,
    check: {
      images: images.length,
      unchecked: images
        .filter((image) => !isChecked(image))
        .map(({ file, range, written, verdict }) => ({ file, range, written, reason: verdict.reason })),
      errors: blockers.map(({ path, ...rest }) => ({ file: shown(path), ...rest })),
      unread: state.unread,
      lint: state.lint,
    },
    files: packaged.files.map(({ path, from, bytes }) => ({ path, from, size: bytes.length })),
    leftOut: packaged.leftOut,
    content: plan?.digest ?? null,
    current: plan?.current ?? null,
    difference: plan?.difference ?? null,
    action: plan?.action ?? null,
    release:
      result === null
        ? null
        : { sequence: result.sequence, created: result.created, version: plan?.version ?? null },
    warnings: result?.warnings ?? [],
    airgap: airgap ?? result?.airgap ?? null,
    links: plan === null ? null : linksOf(plan.app.slug),
    error,
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}
