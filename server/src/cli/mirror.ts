import { parseArgs } from 'node:util';
import { familiar, normalize } from '../core/image/normal.ts';
import { parseReference } from '../core/image/parse.ts';
import type { NormalReference } from '../core/image/reference.ts';
import { parseArchiveName } from '../work/mirror/archive/name.ts';
import type { ArchiveSource } from '../work/mirror/archive/open.ts';
import {
  createMirror,
  IMAGES_AT_A_TIME,
  type Mirror,
  type MirrorJob,
  type MirrorResult,
} from '../work/mirror/mirror.ts';
import { exitCodes, type MirrorCause, MirrorError } from '../work/mirror/model.ts';
import { inParallel } from '../work/mirror/parallel.ts';
import type { MirrorPlan } from '../work/mirror/plan.ts';
import { type Reporter, reporterFor } from './mirror/reporter.ts';
import { profilesIn } from './profiles.ts';
import { UsageError } from './usage.ts';

interface Options {
  readonly images: readonly string[];
  readonly to: string | null;
  /** A release to mirror all public images of. */
  readonly release: string | null;
  readonly rewrite: boolean;
  readonly create: boolean;
  readonly dryRun: boolean;
  readonly referrers: boolean;
  /** A registry of Amazon ECR that is to fetch the images by itself. */
  readonly pullThrough: string | null;
  readonly secretArn: string | undefined;
  /** What repositories are made with. */
  readonly immutable: boolean;
  readonly scanOnPush: boolean;
  readonly format: 'text' | 'json';
  readonly profiles: Readonly<Record<string, string>>;
}

/** `waybill mirror`: copies images to their private path, all platforms, byte for byte. */
export async function run(args: readonly string[]): Promise<number> {
  const options = read(args);
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort(new Error('Interrupted'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const reporter = reporterFor(options.format, options.dryRun);
  const mirror = createMirror({
    env: process.env,
    now: Date.now,
    log: process.env.WAYBILL_DEBUG ? (line) => process.stderr.write(`${line}\n`) : () => {},
    profileFor: (account) => options.profiles[account],
    // Whoever runs a command runs it with their own configuration, as they run `aws`.
    mayStartPrograms: () => true,
    repositories: { immutable: options.immutable, scanOnPush: options.scanOnPush },
  });
  let jobs: readonly MirrorJob[] = [];
  try {
    if (options.pullThrough !== null)
      return await throughCache(mirror, options, options.pullThrough, reporter, interrupted.signal);
    jobs = await jobsOf(options, interrupted.signal);
    const { causes, done } = await mirrorAll(mirror, jobs, options, reporter, interrupted.signal);
    if (options.rewrite && !options.dryRun && done.length > 0)
      await (await import('./mirror/release.ts')).rewriteTo(options.release ?? '.', done);
    return causes.length === 0 ? 0 : Math.min(...causes.map((why) => exitCodes[why]));
  } catch (error) {
    if (interrupted.signal.aborted) {
      reporter.end();
      process.stderr.write(
        'Interrupted. Nothing half was tagged; the same command goes on where this one stopped.\n',
      );
      return 130;
    }
    if (!(error instanceof MirrorError)) throw error;
    reporter.failed(null, mirror.hosts.clean(error.message), error.why);
    return exitCodes[error.why];
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    mirror.close();
    for (const { source } of jobs) if ('close' in source) await (source as ArchiveSource).close();
  }
}

/** Has a registry's cache fetch the images, one after the other: nothing is copied by this machine. */
async function throughCache(
  { hosts }: Mirror,
  { images, create, secretArn, dryRun }: Options,
  host: string,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<number> {
  if (dryRun) throw new UsageError('--pull-through fetches at once; there is nothing to try dry.');
  const { pullThrough } = await import('../work/mirror/pull-through.ts');
  for (const image of images) {
    const source = referenceOf(image);
    reporter.cached(familiar(source), await pullThrough(hosts, source, { host, create, secretArn }, signal));
  }
  return 0;
}

async function mirrorAll(
  mirror: Mirror,
  jobs: readonly MirrorJob[],
  { create, dryRun, referrers }: Options,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<{ causes: readonly MirrorCause[]; done: readonly MirrorResult[] }> {
  const causes: MirrorCause[] = [];
  const done: MirrorResult[] = [];
  const attempt = async <T>(job: MirrorJob, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof MirrorError ? error.why : 'network';
      causes.push(why);
      const message = error instanceof Error ? error.message : String(error);
      reporter.failed(nameOf(job), mirror.hosts.clean(message), why);
      return null;
    }
  };
  const plans = await inParallel(jobs, IMAGES_AT_A_TIME, signal, (job, within) =>
    attempt(job, async () => {
      const plan = await mirror.plan(job, dryRun, within);
      reporter.planned(plan);
      if (plan.refusal !== null) throw plan.refusal;
      if (plan.repository.kind === 'missing' && !create && plan.tree !== null)
        throw new MirrorError(
          'target',
          `${plan.target.name}: there is no repository ${plan.target.repository} at ${plan.target.at.host}. Add --create to have it made (${plan.repository.settings}), or make it yourself.`,
        );
      return { job, plan };
    }),
  );
  if (dryRun) return { causes, done };
  const ready = plans.filter((one): one is { job: MirrorJob; plan: MirrorPlan } => one !== null);
  await inParallel(ready, IMAGES_AT_A_TIME, signal, ({ job, plan }, within) =>
    attempt(job, async () => {
      if (plan.repository.kind === 'missing' && plan.tree !== null)
        await mirror.createRepository(plan, within);
      const result = await mirror.copy(plan, within, (progress) => reporter.progress(plan, progress), {
        referrers,
      });
      done.push(result);
      reporter.done(result);
    }),
  );
  reporter.end();
  return { causes, done };
}

async function jobsOf(options: Options, signal: AbortSignal): Promise<MirrorJob[]> {
  if (options.release !== null) return (await import('./mirror/release.ts')).jobsOfRelease(options.release);
  const to = options.to === null ? null : referenceOf(options.to);
  const sources = await Promise.all(options.images.map((image) => sourceOf(image, signal)));
  if (to !== null) return sources.map((source) => ({ source, target: to }));
  const archive = sources.find((source) => !('domain' in source));
  if (archive !== undefined)
    throw new UsageError(`Where should ${nameOf({ source: archive })} go? Name it with --to.`);
  const { privatePathsHere } = await import('./mirror/release.ts');
  const targets = await privatePathsHere(sources as NormalReference[]);
  return sources.map((source, i) => ({ source, target: targets[i] as NormalReference }));
}

/** An image at a registry, or one in a file. */
async function sourceOf(text: string, signal: AbortSignal): Promise<MirrorJob['source']> {
  const archive = parseArchiveName(text);
  if (archive === null) return referenceOf(text);
  const { openArchive } = await import('../work/mirror/archive/open.ts');
  return openArchive(archive.path, archive.reference, signal);
}

const nameOf = ({ source }: Pick<MirrorJob, 'source'>): string =>
  'domain' in source ? familiar(source) : source.name;

/** @throws UsageError for what is no reference */
function referenceOf(text: string): NormalReference {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new UsageError(`"${text}" is no image: ${parsed.problem.message}`);
  return normalize(parsed.reference);
}

function read(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      release: { type: 'string' },
      rewrite: { type: 'boolean', default: false },
      create: { type: 'boolean', default: false },
      immutable: { type: 'boolean', default: false },
      'scan-on-push': { type: 'boolean', default: false },
      'pull-through': { type: 'string' },
      secret: { type: 'string' },
      referrers: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      'aws-profile': { type: 'string', multiple: true, default: [] },
    },
  });
  const { to, release, format } = values;
  if (format !== 'text' && format !== 'json')
    throw new UsageError(`--format is text or json, not "${format}".`);
  if (release === undefined && positionals.length === 0)
    throw new UsageError('Which image? Name one, or a release with --release PATH.');
  if (release !== undefined && (positionals.length > 0 || to !== undefined))
    throw new UsageError(
      '--release takes the images and their private paths from the release: no IMAGE, no --to.',
    );
  if (to !== undefined && positionals.length > 1)
    throw new UsageError('--to is for one image; several would be written over each other.');
  if (
    values['pull-through'] !== undefined &&
    (to !== undefined || release !== undefined || positionals.length === 0)
  )
    throw new UsageError(
      '--pull-through HOST goes with IMAGE… alone: the cache decides where an image lives.',
    );
  if (values.rewrite && release === undefined) throw new UsageError('--rewrite goes with --release PATH.');
  return {
    images: positionals,
    to: to ?? null,
    release: release ?? null,
    rewrite: values.rewrite,
    create: values.create,
    dryRun: values['dry-run'],
    referrers: values.referrers,
    pullThrough: values['pull-through'] ?? null,
    secretArn: values.secret,
    immutable: values.immutable,
    scanOnPush: values['scan-on-push'],
    format,
    profiles: profilesIn(values['aws-profile']),
  };
}
