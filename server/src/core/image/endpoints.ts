import { editDistance } from './distance.ts';
import { canonicalHost } from './hosts.ts';

const FAR = 64;

/**
 * The endpoint that a host was most likely meant to be: for ECR hosts by how many letters of account and region
 * differ (a digit more or less, a neighbouring region), for others by the whole host. The first of the nearest
 * wins; null where none is near: not half of the account, or of the host, agrees.
 */
export function nearestEndpoint(host: string, endpoints: readonly string[]): string | null {
  let best: { endpoint: string; distance: number } | null = null;
  for (const endpoint of endpoints) {
    const distance = endpointDistance(host, endpoint);
    if (distance !== null && (best === null || distance < best.distance)) best = { endpoint, distance };
  }
  return best?.endpoint ?? null;
}

/** How many letters of account and region (or of the host) differ; null where they have nothing in common. */
export function endpointDistance(a: string, b: string): number | null {
  const [one, other] = [canonicalHost(a), canonicalHost(b)];
  const left = accountAndRegion(one);
  const right = accountAndRegion(other);
  if (left === null || right === null) {
    const distance = editDistance(one, other, FAR);
    return distance <= Math.max(one.length, other.length) / 3 ? distance : null;
  }
  const account = editDistance(left.account, right.account, FAR);
  const region = editDistance(left.region, right.region, FAR);
  if (account > 6 && region > 0) return null;
  return account + region;
}

/** Loosely, because a host that needs a nearest one is often malformed: 13 digits, or no region. */
function accountAndRegion(host: string): { account: string; region: string } | null {
  if (!host.includes('ecr') && !host.includes('dkr')) return null;
  const match = /^([0-9]{6,20})\.(?:dkr[.-])?(?:ecr)?(?:-fips)?\.?([a-z0-9-]*)/.exec(host);
  if (match === null) return null;
  const region = match[2] ?? '';
  return { account: match[1] ?? '', region: region === 'amazonaws' ? '' : region };
}
