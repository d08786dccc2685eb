import type { PortalCalls } from './calls.ts';
import { type Fields, fieldsOf, flagOf, listOf, numberOf, textOf } from './fields.ts';

/** A channel of an app. */
export interface PortalChannel {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  /** The release that is current on it; null where none was promoted yet. */
  readonly releaseSequence: number | null;
  /** The how manieth promotion to it that was; null likewise. */
  readonly channelSequence: number | null;
  /** The version label of the current release; empty where there is none. */
  readonly currentVersion: string;
  readonly isArchived: boolean;
  readonly isDefault: boolean;
  /** Whether version labels must be semantic versions. */
  readonly semverRequired: boolean;
  /** Whether an air-gap bundle is built for each release that is promoted to it. */
  readonly buildAirgapAutomatically: boolean;
  /** The domain of the vendor's own that customers of this channel reach the proxy by; null where there is none. */
  readonly proxyDomain: string | null;
}

export interface ChannelCalls {
  listChannels(appId: string, signal: AbortSignal): Promise<readonly PortalChannel[]>;
  getChannel(appId: string, channelId: string, signal: AbortSignal): Promise<PortalChannel>;
  createChannel(appId: string, name: string, signal: AbortSignal): Promise<PortalChannel>;
}

const below = (appId: string, rest: string): string => `app/${encodeURIComponent(appId)}/${rest}`;

export const channelCalls = ({ json }: PortalCalls): ChannelCalls => ({
  async listChannels(appId, signal) {
    const { channels } = await json(
      { path: below(appId, 'channels?channelName=&excludeDetail=true'), right: 'list the channels' },
      signal,
    );
    return listOf(channels).map(channelOf);
  },
  async getChannel(appId, channelId, signal) {
    const { channel } = await json(
      { path: below(appId, `channel/${encodeURIComponent(channelId)}`), right: 'read the channels' },
      signal,
    );
    return channelOf(fieldsOf(channel));
  },
  async createChannel(appId, name, signal) {
    const { channel } = await json(
      {
        method: 'POST',
        path: below(appId, 'channel'),
        right: 'create channels',
        body: { name, description: '' },
      },
      signal,
    );
    return channelOf(fieldsOf(channel));
  },
});

function channelOf(fields: Fields): PortalChannel {
  const { customHostNameOverrides: hostnames } = fields;
  // A channel that nothing was promoted to has 0.
  const count = (value: unknown): number | null => numberOf(value) || null;
  return {
    id: textOf(fields.id),
    name: textOf(fields.name),
    slug: textOf(fields.channelSlug) || textOf(fields.name).toLowerCase(),
    releaseSequence: count(fields.releaseSequence),
    channelSequence: count(fields.channelSequence),
    currentVersion: textOf(fields.currentVersion),
    isArchived: flagOf(fields.isArchived),
    isDefault: flagOf(fields.isDefault),
    semverRequired: flagOf(fields.semverRequired),
    buildAirgapAutomatically: flagOf(fields.buildAirgapAutomatically),
    proxyDomain: textOf(fieldsOf(fieldsOf(hostnames).proxy).hostname) || null,
  };
}
