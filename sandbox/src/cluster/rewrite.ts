import { hostnameOf } from '../portal/channels.ts';
import { isEcr, splitHost } from '../portal/proxy.ts';
import { pullUpstream } from '../portal/pull.ts';
import type { App } from '../portal/state.ts';
import type { World } from '../world.ts';

/** The hosts of Replicated's services for one app. */
export const domainsOf = (
  world: World,
  { id }: App,
): { readonly proxy: string; readonly registry: string } => ({
  proxy: hostnameOf(world.portal.state, id, 'proxy') ?? 'proxy.replicated.com',
  registry: hostnameOf(world.portal.state, id, 'registry') ?? 'registry.replicated.com',
});

/**
 * What the app manager makes of an image in a manifest, online and with a licence: one that nobody may pull without
 * credentials goes through the proxy. Source: KOTS, pkg/base/rewrite.go.
 * @param all whether public images go through it too (`proxyPublicImages`)
 */
export async function rewriteImage(world: World, app: App, image: string, all: boolean): Promise<string> {
  const { proxy, registry } = domainsOf(world, app);
  const { host, path } = splitHost(image);
  if (host === proxy || host === registry || /\{\{/.test(image)) return image;
  const isPrivate = all || isEcr(host) || (await pullUpstream(world, path)).status !== 200;
  return isPrivate ? `${proxy}/proxy/${app.slug}/${image}` : image;
}
