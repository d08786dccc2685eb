import type { PortalCalls } from './calls.ts';
import { flagOf, listOf, textOf } from './fields.ts';

/** The hosts that customers of an app reach Replicated by. */
export interface Hostnames {
  readonly proxy: string;
  readonly registry: string;
}

export interface HostnameCalls {
  /** The vendor's own domains where one is the default for the app, else Replicated's. */
  hostnames(appId: string, signal: AbortSignal): Promise<Hostnames>;
}

const kinds = ['proxy', 'registry'] as const;
const usual: Hostnames = { proxy: 'proxy.replicated.com', registry: 'registry.replicated.com' };

export const hostnameCalls = ({ json }: PortalCalls): HostnameCalls => ({
  async hostnames(appId, signal) {
    const below = (rest: string): string => `app/${encodeURIComponent(appId)}/${rest}`;
    const right = 'read custom domains';
    const [own, replicated] = await Promise.all([
      json({ path: below('custom-hostnames'), right }, signal),
      json({ path: below('default-hostnames'), right }, signal),
    ]);
    const hostOf = (kind: (typeof kinds)[number]): string =>
      textOf(listOf(own[kind]).find(({ is_default }) => flagOf(is_default))?.hostname) ||
      textOf(replicated[kind]) ||
      usual[kind];
    return { proxy: hostOf('proxy'), registry: hostOf('registry') };
  },
});
