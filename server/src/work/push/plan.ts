import type { ImageSettings } from '../../core/features/image-difference.ts';
import type { PortalApp } from '../../io/vendor/apps.ts';
import type { PortalChannel } from '../../io/vendor/channels.ts';
import type { PortalClient } from '../../io/vendor/client.ts';
import { contentDigest } from './content.ts';
import { differenceOf, noDifference, type ReleaseDifference } from './difference.ts';
import { type PackagedFile, PushError } from './model.ts';
import { filesIn } from './spec.ts';

/** What is to be promoted, where and as what. */
export interface PushRequest {
  readonly app: PortalApp;
  readonly channel: PortalChannel;
  readonly files: readonly PackagedFile[];
  readonly images: ImageSettings;
  /** The version label; null for none. */
  readonly version: string | null;
  /** Markdown. */
  readonly notes: string;
  readonly required: boolean;
  /** Whether it is promoted though the portal warns. */
  readonly ignoreWarnings: boolean;
  /** Whether the same content is released once more. */
  readonly again: boolean;
}

/** What pushing would do. */
export interface PushPlan extends PushRequest {
  /** What tells this content from another. */
  readonly digest: string;
  /** The release that is current on the channel; null where none is. */
  readonly current: { readonly sequence: number; readonly version: string; readonly digest: string } | null;
  /** Compared with the channel's current release; null where there is none. */
  readonly difference: ReleaseDifference | null;
  readonly action: /** The channel has it already. */
    | { readonly kind: 'nothing' }
    /** It was created before and not promoted. */
    | { readonly kind: 'promote'; readonly sequence: number }
    | { readonly kind: 'create' };
}

/** Releases that were created and promoted nowhere are looked at from the newest on, so many at most. */
const MOST_LEFT_BEHIND = 5;

/**
 * Finds out what pushing would do. Nothing is changed.
 * @throws PushError, PortalError, or the signal's reason
 */
export async function planPush(
  client: PortalClient,
  request: PushRequest,
  signal: AbortSignal,
): Promise<PushPlan> {
  const { app, channel, files, version } = request;
  refuseLabel(channel, version);
  const digest = contentDigest(files);
  const current = await currentOf(client, app, channel, signal);
  const plan = {
    ...request,
    digest,
    current: current?.release ?? null,
    difference:
      current === null
        ? null
        : current.release.digest === digest
          ? noDifference
          : differenceOf(current.files, files, request.images),
  };
  if (current?.release.digest === digest && !request.again) return { ...plan, action: { kind: 'nothing' } };
  const left = await leftBehind(client, app, current?.release.sequence ?? 0, digest, signal);
  return { ...plan, action: left === null ? { kind: 'create' } : { kind: 'promote', sequence: left } };
}

async function currentOf(client: PortalClient, app: PortalApp, channel: PortalChannel, signal: AbortSignal) {
  if (channel.releaseSequence === null) return null;
  const { sequence, files: spec } = await client.getRelease(app.id, channel.releaseSequence, signal);
  const files = filesIn(spec);
  return { release: { sequence, version: channel.currentVersion, digest: contentDigest(files) }, files };
}

/** A release with this content that an interrupted run left behind: newer than the channel's, and on no channel. */
async function leftBehind(
  client: PortalClient,
  app: PortalApp,
  after: number,
  digest: string,
  signal: AbortSignal,
): Promise<number | null> {
  const newer = (await client.listReleases(app.id, 0, signal)).filter(
    ({ sequence, isArchived, channels }) => sequence > after && !isArchived && channels.length === 0,
  );
  for (const { sequence } of newer.slice(0, MOST_LEFT_BEHIND)) {
    const { files } = await client.getRelease(app.id, sequence, signal);
    if (contentDigest(filesIn(files)) === digest) return sequence;
  }
  return null;
}

/** Semantic Versioning 2.0.0, with the `v` that many write before it. */
const semver =
  /^v?(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

function refuseLabel({ name, semverRequired }: PortalChannel, version: string | null): void {
  if (!semverRequired || (version !== null && semver.test(version))) return;
  throw new PushError(
    'portal',
    `The channel ${name} wants a semantic version as label, such as 1.2.3${version === null ? '' : `, and "${version}" is none`}. Give one with --version. Nothing was pushed.`,
  );
}
