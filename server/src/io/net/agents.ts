import http from 'node:http';
import https from 'node:https';
import * as tls from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { tapped } from './pour.ts';
import { readProxies } from './proxy.ts';

/** What Node's clients and the AWS SDK's request handler take their connections from. */
export interface Agents {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
  /** Closes every connection that is kept open. */
  destroy(): void;
}

/** `ca`: authorities to trust beside the usual ones, PEM; `pouring`: whether large bodies are read with `pour`. */
export interface AgentOptions {
  readonly log?: (line: string) => void;
  readonly ca?: readonly string[];
  readonly pouring?: boolean;
}

/**
 * Agents that keep connections open and reach hosts through the proxy that the environment names (a tunnel by
 * CONNECT, for plain HTTP too). They trust what Node trusts, with NODE_EXTRA_CA_CERTS, which Node reads at its start,
 * and the system's authorities where this Node can tell them.
 */
export function createAgents(env: NodeJS.ProcessEnv, options: AgentOptions = {}): Agents {
  const proxyOf = readProxies(env, options.log ?? (() => {}));
  const ca = authorities(options.ca ?? []);
  const trust = ca === null ? {} : { ca };
  const usual = { keepAlive: true, scheduling: 'lifo', ...trust } as const;
  const tunnels = new Map<string, Requests>();
  const tunnel = (proxy: URL, secure: boolean): Requests => {
    const key = `${secure} ${proxy.href}`;
    const agent = tunnels.get(key) ?? asRequests(tunnelTo(proxy, usual));
    tunnels.set(key, agent);
    return agent;
  };
  const direct = { http: new http.Agent(usual), https: new https.Agent(usual) };
  if (options.pouring === true) Object.values(direct).forEach(tapped);

  /** Makes `agent` hand each request to the tunnel or the direct agent that its host needs. */
  const choosing = <A extends http.Agent>(agent: A, scheme: 'http' | 'https'): A => {
    const add: Requests['addRequest'] = (request, wanted) => {
      const port = Number(wanted.port ?? (scheme === 'https' ? 443 : 80));
      const proxy = proxyOf(scheme, wanted.hostname ?? wanted.host ?? 'localhost', port);
      const chosen = proxy === null ? asRequests(direct[scheme]) : tunnel(proxy, scheme === 'https');
      // A tunnel's agent does not pass its own options on.
      chosen.addRequest(request, { ...wanted, ...trust, secureEndpoint: scheme === 'https' });
    };
    return Object.assign(agent, { addRequest: add });
  };
  return {
    httpAgent: choosing(new http.Agent(usual), 'http'),
    httpsAgent: choosing(new https.Agent(usual), 'https'),
    destroy() {
      for (const agent of [direct.http, direct.https, ...tunnels.values()]) agent.destroy();
    },
  };
}

/** The proxy's password goes into a header and not into the address, which the package writes out where DEBUG is set. */
function tunnelTo(proxy: URL, usual: http.AgentOptions): http.Agent {
  const bare = new URL(proxy);
  bare.username = '';
  bare.password = '';
  if (proxy.username === '' && proxy.password === '') return new HttpsProxyAgent(bare, usual);
  const basic = Buffer.from(`${decoded(proxy.username)}:${decoded(proxy.password)}`).toString('base64');
  return new HttpsProxyAgent(bare, { ...usual, headers: { 'Proxy-Authorization': `Basic ${basic}` } });
}

/** A part of an address as it was meant; as it stands where it is not encoded as it should be. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** How Node gives a request to its agent: Agent.addRequest in lib/_http_agent.js, which every proxy agent relies on. */
interface Requests {
  addRequest(
    request: http.ClientRequest,
    options: http.RequestOptions & { readonly secureEndpoint?: boolean },
  ): void;
  destroy(): void;
}

const asRequests = (agent: http.Agent): Requests => agent as http.Agent & Requests;

/** The authorities to trust, or null for Node's own choice. */
function authorities(extra: readonly string[]): string[] | null {
  // Node 22.15 and later can tell the system's authorities.
  const read = (tls as { getCACertificates?: (type: 'default' | 'system') => string[] }).getCACertificates;
  if (read !== undefined) return [...new Set([...read('default'), ...read('system'), ...extra])];
  return extra.length === 0 ? null : [...tls.rootCertificates, ...extra];
}
