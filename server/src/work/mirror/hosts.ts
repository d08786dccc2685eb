import { canonicalHost, type EcrHost, ecrHost } from '../../core/image/hosts.ts';
import type { EcrToken } from '../../io/aws/api.ts';
import type { Connection, Connector } from '../../io/aws/connect.ts';
import { createAgents } from '../../io/net/agents.ts';
import { createBudget, type Rate } from '../../io/net/budget.ts';
import { endpointOf, namedEndpoint, readEndpoints } from '../../io/net/endpoints.ts';
import { createTransport } from '../../io/net/http.ts';
import { redact, secretsOf } from '../../io/net/redact.ts';
import type { RetryPolicy } from '../../io/net/retry.ts';
import { createRegistryClient, type RegistryClient } from '../../io/oci/client.ts';
import { type Credentials, dockerLogins, loginsAt } from '../../io/oci/credentials.ts';
import { createPusher, type Pusher } from '../../io/oci/push.ts';
import { MirrorError } from './model.ts';

export interface HostsOptions {
  /** Proxies, WAYBILL_REGISTRY_ENDPOINTS, AWS's variables and where docker keeps its logins. */
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gets lines without secrets. */
  readonly log: (line: string) => void;
  /** The AWS profile for an account; the environment's credentials win. */
  readonly profileFor?: (account: string) => string | undefined;
  /** Whether the `credential_process` of a profile may be started; never, unless given. */
  readonly mayStartPrograms?: (profile: string, account: string) => Promise<boolean> | boolean;
}

/** A registry to pull from and push to, with credentials where they are needed. */
export interface RegistryHost {
  /** As references write it, in its one spelling. */
  readonly host: string;
  readonly client: RegistryClient;
  readonly pusher: Pusher;
  /** Its control plane, for a private registry of Amazon ECR; null for any other. */
  readonly ecr: EcrConnection | null;
}

export interface EcrConnection extends EcrHost {
  readonly host: string;
  /** @throws MirrorError where there are no credentials */
  connect(signal: AbortSignal): Promise<Connection>;
}

export interface Hosts {
  /**
   * @param use tokens are asked for just that
   * @throws MirrorError where the host is none that is connected to, or AWS gives no token for it
   */
  open(host: string, use: 'pull' | 'push', signal: AbortSignal): Promise<RegistryHost>;
  /** The program that would be started for an account's credentials; null where none would. */
  programFor(account: string): Promise<string | null>;
  /** A text without the secrets that were used. */
  clean(text: string): string;
  /** Closes every connection. */
  close(): void;
}

/** A copy that has begun is worth more patience than a question. */
const mirrorRetries: RetryPolicy = {
  transientTries: 6,
  throttledTries: 10,
  baseMs: 250,
  maxWaitMs: 30_000,
};

/**
 * ECR's quotas per account and region (service-quotas.html): 100 uploads a second may be begun and as many completed,
 * 10 manifests put. Reading has quotas of thousands a second.
 */
const ecrRates: Readonly<Record<'uploads' | 'manifests' | 'reads', Rate>> = {
  uploads: { perSecond: 90, burst: 100 },
  manifests: { perSecond: 9, burst: 10 },
  reads: { perSecond: 900, burst: 900 },
};
/** Other registries publish none and say when it is too much. */
const otherRate: Rate = { perSecond: 2000, burst: 2000 };
/** A token that was refused is not asked for again within this time. */
const LOOK_AGAIN_MS = 2000;

/** All registries of a run, which share connections, budget and knowledge of secrets. Nothing is connected to yet. */
export function createHosts(options: HostsOptions): Hosts {
  const { env, now } = options;
  const used = new Set<string>();
  const given = secretsOf(env);
  const onSecret = (secret: string): void => void used.add(secret);
  const clean = (text: string): string => redact(text, [...given, ...used]);
  const log = (line: string): void => options.log(clean(line));
  const endpoints = readEndpoints(env.WAYBILL_REGISTRY_ENDPOINTS, log);
  const agents = createAgents(env, { log, pouring: true });
  const transport = createTransport(agents);
  const logins = dockerLogins({ env, trusted: () => true, onSecret });
  const budget = createBudget({ perHost: 64, rateOf: (lane) => rateOf(lane) });
  let connector: Connector | null = null;
  /** Loaded with the first registry of ECR: a start that needs none takes a tenth less without it. */
  const connectorOf = async (): Promise<Connector> => {
    const { createConnector } = await import('../../io/aws/connect.ts');
    connector ??= createConnector({
      env,
      profileFor: options.profileFor ?? (() => undefined),
      mayStartPrograms: options.mayStartPrograms ?? (() => false),
      deadlineMs: 10_000,
      retries: mirrorRetries,
      // Its calls are of the control plane, whose quotas are others.
      budget: createBudget(),
      agents,
      log,
      onSecret,
    });
    return connector;
  };

  const failed = async (cause: unknown, { region }: EcrHost, renew?: string): Promise<MirrorError> => {
    const { failureOf } = await import('../../io/aws/failure.ts');
    return new MirrorError('target', clean(failureOf(cause, `Amazon ECR ${region}`, renew).reason), {
      cause,
    });
  };
  const connect = async (host: string, ecr: EcrHost, signal: AbortSignal): Promise<Connection> => {
    try {
      return await (await connectorOf()).connect({ host, ...ecr }, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw await failed(error, ecr);
    }
  };
  const tokenOf = async (
    host: string,
    ecr: EcrHost,
    signal: AbortSignal,
  ): Promise<EcrToken & { as: string }> => {
    const { api, as, renew } = await connect(host, ecr, signal);
    try {
      return { ...(await api.token(signal)), as };
    } catch (error) {
      signal.throwIfAborted();
      throw await failed(error, ecr, renew);
    }
  };

  const make = async (host: string, use: 'pull' | 'push', signal: AbortSignal): Promise<RegistryHost> => {
    const ecr = ecrHost(host);
    const common = {
      host,
      transport,
      budget,
      now,
      onSecret,
      retries: mirrorRetries,
      actions: use === 'pull' ? 'pull' : 'pull,push',
      lookAgainMs: LOOK_AGAIN_MS,
    } as const;
    if (ecr === null) {
      const endpoint = endpointOf(host, endpoints);
      if (endpoint === null)
        throw new MirrorError('refused', `${host} is no registry that Waybill connects to.`);
      const client = createRegistryClient({
        ...common,
        endpoint,
        credentials: loginsAt(endpoint, logins),
      });
      return { host, client, pusher: createPusher(client), ecr: null };
    }
    // The first token also says where the registry is; the client is given it as the answer to its first question.
    let first: (EcrToken & { as: string }) | null = await tokenOf(host, ecr, signal);
    const named = namedEndpoint(host, endpoints);
    const client = createRegistryClient({
      ...common,
      endpoint: { base: new URL(named ?? first.endpoint), mapped: true },
      signedInFirst: true,
      async credentials(_, within): Promise<Credentials> {
        const token = first ?? (await tokenOf(host, ecr, within));
        first = null;
        const [user = '', ...password] = Buffer.from(token.basic, 'base64').toString('utf8').split(':');
        onSecret(token.basic);
        onSecret(password.join(':'));
        return { kind: 'basic', user, password: password.join(':'), as: token.as };
      },
    });
    const lanes = { uploads: `${host} uploads`, manifests: `${host} manifests` };
    return {
      host,
      client,
      pusher: createPusher(client, lanes),
      ecr: { host, ...ecr, connect: (within) => connect(host, ecr, within) },
    };
  };

  const kept = new Map<string, Promise<RegistryHost>>();
  return {
    open(written, use, signal) {
      const host = canonicalHost(written);
      const key = `${use} ${host}`;
      const opened = kept.get(key) ?? make(host, use, signal);
      kept.set(key, opened);
      opened.catch(() => kept.delete(key));
      return opened;
    },
    programFor: async (account) => (await connectorOf()).programFor(account),
    clean,
    close: () => agents.destroy(),
  };
}

function rateOf(lane: string): Rate {
  const [host = '', kind] = lane.split(' ');
  if (ecrHost(host) === null) return otherRate;
  return kind === 'uploads' || kind === 'manifests' ? ecrRates[kind] : ecrRates.reads;
}
