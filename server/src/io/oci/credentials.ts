import { canonicalHost } from '../../core/image/hosts.ts';
import { isLoopback } from '../net/addresses.ts';
import type { Endpoint } from '../net/endpoints.ts';
import { type DockerConfig, DockerLoginError, dockerKey, readDockerConfig } from './docker-config.ts';
import { isHelperName, runHelper } from './helper.ts';
import { isRecord } from './media.ts';

/** How to sign in to a registry. */
export type Credentials = {
  /** As whom, for people: `docker login acme`. */
  readonly as: string;
} & (
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** Exchanged for a token at the registry's realm. */
  | { readonly kind: 'identity'; readonly token: string }
);

/** Finds the credentials for a registry's host; null where there are none. @throws DockerLoginError. */
export type FindCredentials = (host: string, signal: AbortSignal) => Promise<Credentials | null>;

export interface DockerLoginOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where false, nothing is read and no helper is started. */
  readonly trusted: () => boolean;
  /** Hears of every secret, so that it can be kept out of texts. */
  readonly onSecret: (secret: string) => void;
  /** For one helper: milliseconds; 10 seconds unless given. */
  readonly helperMs?: number;
}

/** Who stands for a token in the place of a user: docker-credential-helpers' convention. */
const TOKEN_USER = '<token>';

/**
 * Finds logins as docker does: a helper for the host, the store for all, the file's own. Keys are compared as whole
 * hosts, never as parts of one another. Everything is read anew each time, so that a login counts at once.
 */
export function dockerLogins(options: DockerLoginOptions): FindCredentials {
  return async (host, signal) => {
    if (!options.trusted()) return null;
    const config = await readDockerConfig(options.env);
    const helper = helperFor(config, host);
    const helped = helper === null ? null : await askHelper(helper, host, signal, options);
    if (helped !== null) return heard(helped, options.onSecret);
    const own = config.auths.get(canonicalHost(host));
    if (own === undefined) return null;
    const as = own.user === '' || own.user === TOKEN_USER ? 'docker login' : `docker login ${own.user}`;
    return heard(
      own.identityToken === null
        ? { kind: 'basic', user: own.user, password: own.password, as }
        : { kind: 'identity', token: own.identityToken, as },
      options.onSecret,
    );
  };
}

/** The helper that docker would ask about a host; null where it would ask none. */
export const helperFor = (config: DockerConfig, host: string): string | null =>
  config.credHelpers.get(canonicalHost(host)) ?? config.credsStore;

async function askHelper(
  name: string,
  host: string,
  signal: AbortSignal,
  { env, helperMs = 10_000 }: DockerLoginOptions,
): Promise<Credentials | null> {
  let output: string;
  try {
    output = await runHelper({
      name,
      action: 'get',
      input: dockerKey(host),
      env,
      signal,
      deadlineMs: helperMs,
    });
  } catch (error) {
    // The words that the helpers' library has for it: credentials/error.go.
    if (
      error instanceof DockerLoginError &&
      isHelperName(name) &&
      /credentials not found/i.test(error.message)
    )
      return null;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    value = null;
  }
  const { Username: user, Secret: secret } = isRecord(value) ? value : {};
  if (typeof user !== 'string' || typeof secret !== 'string')
    throw new DockerLoginError(`docker-credential-${name} gave an answer that is none.`);
  if (secret === '') return null;
  if (user === TOKEN_USER) return { kind: 'identity', token: secret, as: `docker login (${name})` };
  return { kind: 'basic', user, password: secret, as: `docker login ${user} (${name})` };
}

function heard(credentials: Credentials, onSecret: (secret: string) => void): Credentials {
  if (credentials.kind === 'identity') onSecret(credentials.token);
  else {
    onSecret(credentials.password);
    onSecret(basicOf(credentials.user, credentials.password));
  }
  return credentials;
}

/**
 * The logins for a registry, which go to wherever somebody set that it is: first those of that place itself. Those of
 * the registry's own name go there only over TLS or on this machine.
 */
export function loginsAt({ base, mapped }: Endpoint, logins: FindCredentials): FindCredentials {
  if (!mapped) return logins;
  return async (host, signal) => {
    const there = await logins(base.host, signal);
    if (there !== null) return there;
    return base.protocol === 'https:' || isLoopback(base.hostname) ? logins(host, signal) : null;
  };
}

/** What stands behind `Basic` in an Authorization header. */
export const basicOf = (user: string, password: string): string =>
  Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
