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
  const named = rewrites(scenario) ? hosts.map(hostAlone) : [];
  return dockerAuths(named, pair);
}

/** What a client signs in to where a domain has a path. */
export const hostAlone = (domain: string): string => domain.split('/', 1)[0] ?? domain;

/**
 * What docker keeps of one user at several registries, as JSON.
 * @param pair the user's name and password with a colon between
 */
export function dockerAuths(registries: readonly string[], pair: string): string {
  const auths = [...new Set(registries)].sort().map((one) => [one, { auth: base64(pair) }] as const);
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}
