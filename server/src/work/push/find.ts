import { nearest } from '../../core/image/distance.ts';
import type { PortalApp } from '../../io/vendor/apps.ts';
import type { PortalChannel } from '../../io/vendor/channels.ts';
import type { PortalClient } from '../../io/vendor/client.ts';
import { PushError } from './model.ts';

/** Names are listed up to here; a team may have many. */
const MOST_NAMES = 10;

/**
 * The app with a slug, or with an id.
 * @throws PushError `portal` where the token sees no such app, with those that it sees
 */
export async function findApp(
  client: Pick<PortalClient, 'listApps'>,
  slug: string,
  signal: AbortSignal,
): Promise<PortalApp> {
  const apps = await client.listApps(signal);
  const found = apps.find((app) => app.slug === slug) ?? apps.find((app) => app.id === slug);
  if (found !== undefined) return found;
  const slugs = apps.map((app) => app.slug);
  const has = slugs.length === 0 ? 'It sees no app at all.' : `It sees ${listed(slugs, slug)}.`;
  throw new PushError('portal', `The vendor portal has no app "${slug}" for this token. ${has}`);
}

/**
 * A channel of an app by its name, slug or id; capitals matter only where two names differ in them.
 * @throws PushError `portal` where there is none, or it is archived
 */
export async function findChannel(
  client: Pick<PortalClient, 'listChannels' | 'getChannel'>,
  app: PortalApp,
  name: string,
  signal: AbortSignal,
): Promise<PortalChannel> {
  const channels = await client.listChannels(app.id, signal);
  const lower = name.toLowerCase();
  const alike = channels.filter((one) => one.name.toLowerCase() === lower);
  const found =
    channels.find((one) => one.name === name) ??
    channels.find((one) => one.id === name || one.slug === name) ??
    (alike.length === 1 ? alike[0] : undefined);
  if (found === undefined)
    throw new PushError(
      'portal',
      `The app ${app.slug} has no channel "${name}", or it is archived. It has ${listed(
        channels.filter((one) => !one.isArchived).map((one) => one.name),
        name,
      )}.`,
    );
  // The list need not tell all of a channel.
  const detail = await client.getChannel(app.id, found.id, signal);
  const channel = {
    ...(detail.id === '' ? found : detail),
    isArchived: found.isArchived || detail.isArchived,
    semverRequired: found.semverRequired || detail.semverRequired,
  };
  if (channel.isArchived)
    throw new PushError(
      'portal',
      `The channel ${channel.name} of ${app.slug} is archived: nothing can be promoted to it. Unarchive it in the portal, or name another channel.`,
    );
  return channel;
}

/** Some names, near ones first. */
function listed(names: readonly string[], wanted: string): string {
  if (names.length === 0) return 'none';
  const near = nearest(wanted, names, MOST_NAMES);
  const sorted = [...near, ...names.filter((one) => !near.includes(one))];
  const more = sorted.length - MOST_NAMES;
  return `${sorted.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
