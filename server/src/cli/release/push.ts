import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inquire } from '../../core/features/inquire.ts';
import { placesNamedIn } from '../../core/features/named-in.ts';
import { type Blocker, blockersOf } from '../../core/features/push-check.ts';
import { isChecked, type ReportedImage, reportablePaths, reportOf } from '../../core/features/report.ts';
import { isIn } from '../../core/release/role.ts';
import { type GitState, gitState } from '../../io/git/state.ts';
import { createBudget } from '../../io/net/budget.ts';
import { redact, secretsOf } from '../../io/net/redact.ts';
import { DEFAULT_LINTER, type LintProblem, lintRemotely } from '../../io/vendor/lint.ts';
import type { AirgapBuild } from '../../io/vendor/releases.ts';
import { hasFailed, waitForAirgap } from '../../work/push/airgap.ts';
import { type PackagedRelease, packageRelease, type ReleaseOnDisk } from '../../work/push/files.ts';
import { findApp, findChannel } from '../../work/push/find.ts';
import { PushError } from '../../work/push/model.ts';
import { type PushPlan, planPush } from '../../work/push/plan.ts';
import { type PushResult, type PushStep, push } from '../../work/push/push.ts';
import { specOf } from '../../work/push/spec.ts';
import { askerFor } from '../asker.ts';
import { exitCodeOf, interruptible, openPortal, type Portal } from '../portal.ts';
import { profilesIn } from '../profiles.ts';
import { UsageError } from '../usage.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';
import { confirmPromotion, onTerminal } from './confirm.ts';
import { checkInWords, gitInWords, linksOf, planInWords, targetInWords } from './show.ts';
import { channelOfReplicated, releaseToPush } from './source.ts';

interface Options {
  readonly path: string | null;
  readonly app: string | null;
  readonly channel: string | null;
  readonly version: string | null;
  readonly notes: string;
  readonly required: boolean;
  readonly waitAirgap: boolean;
  /** Milliseconds. */
  readonly airgapPatience: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly confirm: string | null;
  readonly again: boolean;
  readonly ignoreWarnings: boolean;
  readonly offline: boolean;
  readonly requireVerdicts: boolean;
  /** Whether Replicated's linter is asked too. */
  readonly lint: boolean;
  readonly format: 'text' | 'json';
  readonly profiles: Readonly<Record<string, string>>;
}

/** What one run found out and did, for whoever prints it. */
interface Pushing {
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
  /** What Replicated's linter said; null where it was not asked. */
  lint: readonly LintProblem[] | null;
  plan: PushPlan | null;
  step: PushStep | null;
  result: PushResult | null;
  airgap: AirgapBuild | null;
}

/** How long all questions of the check together may take: milliseconds. */
const CHECK_PATIENCE = 120_000;

/** `waybill release push`: checks a release, shows what changes, creates it in the vendor portal and promotes it. */
export async function pushRelease(args: readonly string[]): Promise<number> {
  const options = await read(args);
  const workspace = await openWorkspace(options.path === null ? [] : [options.path], {
    app: options.app,
    environment: process.env,
  });
  for (const { message } of workspace.problems) process.stderr.write(`${message}\n`);
  const on = await releaseToPush(workspace, options.path);
  const state: Pushing = {
    on,
    channel: options.channel,
    isProtected: false,
    words: [],
    git: null,
    packaged: { files: [], leftOut: [], unchecked: [] },
    images: [],
    blockers: [],
    lint: null,
    plan: null,
    step: null,
    result: null,
    airgap: null,
  };
  const clean = (text: string): string => redact(text, secretsOf(process.env));
  try {
    return await interruptible(
      (signal) => run(options, workspace, state, signal),
      () => interrupted(state),
    );
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === null) throw error;
    const message = clean(error instanceof Error ? error.message : String(error));
    if (options.format === 'json') printJson(options, state, workspace, message);
    process.stderr.write(`waybill release push: ${message}\n`);
    return code;
  }
}

async function run(
  options: Options,
  workspace: Workspace,
  state: Pushing,
  signal: AbortSignal,
): Promise<number> {
  const { on } = state;
  const say = (text: string): void => {
    state.words.push(text);
    if (options.format === 'text') process.stdout.write(`${text}\n`);
  };
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  const { context } = on.release;
  const slug = context.app;
  if (slug === null)
    throw new UsageError(
      'Which app? Name it with --app, REPLICATED_APP, `app` in .waybill.yaml or `appSlug` in .replicated.',
    );
  const channelName =
    options.channel ?? context.config.channel ?? channelOfReplicated(on.snapshot, on.release);
  if (channelName === null)
    throw new UsageError('Which channel? Name it with --channel, or `channel` in .waybill.yaml.');

  // What is wrong here is said before anybody is asked.
  state.packaged = await packageRelease(on);
  state.git = await gitState(join(on.root, on.folder), signal);
  const portal = await openPortal();
  const app = await findApp(portal.client, slug, signal);
  const channel = await findChannel(portal.client, app, channelName, signal);
  state.channel = channel.name;
  say(targetInWords(app, channel));
  const domain =
    channel.proxyDomain ?? (await portal.client.hostnames(app.id, signal).catch(() => null))?.proxy;
  signal.throwIfAborted();
  if (domain != null && domain !== context.proxyDomain)
    progress(
      `Note: customers reach the proxy as ${domain}, by the portal; the check takes it to be ${context.proxyDomain}. Set \`proxyDomain: ${domain}\` in .waybill.yaml.`,
    );
  say(gitInWords(state.git));

  await check(options, workspace, state, portal, signal);
  const unchecked = state.images.filter((image) => !isChecked(image));
  if (options.lint)
    state.lint = await lintRemotely(
      specOf(state.packaged.files),
      {
        origin: process.env.LINTER_API_ORIGIN || DEFAULT_LINTER,
        transport: portal.transport,
        budget: createBudget(),
      },
      signal,
    );
  const told = [
    ...state.blockers.map(({ path, range, rule, message }) => {
      const { line, character } = range.start;
      return `${workspace.shown(path)}:${line + 1}:${character + 1}: ${message} [${rule}]`;
    }),
    ...(state.lint ?? []).filter(({ type }) => type === 'error').map(lintInWords),
  ];
  if (told.length > 0) {
    progress(told.join('\n'));
    const many = told.length;
    throw new PushError(
      'release',
      `The check found ${many === 1 ? 'an error' : `${many} errors`}. Nothing was created, and nothing was promoted: mend ${many === 1 ? 'it' : 'them'} and push again.`,
    );
  }
  for (const problem of state.lint ?? []) progress(lintInWords(problem));
  say(
    options.offline
      ? 'Check: of the files alone (--offline), no errors'
      : checkInWords(state.images, unchecked),
  );
  if (options.requireVerdicts && unchecked.length > 0) {
    progress(
      'Some image could not be checked (--require-verdicts). Nothing was created, nothing was promoted.',
    );
    if (options.format === 'json') printJson(options, state, workspace, null);
    return 3;
  }

  const plan = await planPush(
    portal.client,
    {
      app,
      channel,
      files: state.packaged.files,
      images: {
        app: slug,
        config: on.release.layout.configPath === null ? null : textOf(on, on.release.layout.configPath),
        environment: process.env,
      },
      version: options.version,
      notes: options.notes,
      required: options.required,
      ignoreWarnings: options.ignoreWarnings,
      again: options.again,
    },
    signal,
  );
  state.plan = plan;
  say(planInWords(plan, state.packaged));
  const done = (): number => {
    if (options.format === 'json') printJson(options, state, workspace, null);
    return 0;
  };
  if (plan.action.kind === 'nothing') return done();
  const isProtected = context.config.protectedChannels.some(
    (one) => one === channel.name || one === channel.slug,
  );
  state.isProtected = isProtected;
  if (options.dryRun) {
    say(`Nothing was done (--dry-run).${isProtected ? ` ${channel.name} is a protected channel.` : ''}`);
    return done();
  }
  await confirmPromotion({ ...options, channel: channel.name, isProtected }, onTerminal(), signal);

  const result = await push(portal.client, plan, signal, (step) => {
    state.step = step;
    if (step.kind === 'creating') progress('Creating the release …');
    if (step.kind === 'created') progress(`Created release ${step.sequence}.`);
    if (step.kind === 'promoting') progress(`Promoting release ${step.sequence} to ${channel.name} …`);
  });
  state.result = result;
  for (const warning of result.warnings) progress(`The portal warns: ${warning}`);
  say(`Release ${result.sequence} is current on ${channel.name} of ${app.slug}.`);
  const links = linksOf(app.slug);
  say(`${links.releases}\n${links.channels}`);
  if (options.waitAirgap) await airgap(options, workspace, state, portal, signal, say, progress);
  return done();
}

const lintInWords = ({ path, line, type, message, rule }: LintProblem): string =>
  `${path === '' ? 'the release' : path}${line === null ? '' : `:${line}`}: ${type === 'error' ? '' : `${type}: `}${message} [Replicated's linter: ${rule}]`;

async function check(
  options: Options,
  workspace: Workspace,
  state: Pushing,
  portal: Portal,
  signal: AbortSignal,
): Promise<void> {
  const { session } = workspace;
  const { layout } = state.on.release;
  const { folder } = state.on;
  const paths = reportablePaths(session.snapshot).filter(
    (path) =>
      path === layout.configPath ||
      (layout.files.has(path) && (layout.foundBy === '.replicated' || isIn(path, folder))),
  );
  const { asker, flush } = askerFor(session, {
    network: options.offline ? 'off' : 'on',
    profiles: options.profiles,
    env: portal.env,
  });
  const limited = AbortSignal.any([signal, AbortSignal.timeout(CHECK_PATIENCE)]);
  await inquire(session, asker, paths, limited);
  await flush();
  signal.throwIfAborted();
  state.images = reportOf(session.snapshot, paths, workspace.shown).images;
  state.blockers = blockersOf(session.snapshot, paths);
}

async function airgap(
  options: Options,
  { session, shown }: Workspace,
  state: Pushing,
  portal: Portal,
  signal: AbortSignal,
  say: (text: string) => void,
  progress: (text: string) => void,
): Promise<void> {
  const { plan, result } = state;
  if (plan === null || result === null) return;
  if (result.airgap === null) {
    progress('The portal told of no air-gap bundle for this release, so none is waited for.');
    return;
  }
  let told = '';
  const build = await waitForAirgap(
    portal.client,
    plan.app.id,
    result.airgap,
    options.airgapPatience,
    signal,
    ({ status }) => {
      if (status !== told) progress(`Air-gap bundle: ${status} …`);
      told = status;
    },
  );
  state.airgap = build;
  if (!hasFailed(build)) {
    say(
      build.status === 'built' || plan.channel.buildAirgapAutomatically
        ? `Air-gap bundle: ${build.status}.`
        : `Air-gap bundle: ${build.status}. ${plan.channel.name} builds none by itself; build it in the portal where customers need it.`,
    );
    return;
  }
  const { snapshot } = session;
  const places = placesNamedIn(snapshot, [...state.on.release.layout.files.keys()], build.error).map(
    ({ path, range }) => `${shown(path)}:${range.start.line + 1}:${range.start.character + 1}`,
  );
  const where = places.length === 0 ? '' : ` It is named at ${places.join(', ')}.`;
  throw new PushError(
    'airgap',
    `Release ${result.sequence} is promoted, and its air-gap bundle ${build.status === 'warn' ? 'was built with warnings' : `was not built (${build.status})`}: ${build.error || 'the portal does not say why'}.${where} Online installations are not affected.`.replace(
      '..',
      '.',
    ),
  );
}

function interrupted({ step, plan, result }: Pushing): string {
  if (result !== null) return `Interrupted. Release ${result.sequence} is promoted.`;
  if (step?.kind === 'created')
    return `Interrupted. Release ${step.sequence} of ${plan?.app.slug} was created and not promoted; the same command promotes it.`;
  if (step?.kind === 'creating')
    return 'Interrupted. It is not known whether the release was created; nothing was promoted. The same command goes on where this one stopped.';
  if (step?.kind === 'promoting')
    return `Interrupted while release ${step.sequence} was being promoted: look at the channel, or run the same command again.`;
  return 'Interrupted. Nothing was created, and nothing was promoted.';
}

const textOf = ({ snapshot }: ReleaseOnDisk, path: string): string | null =>
  snapshot.files.get(path)?.text ?? null;

/** One object with all that was found out and done. */
function printJson(options: Options, state: Pushing, { shown }: Workspace, error: string | null): void {
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

async function read(args: readonly string[]): Promise<Options> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      app: { type: 'string' },
      channel: { type: 'string' },
      version: { type: 'string' },
      notes: { type: 'string' },
      'notes-file': { type: 'string' },
      required: { type: 'boolean', default: false },
      'wait-airgap': { type: 'boolean', default: false },
      'airgap-timeout': { type: 'string', default: '30' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      confirm: { type: 'string' },
      again: { type: 'boolean', default: false },
      'ignore-warnings': { type: 'boolean', default: false },
      offline: { type: 'boolean', default: false },
      'require-verdicts': { type: 'boolean', default: false },
      lint: { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      'aws-profile': { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.format !== 'text' && values.format !== 'json')
    throw new UsageError(`--format is text or json, not "${values.format}".`);
  if (positionals.length > 1)
    throw new UsageError('waybill release push pushes one release; name one folder.');
  if (values.notes !== undefined && values['notes-file'] !== undefined)
    throw new UsageError('--notes and --notes-file do not go together.');
  const minutes = Number(values['airgap-timeout']);
  if (!Number.isFinite(minutes) || minutes <= 0)
    throw new UsageError(`--airgap-timeout wants a number of minutes, not "${values['airgap-timeout']}".`);
  return {
    path: positionals[0] ?? null,
    app: values.app ?? null,
    channel: values.channel ?? null,
    version: values.version ?? null,
    notes: values['notes-file'] === undefined ? (values.notes ?? '') : await notesIn(values['notes-file']),
    required: values.required,
    waitAirgap: values['wait-airgap'],
    airgapPatience: minutes * 60_000,
    dryRun: values['dry-run'],
    yes: values.yes,
    confirm: values.confirm ?? null,
    again: values.again,
    ignoreWarnings: values['ignore-warnings'],
    offline: values.offline,
    requireVerdicts: values['require-verdicts'],
    lint: values.lint,
    format: values.format,
    profiles: profilesIn(values['aws-profile']),
  };
}

async function notesIn(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The release notes ${path} cannot be read (${error.code}).`);
  });
}
