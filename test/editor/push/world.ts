import type { PortalState } from '../../../sandbox/src/portal/state.ts';

export const registry = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

/** What the sandbox's portal holds, after something happened in it where that is said. */
export async function portal(happening?: Happening): Promise<PortalState> {
  const url = process.env.WAYBILL_EDITOR_WORLD;
  if (url === undefined) throw new Error('There is no world: run this through npm run test:vscode.');
  const response = await fetch(
    url,
    happening === undefined ? {} : { method: 'POST', body: JSON.stringify(happening) },
  );
  const said = await response.text();
  if (!response.ok) throw new Error(said);
  return JSON.parse(said) as PortalState;
}

/** See `happenings` in scripts/vscode/lib/world.mjs. */
export type Happening =
  | { readonly what: 'unlink' }
  | { readonly what: 'change'; readonly app: string; readonly channel: string; readonly change: object }
  | { readonly what: 'hang'; readonly operation?: string }
  | { readonly what: 'install'; readonly app: string; readonly channel: string };

/** What an app has in the portal: sequences of its releases, and of promotions to each of its channels. */
export async function held(app: string): Promise<{ releases: number[]; promoted: Record<string, number[]> }> {
  const { apps, channels, releases, promotions } = await portal();
  const own = apps.find(({ slug }) => slug === app)?.id;
  const promoted: Record<string, number[]> = {};
  for (const { channelId, sequence } of promotions.filter(({ appId }) => appId === own)) {
    const name = channels.find(({ id }) => id === channelId)?.name ?? channelId;
    promoted[name] = [...(promoted[name] ?? []), sequence];
  }
  return {
    releases: releases.filter(({ appId }) => appId === own).map(({ sequence }) => sequence),
    promoted,
  };
}
