import http from 'node:http';
import type https from 'node:https';
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
 * and the system's authorities where this Node can tell them. TLS and tunnels are loaded with the first request that
 * needs them.
 */
export function createAgents(env: NodeJS.ProcessEnv, options: AgentOptions = {}): Agents {
  const proxyOf = readProxies(env, options.log ?? (() => {}));
  const made = new Map<string, Way>();
  const wayTo = (key: string, make: () => Requests | Promise<Requests>): Way => {
    const way = made.get(key) ?? wayOf(make());
    made.set(key, way);
    return way;
  };
  const isPouring = options.pouring === true;
  const direct = {
    http: (): Requests => asRequests(isPouring ? tapped(new http.Agent(usual)) : new http.Agent(usual)),
    async https(): Promise<Requests> {
      const { Agent } = await import('node:https');
      const agent = new Agent({ ...usual, ...(await trustOf(options.ca ?? [])) });
      return asRequests(isPouring ? tapped(agent) : agent);
    },
  };
  const tunnel = async (proxy: URL): Promise<Requests> => {
    const trust = await trustOf(options.ca ?? []);
    const agent = asRequests(await tunnelTo(proxy, { ...usual, ...trust }));
    // A tunnel's agent does not pass its own options on.
    return {
      addRequest: (request, wanted) => agent.addRequest(request, { ...wanted, ...trust }),
      destroy: () => agent.destroy(),
    };
  };

  /** An agent that hands each request to the tunnel or the direct agent that its host needs. */
  const choosing = (scheme: 'http' | 'https', defaultPort: number): http.Agent => {
    const secureEndpoint = scheme === 'https';
    const addRequest: Requests['addRequest'] = (request, wanted) => {
      const port = Number(wanted.port ?? defaultPort);
      const proxy = proxyOf(scheme, wanted.hostname ?? wanted.host ?? 'localhost', port);
      const way =
        proxy === null
          ? wayTo(scheme, direct[scheme])
          : wayTo(`${scheme} by ${proxy.href}`, () => tunnel(proxy));
      way.take(request, { ...wanted, secureEndpoint });
    };
    return Object.assign(new http.Agent(usual), { protocol: `${scheme}:`, defaultPort, addRequest });
  };
  return {
    httpAgent: choosing('http', 80),
    // What distinguishes Node's own class is how it connects, and that is left to the agent that is chosen.
    httpsAgent: choosing('https', 443) as https.Agent,
    destroy() {
      for (const way of made.values()) way.destroy();
    },
  };
}

const usual = { keepAlive: true, scheduling: 'lifo' } as const;

/** How Node gives a request to its agent: Agent.addRequest in lib/_http_agent.js, which every proxy agent relies on. */
interface Requests {
  addRequest(
    request: http.ClientRequest,
    options: http.RequestOptions & { readonly secureEndpoint?: boolean },
  ): void;
  destroy(): void;
}

const asRequests = (agent: http.Agent): Requests => agent as http.Agent & Requests;

/** An agent that may still have to be loaded. */
interface Way {
  take(...request: Parameters<Requests['addRequest']>): void;
  destroy(): void;
}

function wayOf(made: Requests | Promise<Requests>): Way {
  let agent = made instanceof Promise ? null : made;
  const loading = Promise.resolve(made).then((loaded) => {
    agent = loaded;
    return loaded;
  });
  return {
    take(request, options) {
      if (agent !== null) agent.addRequest(request, options);
      else
        loading.then(
          (loaded) => loaded.addRequest(request, options),
          (error) => request.destroy(error),
        );
    },
    destroy() {
      if (agent !== null) agent.destroy();
      else loading.then((loaded) => loaded.destroy()).catch(() => {});
    },
  };
}

/** The proxy's password goes into a header and not into the address, which the package writes out where DEBUG is set. */
async function tunnelTo(proxy: URL, options: https.AgentOptions): Promise<http.Agent> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const bare = new URL(proxy);
  bare.username = '';
  bare.password = '';
  if (proxy.username === '' && proxy.password === '') return new HttpsProxyAgent(bare, options);
  const basic = Buffer.from(`${decoded(proxy.username)}:${decoded(proxy.password)}`).toString('base64');
  return new HttpsProxyAgent(bare, { ...options, headers: { 'Proxy-Authorization': `Basic ${basic}` } });
}

/** A part of an address as it was meant; as it stands where it is not encoded as it should be. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The authorities to trust as an option of TLS; none for Node's own choice. */
async function trustOf(extra: readonly string[]): Promise<{ readonly ca?: string[] }> {
  const tls = await import('node:tls');
  // Node 22.15 and later can tell the system's authorities.
  const read = (tls as { getCACertificates?: (type: 'default' | 'system') => string[] }).getCACertificates;
  if (read !== undefined) return { ca: [...new Set([...read('default'), ...read('system'), ...extra])] };
  return extra.length === 0 ? {} : { ca: [...tls.rootCertificates, ...extra] };
}
