import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { bareHost, isLoopback } from './addresses.ts';

/** Says through which proxy a host is reached; null where directly. */
export type ProxyOf = (scheme: 'http' | 'https', hostname: string, port: number) => URL | null;

/**
 * Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY as curl does: the lower-case names win, NO_PROXY lists names (with all
 * below them), addresses, networks and `*`. This machine is never reached through a proxy.
 */
export function readProxies(env: NodeJS.ProcessEnv, log: (line: string) => void): ProxyOf {
  const https = proxyUrl('HTTPS_PROXY', env, log);
  const http = proxyUrl('HTTP_PROXY', env, log);
  const direct = readNoProxy(env.no_proxy ?? env.NO_PROXY ?? '');
  return (scheme, hostname, port) => {
    const proxy = scheme === 'https' ? https : http;
    return proxy === null || isLoopback(hostname) || direct(bareHost(hostname), port) ? null : proxy;
  };
}

function proxyUrl(name: string, env: NodeJS.ProcessEnv, log: (line: string) => void): URL | null {
  const text = (env[name.toLowerCase()] ?? env[name] ?? '').trim();
  if (text === '') return null;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  // Not quoted: it may hold a password.
  log(`${name} is ignored, because it is no http or https URL.`);
  return null;
}

/** Whether NO_PROXY names a host: a name without brackets, and a port. */
export function readNoProxy(text: string): (hostname: string, port: number) => boolean {
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  const tests = entries.map(entryTest);
  return (hostname, port) => tests.some((matches) => matches(hostname, port));
}

function entryTest(entry: string): (hostname: string, port: number) => boolean {
  if (entry === '*') return () => true;
  const network = /^(.+)\/(\d{1,3})$/.exec(entry);
  if (network?.[1] !== undefined) return networkTest(bareHost(network[1]), Number(network[2]));
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry);
  const plain = isIPv6(entry) ? null : /^(.+):(\d+)$/.exec(entry);
  const name = (bracketed?.[1] ?? plain?.[1] ?? entry).replace(/^\*?\./, '').replace(/\.$/, '');
  const port = bracketed?.[2] ?? plain?.[2];
  return (hostname, at) =>
    (port === undefined || Number(port) === at) && (hostname === name || hostname.endsWith(`.${name}`));
}

function networkTest(address: string, bits: number): (hostname: string) => boolean {
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : null;
  if (family === null || bits > (family === 'ipv4' ? 32 : 128)) return () => false;
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return (hostname) =>
    (family === 'ipv4' ? isIPv4(hostname) : isIPv6(hostname)) && list.check(hostname, family);
}
