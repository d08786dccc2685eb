import { join } from 'node:path';
import { isChecked } from '../../core/features/report.ts';
import { gitState } from '../../io/git/state.ts';
import { redact, secretsOf } from '../../io/net/redact.ts';
import { packageRelease, type ReleaseOnDisk } from '../../work/push/files.ts';
import { findApp, findChannel } from '../../work/push/find.ts';
import { channelOfReplicated } from '../../work/push/own-folder.ts';
import { planPush } from '../../work/push/plan.ts';
import { push } from '../../work/push/push.ts';
import { checkInWords, gitInWords, linksOf, planInWords, targetInWords } from '../../work/push/words.ts';
import { exitCodeOf, interruptible, openPortal } from '../portal.ts';
import { noApp, noChannel } from '../which-app.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';
import { airgap } from './airgap.ts';
import { check } from './checked.ts';
import { confirmPromotion, onTerminal } from './confirm.ts';
import { type PushOptions, readPushOptions } from './options.ts';
import { begun, interrupted, type Pushing, printJson } from './report.ts';
import { releaseToPush } from './source.ts';

/** `waybill release push`: checks a release, shows what changes, creates it in the vendor portal and promotes it. */
export async function pushRelease(args: readonly string[]): Promise<number> {
  const options = await readPushOptions(args);
  const workspace = await openWorkspace(options.path === null ? [] : [options.path], {
    app: options.app,
    environment: process.env,
  });
  for (const { message } of workspace.problems) process.stderr.write(`${message}\n`);
  const on = await releaseToPush(workspace, options.path);
  const state = begun(on, options);
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
  options: PushOptions,
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
  if (slug === null) throw noApp();
  const channelName =
    options.channel ?? context.config.channel ?? channelOfReplicated(on.snapshot, on.release);
  if (channelName === null) throw noChannel();

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

  await check(options, workspace, state, portal, signal, progress);
  const unchecked = state.images.filter((image) => !isChecked(image));
  say(
    options.offline
      ? 'Check: of the files alone (--offline), no errors'
      : checkInWords(state.images, unchecked),
  );
  if (options.requireVerdicts && unchecked.length + state.unread.length > 0) {
    progress(
      'Not all of it could be checked (--require-verdicts). Nothing was created, and nothing was promoted.',
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
    if (isProtected) say(`${channel.name} is a protected channel.`);
    if (options.format === 'text') process.stdout.write('Nothing was done (--dry-run).\n');
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

const textOf = ({ snapshot }: ReleaseOnDisk, path: string): string | null =>
  snapshot.files.get(path)?.text ?? null;
