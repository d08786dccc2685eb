import type { ECRClient } from '@aws-sdk/client-ecr';
import type { EcrHost } from '../../core/image/hosts.ts';
import type { Budget } from '../net/budget.ts';
import { untilAborted, withDeadline } from '../net/deadline.ts';
import type { RetryPolicy } from '../net/retry.ts';
import type { EcrApi } from './api.ts';
import { apiOf } from './calls.ts';
import { credentialsError } from './credentials-error.ts';
import type { Agents } from './data-plane.ts';
import { configuredApi, describe, type Identity, whoAsks } from './identity.ts';
import { withoutNodeVersionWarning } from './node-version.ts';
import { type ProfileNeeds, profileNeeds } from './profiles.ts';
import { createSend } from './sender.ts';
import type { EcrWriteApi } from './write-api.ts';
import { writeApiOf } from './write-calls.ts';

/** A private registry of ECR. Everything about it comes from its host, which only AWS can own. */
export interface EcrRegistry extends EcrHost {
  readonly host: string;
}

export interface ConnectOptions {
  /**
   * Where static credentials, AWS_PROFILE and AWS_ENDPOINT_URL_ECR are read. All else (profiles, SSO, web identity,
   * roles) the SDK finds itself, in process.env and AWS's own files.
   */
  readonly env: NodeJS.ProcessEnv;
  /** The profile that somebody set for an account; the environment's credentials win over it. */
  readonly profileFor: (account: string) => string | undefined;
  /** Whether the `credential_process` of a profile may be started. */
  readonly mayStartPrograms: (profile: string, account: string) => Promise<boolean> | boolean;
  /** For one attempt of a call, and for finding credentials: milliseconds. */
  readonly deadlineMs: number;
  readonly retries: RetryPolicy;
  readonly budget: Budget;
  readonly agents: Agents | undefined;
  readonly log: (message: string) => void;
  /** Hears of every credential that is used, so that it can be kept out of texts. */
  readonly onSecret: (secret: string) => void;
}

/** A registry that can be asked now. */
export interface Connection {
  readonly api: EcrApi;
  /** The calls that change the registry; only for what a person asked for. */
  readonly write: EcrWriteApi;
  /** As whom, for people: `AWS profile dev, account 429114214526`. */
  readonly as: string;
  /** How the credentials are renewed, as a sentence for people. */
  readonly renew: string;
}

export interface Connector {
  /**
   * The calls of one registry, with credentials at hand. Loads the AWS SDK at the first call. Clients are kept.
   * @throws CredentialsError, DeadlineError or the signal's reason.
   */
  connect(registry: EcrRegistry, signal: AbortSignal): Promise<Connection>;
  /** The program that would be started to get credentials for an account, whoever allows it; null for none. */
  programFor(account: string): Promise<string | null>;
  /** Makes the next connection look for credentials anew: those in hand were refused. */
  forget(registry: EcrRegistry): void;
}

type Sdk = typeof import('./sdk.ts');

interface Kept {
  readonly client: ECRClient;
  readonly identity: Identity;
  readonly needs: ProfileNeeds | null;
}

export function createConnector(options: ConnectOptions): Connector {
  const clients = new Map<string, Promise<Kept>>();

  const keyOf = (registry: EcrRegistry): string => {
    const identity = whoAsks(registry.account, options);
    const name = identity.kind === 'profile' ? identity.profile : '';
    return JSON.stringify([registry.host, name, options.env.AWS_ACCESS_KEY_ID ?? '']);
  };

  return {
    async connect(registry, signal) {
      const sdk = await import('./sdk.ts');
      const key = keyOf(registry);
      const kept = clients.get(key) ?? prepare(sdk, registry, options);
      if (!clients.has(key)) {
        clients.set(key, kept);
        // What stood in the way may be gone the next time: a profile was made, a program allowed.
        kept.catch(() => {
          if (clients.get(key) === kept) clients.delete(key);
        });
      }
      const { client, identity, needs } = await untilAborted(signal, kept);
      const accountId = await findCredentials(client, { identity, needs, registry, signal, options });
      const as = accountId === undefined ? describe(identity) : `${describe(identity)}, account ${accountId}`;
      const { host, account } = registry;
      const send = createSend(host, options);
      return {
        api: apiOf(sdk, client, account, send, options.onSecret),
        write: writeApiOf(sdk, client, account, send),
        as,
        renew: renewal(identity, needs),
      };
    },
    async programFor(account) {
      const identity = whoAsks(account, options);
      if (identity.kind === 'environment') return null;
      const sdk = await import('./sdk.ts');
      return (await profileNeeds(sdk, profileName(identity))).program?.command ?? null;
    },
    forget(registry) {
      // Not destroyed: others may be in the middle of a call.
      clients.delete(keyOf(registry));
    },
  };
}

const profileName = (identity: Identity): string =>
  identity.kind === 'profile' ? identity.profile : 'default';

function renewal(identity: Identity, needs: ProfileNeeds | null): string {
  if (needs?.signIn) return `Sign in again: ${needs.signIn}`;
  if (identity.kind === 'environment') return 'Renew the credentials in the environment (AWS_SESSION_TOKEN).';
  return identity.kind === 'profile'
    ? `Renew the credentials of the AWS profile ${identity.profile}.`
    : 'Sign in again (aws sso login) or renew the default AWS credentials.';
}

/** Makes a client for a registry, where nothing is in the way that can be seen without starting anything. */
async function prepare(sdk: Sdk, registry: EcrRegistry, options: ConnectOptions): Promise<Kept> {
  const identity = whoAsks(registry.account, options);
  if (identity.kind === 'environment')
    return { client: createClient(sdk, registry, identity, options), identity, needs: null };
  const profile = profileName(identity);
  const needs = await profileNeeds(sdk, profile);
  if (identity.kind === 'profile' && !needs.known) throw credentialsError.unknownProfile(profile, registry);
  if (needs.mfa !== null) throw credentialsError.mfa(needs.mfa, registry);
  if (needs.program && !(await options.mayStartPrograms(needs.program.profile, registry.account)))
    throw credentialsError.program(needs.program.profile, registry);
  return { client: createClient(sdk, registry, identity, options), identity, needs };
}

function createClient(
  sdk: Sdk,
  registry: EcrRegistry,
  identity: Identity,
  options: ConnectOptions,
): ECRClient {
  const { env, log, agents } = options;
  const endpoint = configuredApi(env);
  const requestHandler = {
    // A quarter, so that a host that swallows packets is known as such before the whole call's time is up.
    connectionTimeout: options.deadlineMs / 4,
    ...agents,
  };
  // The SDK's debug and info lines hold whole requests and answers.
  const logger = {
    trace() {},
    debug() {},
    info() {},
    warn: (text: string) => log(`AWS SDK: ${text}`),
    error() {},
  };
  return withoutNodeVersionWarning(
    () =>
      new sdk.ECRClient({
        region: registry.region,
        // The budget tries again: it knows of all calls to the host.
        maxAttempts: 1,
        requestHandler,
        logger,
        // Beside credentials a profile may set endpoints.
        ...(identity.kind === 'profile' ? { profile: identity.profile } : {}),
        credentials:
          identity.kind === 'environment'
            ? staticCredentials(env)
            : sdk.defaultProvider({
                ...(identity.kind === 'profile' ? { profile: identity.profile } : {}),
                logger,
                // One try for the metadata services of EC2 and ECS: most machines have none.
                timeout: 1000,
                maxRetries: 0,
                // SSO and STS, by which the chain gets credentials, go the same way as the registry's calls.
                clientConfig: { requestHandler, maxAttempts: 2, logger },
                parentClientConfig: { requestHandler, region: registry.region },
              }),
        // The SDK refuses FIPS and dual stack together with an endpoint of one's own.
        ...(endpoint
          ? { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }
          : {
              ...(registry.fips ? { useFipsEndpoint: true } : {}),
              ...(registry.dualStack ? { useDualstackEndpoint: true } : {}),
            }),
      }),
  );
}

function staticCredentials(env: NodeJS.ProcessEnv) {
  return {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
    ...(env.AWS_ACCOUNT_ID ? { accountId: env.AWS_ACCOUNT_ID } : {}),
  };
}

/**
 * Asks for credentials before the first request, so that their absence is told apart from a registry's. Gives the
 * account that they belong to, where they say so.
 */
async function findCredentials(
  client: ECRClient,
  search: {
    readonly identity: Identity;
    readonly needs: ProfileNeeds | null;
    readonly registry: EcrRegistry;
    readonly signal: AbortSignal;
    readonly options: ConnectOptions;
  },
): Promise<string | undefined> {
  const { identity, needs, registry, signal, options } = search;
  try {
    const found = await withDeadline(options.deadlineMs, signal, () => client.config.credentials());
    for (const secret of [found.accessKeyId, found.secretAccessKey, found.sessionToken])
      if (secret) options.onSecret(secret);
    return 'accountId' in found ? found.accountId : undefined;
  } catch (cause) {
    signal.throwIfAborted();
    throw credentialsError.search(cause, {
      registry,
      profile: identity.kind === 'profile' ? identity.profile : null,
      signIn: needs?.signIn ?? null,
    });
  }
}
