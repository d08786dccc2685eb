import { ecrHost } from '../../core/image/hosts.ts';
import { type Budget, createBudget } from '../net/budget.ts';
import { namedEndpoint, readEndpoints } from '../net/endpoints.ts';
import { redact, secretsOf } from '../net/redact.ts';
import { type RetryPolicy, usualRetries } from '../net/retry.ts';
import { createConnector } from './connect.ts';
import type { Agents } from './data-plane.ts';
import { failureOf } from './failure.ts';

export interface EcrLoginOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The AWS profile for an account; the environment's credentials win. */
  readonly profileFor?: (account: string) => string | undefined;
  /** Whether the `credential_process` of a profile may be started; never, unless given. */
  readonly mayStartPrograms?: (profile: string, account: string) => Promise<boolean> | boolean;
  readonly agents?: Agents;
  readonly budget?: Budget;
  /** For one attempt of a call: milliseconds, 10 seconds unless given. */
  readonly deadlineMs?: number;
  readonly retries?: RetryPolicy;
}

/** What a docker login of an ECR registry consists of. */
export interface EcrLogin {
  /** Always `AWS`. */
  readonly username: string;
  readonly password: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Where the registry really is, as a URL. */
  readonly endpoint: string;
}

/**
 * A password for a private registry of ECR, as `aws ecr get-login-password` gives it. For commands that a person
 * gave, who named the host: nothing else is asked before a signed request is made.
 * @throws Error with a sentence for people and no secrets; the reason of the signal when that is aborted.
 */
export async function ecrLogin(host: string, options: EcrLoginOptions): Promise<EcrLogin> {
  const ecr = ecrHost(host);
  if (ecr === null) throw new Error(`${host} is not a registry host of Amazon ECR.`);
  const { env, signal } = options;
  const used: string[] = [];
  const who = `Amazon ECR ${ecr.region}`;
  const connector = createConnector({
    env,
    profileFor: options.profileFor ?? (() => undefined),
    mayStartPrograms: options.mayStartPrograms ?? (() => false),
    deadlineMs: options.deadlineMs ?? 10_000,
    retries: options.retries ?? usualRetries,
    budget: options.budget ?? createBudget(),
    agents: options.agents,
    log: () => {},
    onSecret: (secret) => used.push(secret),
  });
  let renew: string | undefined;
  try {
    const connection = await connector.connect({ host, ...ecr }, signal);
    renew = connection.renew;
    const { basic, expiresAt, endpoint } = await connection.api.token(signal);
    const [username = '', ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return {
      username,
      password: password.join(':'),
      expiresAt,
      endpoint:
        namedEndpoint(
          host,
          readEndpoints(env.WAYBILL_REGISTRY_ENDPOINTS, () => {}),
        ) ?? endpoint,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(redact(failureOf(error, who, renew).reason, [...secretsOf(env), ...used]));
  }
}
