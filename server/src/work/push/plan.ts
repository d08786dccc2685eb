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
    /** A release with this content is there: an interrupted run left it behind, or another channel has it. */
    | { readonly kind: 'promote'; readonly sequence: number }
    | { readonly kind: 'create' };
}

/** So many of the newest releases are looked at, and so many that are current on other channels. */
const MOST_LOOKED_AT = 5;

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
  const same = await sameContent(client, app, current?.release.sequence ?? 0, digest, signal);
  return { ...plan, action: same === null ? { kind: 'create' } : { kind: 'promote', sequence: same } };
}

async function currentOf(client: PortalClient, app: PortalApp, channel: PortalChannel, signal: AbortSignal) {
  if (channel.releaseSequence === null) return null;
  const { sequence, files: spec } = await client.getRelease(app.id, channel.releaseSequence, signal);
  const files = filesIn(spec);
  return { release: { sequence, version: channel.currentVersion, digest: contentDigest(files) }, files };
}

/**
 * A release with this content that is newer than the channel's: what an interrupted run left behind, or what is current
 * on another channel, so that one release goes from channel to channel.
 */
async function sameContent(
  client: PortalClient,
  app: PortalApp,
  after: number,
  digest: string,
  signal: AbortSignal,
): Promise<number | null> {
  const newer = (await client.listReleases(app.id, 0, signal)).filter(
    ({ sequence, isArchived }) => sequence > after && !isArchived,
  );
  const promoted = newer.filter(({ channels }) => channels.length > 0);
  const looked = new Set([...newer.slice(0, MOST_LOOKED_AT), ...promoted.slice(0, MOST_LOOKED_AT)]);
  for (const { sequence } of looked) {
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
