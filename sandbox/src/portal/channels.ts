import { imagesOf } from '../release/images.ts';
import { filesOf } from '../release/spec.ts';
import { startAirgap } from './airgap.ts';
import { appOf, badRequest, channelOf, newId, notFound, type Operation, pageOf, textOf } from './call.ts';
import type { Channel, PortalState, Promotion } from './state.ts';

/** `GET /v3/app/:app/channels`: all that are not archived; with `excludeDetail` without their releases. */
export const listChannels: Operation = (call) => {
  const { portal, query } = call;
  const app = appOf(call);
  const name = query.get('channelName');
  const channels = portal.channels
    .filter((each) => each.appId === app.id && !each.isArchived)
    .filter((each) => name === null || name === '' || each.name === name || each.id === name);
  const detailed = query.get('excludeDetail') !== 'true';
  return {
    status: 200,
    body: { channels: channels.map((each) => describeChannel(portal, each, detailed)) },
  };
};

/** `GET /v3/app/:app/channel/:channel`: archived ones too. */
export const getChannel: Operation = (call) => ({
  status: 200,
  body: { channel: describeChannel(call.portal, channelOf(call), true) },
});

export const createChannel: Operation = (call) => {
  const { portal, body, now } = call;
  const app = appOf(call);
  const name = textOf(body.name).trim();
  if (name === '') throw badRequest('name is required');
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const isTaken = portal.channels.some(
    (each) => each.appId === app.id && !each.isArchived && (each.name === name || each.slug === slug),
  );
  if (isTaken) throw badRequest(`a channel with the name ${name} already exists`);
  const channel: Channel = {
    id: newId(),
    appId: app.id,
    name,
    slug,
    description: textOf(body.description),
    isDefault: false,
    isArchived: false,
    semverRequired: false,
    buildAirgapAutomatically: false,
    created: now,
  };
  portal.channels.push(channel);
  return { status: 201, body: { channel: describeChannel(portal, channel) } };
};

/** `PATCH …/channel/:channel {"semverRequired", "buildAirgapAutomatically"}`; what is left out stays. */
export const patchChannel: Operation = (call) => {
  const channel = channelOf(call);
  const { semverRequired, buildAirgapAutomatically } = call.body;
  if (typeof semverRequired === 'boolean') channel.semverRequired = semverRequired;
  if (typeof buildAirgapAutomatically === 'boolean')
    channel.buildAirgapAutomatically = buildAirgapAutomatically;
  return { status: 200, body: { channel: describeChannel(call.portal, channel) } };
};

/** `DELETE …/channel/:channel` archives it, unless customers are on it. */
export const archiveChannel: Operation = (call) => {
  const channel = channelOf(call);
  if (channel.isDefault) throw badRequest('The default channel cannot be archived');
  const busy = call.portal.customers.some(
    (each) => !each.isArchived && each.channels.some(({ id }) => id === channel.id),
  );
  if (busy) throw badRequest('Channel cannot be archived because it has active customers');
  channel.isArchived = true;
  return { status: 200, body: {} };
};

/**
 * `GET …/channel/:channel/releases`: what was promoted, the newest first, by page or by `versionLabel`; each with the
 * images that an air-gap bundle would hold.
 */
export const listChannelReleases: Operation = (call) => {
  const channel = channelOf(call);
  const label = call.query.get('versionLabel');
  const found = promotionsOn(call.portal, channel)
    .filter((each) => label === null || label === '' || each.versionLabel === label)
    .reverse();
  const releases = pageOf(found, call.query).map((each) => ({
    ...describePromotion(call.portal, each),
    airgapBundleImages: imagesOf(filesIn(call.portal, each)),
  }));
  return { status: 200, body: { releases } };
};

/** `POST …/channel/:channel/release/:channelSequence/demote` and `undemote`. */
export const demote =
  (to: 'demoted' | 'back'): Operation =>
  (call) => {
    const found = promotionOf(call.portal, channelOf(call), call.params.channelSequence);
    found.demotedAt = to === 'demoted' ? call.now : null;
    return { status: 200, body: { release: describePromotion(call.portal, found) } };
  };

/** `GET …/channel/:channel/release/:channelSequence/airgap/status`. */
export const airgapStatus: Operation = (call) => {
  const { airgap } = promotionOf(call.portal, channelOf(call), call.params.channelSequence);
  return { status: 200, body: { airgapBuildStatus: airgap.status, airgapBuildError: airgap.error } };
};

/** `POST …/channel/:channel/release/:channelSequence/airgap/build`: builds the bundle, again where there is one. */
export const buildAirgapBundle: Operation = (call) => {
  const promotion = promotionOf(call.portal, channelOf(call), call.params.channelSequence);
  startAirgap(call.world, promotion);
  return { status: 202, body: { airgapBuildStatus: promotion.airgap.status } };
};

function promotionOf(portal: PortalState, channel: Channel, channelSequence: string | undefined): Promotion {
  const found = promotionsOn(portal, channel).find(
    (each) => each.channelSequence === Number(channelSequence),
  );
  if (found === undefined) throw notFound('Channel release');
  return found;
}

/** The oldest first. */
export const promotionsOn = (portal: PortalState, { id }: Channel): Promotion[] =>
  portal.promotions.filter(({ channelId }) => channelId === id);

/** What installations of a channel get now; null where nothing was promoted, or all of it was demoted. */
export const currentOn = (portal: PortalState, channel: Channel): Promotion | null =>
  promotionsOn(portal, channel).findLast(({ demotedAt }) => demotedAt === null) ?? null;

export const filesIn = (portal: PortalState, { appId, sequence }: Promotion) =>
  filesOf(portal.releases.find((each) => each.appId === appId && each.sequence === sequence)?.files ?? []);

/** A channel as the API has it; `detailed` with its releases and the number of its customers. */
export function describeChannel(portal: PortalState, channel: Channel, detailed = false): object {
  const promotions = promotionsOn(portal, channel);
  const current = currentOn(portal, channel);
  const customers = portal.customers.filter(({ channels }) => channels.some(({ id }) => id === channel.id));
  const { slug, ...rest } = channel;
  const proxy = hostnameOf(portal, channel.appId, 'proxy');
  return {
    ...rest,
    channelSlug: slug,
    channelIcon: '',
    updated: promotions.at(-1)?.created ?? channel.created,
    releaseSequence: current?.sequence ?? 0,
    channelSequence: current?.channelSequence ?? 0,
    currentVersion: current?.versionLabel ?? '',
    releaseNotes: current?.notes ?? '',
    numReleases: promotions.length,
    isHelmOnly: false,
    replicatedRegistryDomain: hostnameOf(portal, channel.appId, 'registry') ?? 'registry.replicated.com',
    customHostNameOverrides: {
      registry: { hostname: '' },
      proxy: { hostname: proxy ?? '' },
      downloadPortal: { hostname: '' },
      replicatedApp: { hostname: '' },
    },
    chartReleases: [],
    ...(detailed
      ? {
          customers: {
            totalCustomers: customers.length,
            activeCustomers: customers.filter(({ isArchived }) => !isArchived).length,
            inactiveCustomers: customers.filter(({ isArchived }) => isArchived).length,
          },
          releases: promotions.map((each) => describePromotion(portal, each)).reverse(),
        }
      : {}),
  };
}

function describePromotion(portal: PortalState, promotion: Promotion): object {
  const channel = portal.channels.find(({ id }) => id === promotion.channelId);
  return {
    airgapBuildStatus: promotion.airgap.status,
    airgapBuildError: promotion.airgap.error,
    channelId: promotion.channelId,
    channelName: channel?.name ?? '',
    channelIcon: '',
    channelSequence: promotion.channelSequence,
    sequence: promotion.sequence,
    semver: promotion.versionLabel,
    versionLabel: promotion.versionLabel,
    releaseNotes: promotion.notes,
    isRequired: promotion.isRequired,
    created: promotion.created,
    releasedAt: promotion.created,
    updated: promotion.demotedAt ?? promotion.created,
    isDemoted: promotion.demotedAt !== null,
    demotedAt: promotion.demotedAt,
    proxyRegistryDomain: hostnameOf(portal, promotion.appId, 'proxy') ?? 'proxy.replicated.com',
    installationTypes: {},
  };
}

/** The app's own default host of a service; null where Replicated's serves it. */
export const hostnameOf = (
  portal: PortalState,
  appId: string,
  service: 'registry' | 'proxy',
): string | null =>
  portal.hostnames.find((each) => each.appId === appId && each.service === service && each.isDefault)
    ?.hostname ?? null;
