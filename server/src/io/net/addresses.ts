import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Where no registry is, but where clouds hand credentials to whoever asks: link-local and metadata services. */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');

const within = (list: BlockList, address: string): boolean =>
  isIPv4(address) ? list.check(address, 'ipv4') : isIPv6(address) && list.check(address, 'ipv6');

/** The name or address without brackets and zone, lower case. */
export const bareHost = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .replace(/\.$/, '');

/** Whether a host's name or address (no port) is an address, in brackets or not. */
export const isAddress = (hostname: string): boolean => isIP(bareHost(hostname)) !== 0;

/** Whether a host's name or address (no port) is this machine itself: `localhost`, 127.0.0.0/8, `[::1]`. */
export function isLoopback(hostname: string): boolean {
  const bare = bareHost(hostname);
  return bare === 'localhost' || bare.endsWith('.localhost') || within(loopback, bare);
}

/** The host that was looked at last: every request looks, and most go where the one before went. */
let last = { hostname: '', forbidden: false };

/** Whether this is an address that is never connected to: 169.254.0.0/16, fe80::/10, EC2's fd00:ec2::254. */
export function isForbiddenAddress(hostname: string): boolean {
  if (last.hostname !== hostname) last = { hostname, forbidden: within(forbidden, bareHost(hostname)) };
  return last.forbidden;
}

/** Why a connection was not even tried. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}
