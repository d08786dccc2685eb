import { createHash } from 'node:crypto';

/** Where it is read as whom an account is asked. */
export interface IdentitySource {
  readonly env: NodeJS.ProcessEnv;
  /** The profile that a person set for an account; the environment's credentials win over it. */
  readonly profileFor?: ((account: string) => string | undefined) | undefined;
}

/** As whom an account is asked. */
export type Identity =
  | { readonly kind: 'environment'; readonly accessKeyId: string }
  | { readonly kind: 'profile'; readonly profile: string }
  /** Whatever the AWS SDK's default chain finds. */
  | { readonly kind: 'default' };

/** Credentials in the environment, else the account's own profile, else AWS_PROFILE, else the default chain. */
export function whoAsks(account: string, { env, profileFor }: IdentitySource): Identity {
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY)
    return { kind: 'environment', accessKeyId: env.AWS_ACCESS_KEY_ID };
  const profile = profileFor?.(account) || env.AWS_PROFILE;
  return profile ? { kind: 'profile', profile } : { kind: 'default' };
}

/**
 * A stable name, without secrets, of whoever would ask an account, and of the endpoint that would be asked: what
 * answers may be remembered under. Needs neither the SDK nor a file.
 */
export function identityOf(account: string, source: IdentitySource): string {
  const endpoint = configuredApi(source.env)?.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');
  return `${nameOf(whoAsks(account, source), source.env)}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
}

function nameOf(identity: Identity, env: NodeJS.ProcessEnv): string {
  switch (identity.kind) {
    case 'environment':
      return `env:${createHash('sha256').update(identity.accessKeyId).digest('hex').slice(0, 12)}`;
    case 'profile':
      return `profile:${identity.profile}`;
    case 'default':
      return env.AWS_ROLE_ARN ? `role:${env.AWS_ROLE_ARN}` : 'default';
  }
}

/** As whom an account would be asked, for people: `AWS profile dev`. */
export const describeIdentity = (account: string, source: IdentitySource): string =>
  describe(whoAsks(account, source));

/** The same for an identity at hand. */
export function describe(identity: Identity): string {
  switch (identity.kind) {
    case 'environment':
      return 'environment credentials';
    case 'profile':
      return `AWS profile ${identity.profile}`;
    case 'default':
      return 'default AWS credentials';
  }
}

/** The endpoint of ECR's API that the environment names in the place of AWS's own; undefined for AWS's own. */
export function configuredApi(env: NodeJS.ProcessEnv): string | undefined {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return undefined;
  return env.AWS_ENDPOINT_URL_ECR || env.AWS_ENDPOINT_URL || undefined;
}
