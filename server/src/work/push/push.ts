import type { PortalChannel } from '../../io/vendor/channels.ts';
import type { PortalClient } from '../../io/vendor/client.ts';
import { PortalError } from '../../io/vendor/error.ts';
import type { AirgapBuild, Promoted } from '../../io/vendor/releases.ts';
import { largest } from './files.ts';
import { PushError } from './model.ts';
import type { PushPlan } from './plan.ts';
import { specOf } from './spec.ts';

/** How far a push has come. Promoting can be cancelled up to `promoting`. */
export type PushStep =
  | { readonly kind: 'creating' }
  | { readonly kind: 'created'; readonly sequence: number }
  | { readonly kind: 'promoting'; readonly sequence: number }
  | { readonly kind: 'promoted'; readonly sequence: number };

export interface PushResult {
  readonly sequence: number;
  /** Whether this run created it, and not one before. */
  readonly created: boolean;
  readonly warnings: readonly string[];
  /** The building of its air-gap bundle; null where the portal told of none. */
  readonly airgap: AirgapBuild | null;
}

/**
 * Creates the release unless it is there, and promotes it. Whatever happens, the error says what was and was not done;
 * the same command then goes on where this one stopped.
 * @throws PushError, or the signal's reason
 */
export async function push(
  client: PortalClient,
  plan: PushPlan,
  signal: AbortSignal,
  heard: (step: PushStep) => void,
): Promise<PushResult> {
  if (plan.action.kind === 'nothing') throw new Error('There is nothing to push.');
  const created = plan.action.kind === 'create';
  const sequence =
    plan.action.kind === 'promote' ? plan.action.sequence : await create(client, plan, signal, heard);
  signal.throwIfAborted();
  await refuseIfChanged(client, plan, sequence, signal);
  signal.throwIfAborted();
  heard({ kind: 'promoting', sequence });
  const { warnings, airgapBuilds } = await promote(client, plan, sequence, signal);
  heard({ kind: 'promoted', sequence });
  return {
    sequence,
    created,
    warnings,
    airgap: airgapBuilds.find(({ channelId }) => channelId === plan.channel.id) ?? null,
  };
}

async function create(
  client: PortalClient,
  { app, files }: PushPlan,
  signal: AbortSignal,
  heard: (step: PushStep) => void,
): Promise<number> {
  heard({ kind: 'creating' });
  const { sequence } = await client.createRelease(app.id, specOf(files), signal).catch((error: unknown) => {
    if (!(error instanceof PortalError)) throw error;
    const { message, nothingChanged, status } = error;
    if (nothingChanged)
      throw new PushError(
        status === 413 ? 'release' : 'portal',
        `${message} The release was not created, and nothing was promoted.${status === 413 ? ` ${largest(files)}` : ''}`,
      );
    throw new PushError(
      'network',
      `${message} It is not known whether the release was created; nothing was promoted. Run the same command again: if the release is there, it is promoted and not created twice.`,
    );
  });
  heard({ kind: 'created', sequence });
  return sequence;
}

const leftBehind = ({ action, app }: PushPlan, sequence: number): string =>
  `Release ${sequence} of ${app.slug} ${action.kind === 'create' ? 'was created' : 'is there'} and was not promoted.`;

/** Two people pushing at once: whoever comes second is to see first what they would replace. */
async function refuseIfChanged(
  client: PortalClient,
  plan: PushPlan,
  sequence: number,
  signal: AbortSignal,
): Promise<void> {
  const now = await client.getChannel(plan.app.id, plan.channel.id, signal).catch((error: unknown) => {
    if (!(error instanceof PortalError)) throw error;
    throw new PushError(
      error.nothingChanged ? 'portal' : 'network',
      `${error.message} ${leftBehind(plan, sequence)} Run the same command again to promote it.`,
    );
  });
  const { name, releaseSequence } = plan.channel;
  if (now.isArchived)
    throw new PushError(
      'portal',
      `The channel ${name} was archived meanwhile. ${leftBehind(plan, sequence)} Unarchive it, or name another channel.`,
    );
  if (now.releaseSequence !== releaseSequence)
    throw new PushError(
      'changed',
      `Somebody promoted release ${now.releaseSequence ?? 'none'} to ${name} meanwhile, so what would change is not what was shown. ${leftBehind(plan, sequence)} Run the same command again to see the difference and to promote it.`,
    );
}

/** The build that a promotion began whose answer was lost: the channel's newest. */
const buildsOf = ({ id, name, channelSequence }: PortalChannel): AirgapBuild[] =>
  channelSequence === null
    ? []
    : [{ channelId: id, channelSequence, channelName: name, status: 'unknown', error: '', full: true }];

async function promote(
  client: PortalClient,
  plan: PushPlan,
  sequence: number,
  signal: AbortSignal,
): Promise<Promoted> {
  const { app, channel, version, notes, required, ignoreWarnings } = plan;
  const promotion = {
    channelId: channel.id,
    versionLabel: version ?? '',
    releaseNotes: notes,
    isRequired: required,
    ignoreWarnings,
  };
  let promoted: Promoted | null = null;
  let failed: PortalError | null = null;
  try {
    // Once it is sent it can no longer be taken back: whoever interrupts now still hears how it ended.
    promoted = await client.promoteRelease(app.id, sequence, promotion, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    failed = error;
  }
  if (failed?.nothingChanged)
    throw new PushError(
      failed.fault === 'conflict' ? 'changed' : 'portal',
      `${failed.message} ${leftBehind(plan, sequence)} The channel ${channel.name} is as it was.${failed.isWarning ? ' Use --ignore-warnings to promote it all the same.' : ''}`,
    );
  // The portal can warn and not promote, and it can fail after it has promoted: the channel itself knows.
  const now = await client.getChannel(app.id, channel.id, signal).catch(() => null);
  if (now !== null && now.releaseSequence !== channel.releaseSequence) {
    if (promoted !== null) return promoted;
    if (now.releaseSequence === sequence) return { airgapBuilds: buildsOf(now), warnings: [] };
  } else if (now !== null || (promoted !== null && promoted.warnings.length > 0)) {
    const warned = promoted === null ? [] : promoted.warnings;
    // Promoted once more, the same release is current before and after.
    if (promoted !== null && warned.length === 0 && now?.releaseSequence === sequence) return promoted;
    const why =
      warned.length > 0
        ? `The portal warns: ${warned.join(' ')} Use --ignore-warnings to promote it all the same.`
        : failed !== null
          ? `${failed.message} Run the same command again to promote it.`
          : `The portal said yes, and the channel still has what it had.${version === null ? ' Give a version label with --version' : ' Look at the release in the portal'}, and push again.`;
    throw new PushError(
      failed === null ? 'portal' : 'network',
      `${leftBehind(plan, sequence)} The channel ${channel.name} is as it was. ${why}`,
    );
  }
  if (promoted !== null) return promoted;
  throw new PushError(
    'network',
    `${failed?.message ?? ''} It is not known whether release ${sequence} was promoted to ${channel.name}. Look at the channel, or run the same command again: what is there already is not done twice.`,
  );
}
