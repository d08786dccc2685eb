import type { IAMClient } from '@aws-sdk/client-iam';
import type { STSClient } from '@aws-sdk/client-sts';
import { createAgents } from '../net/agents.ts';
import { connectionCode, connectionWords } from '../net/connection.ts';
import { DeadlineError, withDeadline } from '../net/deadline.ts';
import { redact, secretsOf } from '../net/redact.ts';
import { withoutNodeVersionWarning } from './node-version.ts';

/** An access key as IAM lists it. */
export interface ListedKey {
  readonly id: string;
  /** Whether anybody has ever signed with it; null where IAM did not say. */
  readonly used: boolean | null;
}

/** A key that was just made. Its secret is never given again. */
export interface NewKey {
  readonly id: string;
  readonly secret: string;
}

/** What came of a question whether actions are allowed. */
export type Simulated = ReadonlyMap<string, boolean>;

/**
 * The calls of IAM and STS by which a pull identity is made. Each has its deadline and can be cancelled.
 * @throws IamError, or the signal's reason
 */
export interface IamApi {
  /** Whose credentials are used. */
  callerIdentity(signal: AbortSignal): Promise<{ readonly account: string; readonly arn: string }>;
  /** Whether a principal may take actions on a resource, by its policies. Null where that may not be asked. */
  simulate(
    arn: string,
    actions: readonly string[],
    resource: string,
    signal: AbortSignal,
  ): Promise<Simulated | null>;
  /** A user's ARN and tags; null where there is no such user. */
  user(
    name: string,
    signal: AbortSignal,
  ): Promise<{ readonly arn: string; readonly tags: Readonly<Record<string, string>> } | null>;
  createUser(name: string, tags: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string>;
  putUserPolicy(user: string, name: string, policy: string, signal: AbortSignal): Promise<void>;
  accessKeys(user: string, signal: AbortSignal): Promise<readonly ListedKey[]>;
  createAccessKey(user: string, signal: AbortSignal): Promise<NewKey>;
  deleteAccessKey(user: string, id: string, signal: AbortSignal): Promise<void>;
  /** A provider that is there already is as good as a new one. */
  ensureOidcProvider(url: string, audience: string, signal: AbortSignal): Promise<void>;
  /** Makes a role, or gives one that is there this trust. @returns its ARN */
  ensureRole(name: string, trust: string, signal: AbortSignal): Promise<string>;
  putRolePolicy(role: string, name: string, policy: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A call of IAM or STS failed; the message is a sentence for people, without secrets. */
export class IamError extends Error {
  override readonly name = 'IamError';
  /** The action that was refused, `iam:CreateUser`; null where it failed for another reason. */
  readonly denied: string | null;

  constructor(message: string, denied: string | null, cause: unknown) {
    super(message, { cause });
    this.denied = denied;
  }
}

export interface IamOptions {
  readonly env: NodeJS.ProcessEnv;
  /** In the place of the environment's credentials and AWS_PROFILE. */
  readonly profile?: string;
  /** IAM is one for each partition; the region chooses that: `us-east-2`, `us-gov-west-1`, `cn-north-1`. */
  readonly region: string;
}

const DEADLINE_MS = 20_000;

export async function createIam({ env, profile, region }: IamOptions): Promise<IamApi> {
  const sdk = await import('./iam-sdk.ts');
  const agents = createAgents(env);
  const secrets = secretsOf(env);
  const requestHandler = { connectionTimeout: 5000, ...agents };
  const own = profile === undefined && env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY;
  const credentials = own
    ? {
        accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
        ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
      }
    : sdk.defaultProvider({
        ...(profile === undefined ? {} : { profile }),
        timeout: 1000,
        maxRetries: 0,
        clientConfig: { requestHandler },
      });
  const endpointOf = (service: 'IAM' | 'STS') => {
    const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL;
    return endpoint ? { endpoint } : {};
  };
  const common = { region, credentials, requestHandler, maxAttempts: 3 };
  const [iam, sts] = withoutNodeVersionWarning(() => [
    new sdk.IAMClient({ ...common, ...endpointOf('IAM') }),
    new sdk.STSClient({ ...common, ...endpointOf('STS') }),
  ]);
  const call = async <T>(
    action: string,
    signal: AbortSignal,
    work: (abort: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> => {
    try {
      return await withDeadline(DEADLINE_MS, signal, (abortSignal) => work({ abortSignal }));
    } catch (error) {
      signal.throwIfAborted();
      throw iamError(action, error, (text) => redact(text, secrets));
    }
  };
  return {
    ...usersOf(sdk, iam, call),
    ...rolesOf(sdk, iam, call),
    callerIdentity: (signal) =>
      call('sts:GetCallerIdentity', signal, async (abort) => {
        const { Account, Arn } = await (sts as STSClient).send(new sdk.GetCallerIdentityCommand({}), abort);
        return { account: Account ?? '', arn: Arn ?? '' };
      }),
    async simulate(arn, actions, resource, signal) {
      const command = new sdk.SimulatePrincipalPolicyCommand({
        PolicySourceArn: arn,
        ActionNames: [...actions],
        ResourceArns: [resource],
      });
      try {
        const { EvaluationResults = [] } = await call('iam:SimulatePrincipalPolicy', signal, (abort) =>
          iam.send(command, abort),
        );
        return new Map(
          EvaluationResults.map((one) => [one.EvalActionName ?? '', one.EvalDecision === 'allowed']),
        );
      } catch (error) {
        if (error instanceof IamError) return null;
        throw error;
      }
    },
    close: () => agents.destroy(),
  };
}

type Sdk = typeof import('./iam-sdk.ts');
type Call = <T>(
  action: string,
  signal: AbortSignal,
  work: (abort: { readonly abortSignal: AbortSignal }) => Promise<T>,
) => Promise<T>;

const usersOf = (sdk: Sdk, iam: IAMClient, call: Call) => ({
  async user(name: string, signal: AbortSignal) {
    try {
      return await call('iam:GetUser', signal, async (abort) => {
        const { User } = await iam.send(new sdk.GetUserCommand({ UserName: name }), abort);
        const tags = (User?.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''] as const);
        return { arn: User?.Arn ?? '', tags: Object.fromEntries(tags) };
      });
    } catch (error) {
      if (isNamed(error, 'NoSuchEntity')) return null;
      throw error;
    }
  },
  createUser: (name: string, tags: Readonly<Record<string, string>>, signal: AbortSignal) =>
    call('iam:CreateUser', signal, async (abort) => {
      const command = new sdk.CreateUserCommand({
        UserName: name,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      });
      return (await iam.send(command, abort)).User?.Arn ?? '';
    }),
  putUserPolicy: (user: string, name: string, policy: string, signal: AbortSignal) =>
    call('iam:PutUserPolicy', signal, async (abort) => {
      const input = { UserName: user, PolicyName: name, PolicyDocument: policy };
      await iam.send(new sdk.PutUserPolicyCommand(input), abort);
    }),
  accessKeys: (user: string, signal: AbortSignal) =>
    call('iam:ListAccessKeys', signal, async (abort): Promise<readonly ListedKey[]> => {
      const { AccessKeyMetadata = [] } = await iam.send(
        new sdk.ListAccessKeysCommand({ UserName: user }),
        abort,
      );
      const ids = AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId ?? '');
      return Promise.all(
        ids.map(async (id) => {
          const asked = new sdk.GetAccessKeyLastUsedCommand({ AccessKeyId: id });
          const said = await iam.send(asked, abort).catch(() => null);
          return { id, used: said === null ? null : said.AccessKeyLastUsed?.LastUsedDate !== undefined };
        }),
      );
    }),
  createAccessKey: (user: string, signal: AbortSignal) =>
    call('iam:CreateAccessKey', signal, async (abort): Promise<NewKey> => {
      const { AccessKey } = await iam.send(new sdk.CreateAccessKeyCommand({ UserName: user }), abort);
      return { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' };
    }),
  deleteAccessKey: (user: string, id: string, signal: AbortSignal) =>
    call('iam:DeleteAccessKey', signal, async (abort) => {
      await iam.send(new sdk.DeleteAccessKeyCommand({ UserName: user, AccessKeyId: id }), abort);
    }),
});

const rolesOf = (sdk: Sdk, iam: IAMClient, call: Call) => ({
  async ensureOidcProvider(url: string, audience: string, signal: AbortSignal) {
    const command = new sdk.CreateOpenIDConnectProviderCommand({ Url: url, ClientIDList: [audience] });
    try {
      await call('iam:CreateOpenIDConnectProvider', signal, (abort) => iam.send(command, abort));
    } catch (error) {
      if (!isNamed(error, 'EntityAlreadyExists')) throw error;
    }
  },
  async ensureRole(name: string, trust: string, signal: AbortSignal) {
    try {
      return await call('iam:CreateRole', signal, async (abort) => {
        const command = new sdk.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust });
        return (await iam.send(command, abort)).Role?.Arn ?? '';
      });
    } catch (error) {
      if (!isNamed(error, 'EntityAlreadyExists')) throw error;
      await call('iam:UpdateAssumeRolePolicy', signal, (abort) =>
        iam.send(new sdk.UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: trust }), abort),
      );
      return call('iam:GetRole', signal, async (abort) => {
        const { Role } = await iam.send(new sdk.GetRoleCommand({ RoleName: name }), abort);
        return Role?.Arn ?? '';
      });
    }
  },
  putRolePolicy: (role: string, name: string, policy: string, signal: AbortSignal) =>
    call('iam:PutRolePolicy', signal, async (abort) => {
      const input = { RoleName: role, PolicyName: name, PolicyDocument: policy };
      await iam.send(new sdk.PutRolePolicyCommand(input), abort);
    }),
});

/** The error's name as IAM gives it, with or without the suffix that the SDK adds. */
function isNamed(error: unknown, name: string): boolean {
  const found = error instanceof IamError ? (error.cause as { readonly name?: unknown } | null)?.name : null;
  return found === name || found === `${name}Exception`;
}

function iamError(action: string, cause: unknown, clean: (text: string) => string): IamError {
  const service = action.startsWith('sts:') ? 'AWS STS' : 'AWS IAM';
  if (cause instanceof DeadlineError) return new IamError(`${service} gave no answer in time.`, null, cause);
  const { name = '', $metadata } = cause as {
    readonly name?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const words = clean((cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim());
  if (name === 'CredentialsProviderError')
    return new IamError(
      `There are no AWS credentials to ask ${service} with: ${words.replace(/\.$/, '')}. Log in (\`aws configure\`, \`aws sso login\`), or set AWS_PROFILE.`,
      null,
      cause,
    );
  if ($metadata?.httpStatusCode === undefined) {
    const why = connectionWords(connectionCode(cause)) ?? words;
    return new IamError(`${service} could not be reached: ${why}.`, null, cause);
  }
  if (/^AccessDenied/.test(name))
    return new IamError(`${action} is not allowed with these credentials: ${words}`, action, cause);
  return new IamError(`${service} refused ${action}: ${words}`, null, cause);
}
