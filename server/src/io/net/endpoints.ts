import { canonicalHost } from '../../core/image/hosts.ts';
import { isForbiddenAddress, isLoopback } from './addresses.ts';

/** Where to really connect for a registry's host. */
export interface Endpoint {
  /** Scheme, host, port and a path without a slash at its end. */
  readonly base: URL;
  /** Whether somebody set it, so that it says nothing of the registry's own name. */
  readonly mapped: boolean;
}

/** Where Docker Hub's registry is: `docker.io` itself is a web site. */
const DOCKER_HUB = 'registry-1.docker.io';

/** The endpoints that somebody set for registry hosts; `*` stands for all hosts that are not named. */
export type EndpointMap = ReadonlyMap<string, URL>;

/**
 * Reads WAYBILL_REGISTRY_ENDPOINTS, a JSON object of registry host → base URL. What cannot be understood is left out
 * and logged.
 */
export function readEndpoints(text: string | undefined, log: (line: string) => void): EndpointMap {
  const map = new Map<string, URL>();
  if (text === undefined || text.trim() === '') return map;
  const bad = (why: string): void => log(`WAYBILL_REGISTRY_ENDPOINTS: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    bad('ignored, because it is not JSON. Write {"docker.io":"https://mirror.example.com"}.');
    return map;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    bad('ignored, because it is not a JSON object of registry host to URL.');
    return map;
  }
  for (const [host, target] of Object.entries(value)) {
    const url = typeof target === 'string' && URL.canParse(target) ? new URL(target) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      bad(`ignored for ${host}, because that is no http or https URL without user and password.`);
      continue;
    }
    if (isForbiddenAddress(url.hostname)) {
      bad(`ignored for ${host}, because Waybill never connects to link-local addresses.`);
      continue;
    }
    url.pathname = url.pathname.replace(/\/+$/, '');
    url.search = '';
    url.hash = '';
    map.set(host === '*' ? host : canonicalHost(host), url);
  }
  return map;
}

/** The endpoint that somebody set for just this host; null where there is none. `*` does not count. */
export const namedEndpoint = (host: string, map: EndpointMap): string | null =>
  map.get(canonicalHost(host))?.href.replace(/\/$/, '') ?? null;

/**
 * Where to connect for a registry's host: where the map says, else HTTPS at the host itself, plain HTTP on this
 * machine. Null for a host that is not one, and for addresses that are never connected to.
 */
export function endpointOf(host: string, map: EndpointMap = new Map()): Endpoint | null {
  const canonical = canonicalHost(host);
  const mapped = map.get(canonical) ?? map.get('*');
  if (mapped !== undefined) return { base: mapped, mapped: true };
  const real = canonical === 'docker.io' ? DOCKER_HUB : canonical;
  if (!URL.canParse(`https://${real}`)) return null;
  const base = new URL(`https://${real}`);
  // The parser is kinder than registries are: nothing but a host and a port may stand there.
  if (base.pathname !== '/' || base.username !== '' || base.search !== '' || base.hash !== '') return null;
  if (isForbiddenAddress(base.hostname)) return null;
  if (!isLoopback(base.hostname)) return { base, mapped: false };
  return { base: new URL(`http://${real}`), mapped: false };
}
