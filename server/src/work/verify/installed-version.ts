import type { PortalChannel } from '../../io/vendor/channels.ts';
import type { PortalClient } from '../../io/vendor/client.ts';
import { PortalError } from '../../io/vendor/error.ts';
import type { InstalledVersion } from './archive.ts';

/** What is installed, held against what is current on its channel. */
export interface VersionFinding {
  readonly finding: 'current' | 'other' | 'unknown';
  /** The version that is current, as people call it; null where that is not known. */
  readonly current: string | null;
  /** One or two sentences for people: what is known, and what to do. */
  readonly message: string;
}

/** Who can be asked for the channel's current version, or why nobody can. */
export type Portal =
  | { readonly client: Pick<PortalClient, 'listApps' | 'listChannels'> }
  | { readonly none: string };

/**
 * Holds an installed version against its channel's current one.
 * @param app slug; null where nothing names it
 */
export async function againstChannel(
  version: InstalledVersion,
  app: string | null,
  portal: Portal,
  signal: AbortSignal,
): Promise<VersionFinding> {
  const named = nameOf(version);
  const unknown = (why: string): VersionFinding => ({
    finding: 'unknown',
    current: null,
    message: `${named} is installed; what is current on its channel is not known: ${why}`,
  });
  if ('none' in portal) return unknown(portal.none);
  if (app === null) return unknown('nothing names the app. Name it with --app.');
  try {
    const found = (await portal.client.listApps(signal)).find(({ slug }) => slug === app);
    if (found === undefined) return unknown(`the vendor portal's token sees no app ${app}.`);
    const channels = await portal.client.listChannels(found.id, signal);
    const channel =
      channels.find(({ id }) => id === version.channelId) ??
      channels.find(({ name }) => name === version.channel);
    if (channel === undefined)
      return unknown(
        `the app ${app} has no channel ${version.channel ?? version.channelId ?? '(none is named)'}.`,
      );
    return held(version, named, channel);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PortalError) return unknown(error.message);
    throw error;
  }
}

function held(version: InstalledVersion, named: string, channel: PortalChannel): VersionFinding {
  const { name, currentVersion, channelSequence, releaseSequence } = channel;
  if (releaseSequence === null)
    return {
      finding: 'other',
      current: null,
      message: `${named} is installed; nothing is promoted to ${name} at present.`,
    };
  const current = currentVersion || `release ${releaseSequence}`;
  const cursor = version.cursor === null ? null : Number(version.cursor);
  const isSame =
    cursor === null || channelSequence === null
      ? version.label === currentVersion
      : cursor === channelSequence;
  if (isSame)
    return { finding: 'current', current, message: `${named} is installed, which is current on ${name}.` };
  const isNewer = cursor !== null && channelSequence !== null && cursor > channelSequence;
  return {
    finding: 'other',
    current,
    message: isNewer
      ? `${named} is installed, which is newer than ${current}, the current one on ${name}: a release was taken back. Promote a newer one; customers do not go back by themselves.`
      : `${named} is installed; ${current} is current on ${name}. Check for updates where it is installed, and deploy it.`,
  };
}

function nameOf({ label, cursor, channel }: InstalledVersion): string {
  const version = label === null ? 'A version without a label' : `Version ${label}`;
  const promotion = cursor === null ? null : `promotion ${cursor}`;
  const from = [promotion, channel].filter((part) => part !== null).join(' to ');
  return from === '' ? version : `${version} (${from})`;
}
