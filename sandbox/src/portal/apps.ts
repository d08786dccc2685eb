import { appOf, badRequest, newId, type Operation, textOf } from './call.ts';
import { describeChannel } from './channels.ts';
import { type App, firstChannels, type PortalState } from './state.ts';

/** `GET /v3/apps`: the CLI's `app ls`, and how every client turns a slug into an id. */
export const listApps: Operation = ({ portal, query }) => ({
  status: 200,
  body: { apps: portal.apps.map((app) => describe(portal, app, query.get('excludeChannels') !== 'true')) },
});

/** `GET /v1/apps`: apps of Replicated's older platform, which clients look through first. There are none. */
export const listPlatformApps: Operation = () => ({ status: 200, body: [] });

/** `POST /v3/app {"name"}`: an app with its three channels. */
export const createApp: Operation = ({ portal, body, now }) => {
  const name = textOf(body.name).trim();
  if (name === '') throw badRequest('name is required');
  const base =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'app';
  const isTaken = (slug: string): boolean =>
    portal.apps.some((each) => each.slug === slug) || (portal.takenSlugs ?? []).includes(slug);
  let slug = base;
  for (let i = 1; isTaken(slug); i += 1) slug = `${base}-${i}`;
  const app: App = { id: newId(), slug, name };
  portal.apps.push(app);
  portal.channels.push(...firstChannels(app.id, now));
  return { status: 201, body: { app: describe(portal, app, true) } };
};

export const deleteApp: Operation = (call) => {
  const { portal } = call;
  portal.apps.splice(portal.apps.indexOf(appOf(call)), 1);
  return { status: 200, body: {} };
};

function describe(portal: PortalState, app: App, withChannels: boolean): object {
  const channels = portal.channels.filter(({ appId, isArchived }) => appId === app.id && !isArchived);
  return {
    ...app,
    description: '',
    isArchived: false,
    isFoundation: false,
    isKotsApp: true,
    teamId: 'sandbox-team',
    channels: withChannels ? channels.map((each) => describeChannel(portal, each)) : undefined,
  };
}
