import { rewrites } from '../rewrite.ts';
import type { Scenario } from '../scenario.ts';
import { base64 } from './base64.ts';

/** Stands for the id of a licence that is not given. */
const UNKNOWN_LICENSE_ID = 'LICENSE_ID_OF_THE_CUSTOMER';

/**
 * What the app manager's pull secrets hold: the local registry with its user, else the proxy and Replicated's
 * registry with the licence, else nothing.
 */
export function dockerConfig(
  scenario: Scenario,
  access: { readonly licenseId: string | null; readonly localRegistryPassword: string },
): string {
  const { localRegistry } = scenario;
  const pair =
    localRegistry === null
      ? `LICENSE_ID:${access.licenseId ?? UNKNOWN_LICENSE_ID}`
      : `${localRegistry.username ?? ''}:${access.localRegistryPassword}`;
  const hosts =
    localRegistry === null ? [scenario.proxyDomain, scenario.registryDomain] : [localRegistry.host];
  // A domain may have a path, which is no part of what a client signs in to.
  const named = rewrites(scenario) ? hosts.map((host) => host.split('/', 1)[0] ?? host) : [];
  const auths = Object.fromEntries([...new Set(named)].sort().map((host) => [host, { auth: base64(pair) }]));
  return JSON.stringify({ auths });
}
