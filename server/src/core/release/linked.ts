import { canonicalHost } from '../image/hosts.ts';
import type { PortalRegistries } from '../knowledge/knowledge.ts';
import type { WaybillConfig } from './config.ts';
import type { ReleaseContext } from './context.ts';

/**
 * The linked registries of an app: those that `.waybill.yaml` lists and those that the vendor portal has. A portal
 * that does not have the app is another team's and says nothing of it.
 * @param app the app's slug, where it is known
 * @param portal the portal's list, where it was read
 */
export function linkedFor(
  app: string | null,
  config: WaybillConfig,
  portal: PortalRegistries | null,
): Pick<ReleaseContext, 'linked' | 'registryNames'> {
  const listed = config.registries.map(({ endpoint }) => endpoint);
  if (portal === null || (app !== null && !portal.apps.includes(app)))
    return {
      linked: {
        source: listed.length === 0 ? null : '.waybill.yaml',
        endpoints: listed,
        onlyListed: [],
        elsewhere: {},
      },
      registryNames: {},
    };

  const here = portal.registries.filter(({ apps }) => apps === null || app === null || apps.includes(app));
  const linked = new Set(here.map(({ endpoint }) => canonicalHost(endpoint)));
  const elsewhere: Record<string, string[]> = {};
  for (const { endpoint, apps } of portal.registries) {
    const host = canonicalHost(endpoint);
    if (apps === null || linked.has(host)) continue;
    elsewhere[host] = [...new Set([...(elsewhere[host] ?? []), ...apps])].sort();
  }
  return {
    linked: {
      source: 'vendor portal',
      endpoints: [...new Set([...listed, ...linked])],
      onlyListed: listed.filter((endpoint) => !linked.has(canonicalHost(endpoint))),
      elsewhere,
    },
    registryNames: Object.fromEntries(here.map(({ slug, endpoint }) => [slug, canonicalHost(endpoint)])),
  };
}
