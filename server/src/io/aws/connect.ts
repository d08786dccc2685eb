import type {
  DescribeRepositoriesCommandOutput,
  ECRClient,
  ListImagesCommandOutput,
} from '@aws-sdk/client-ecr';
import type { EcrHost } from '../../core/image/hosts.ts';
import type { Budget } from '../net/budget.ts';
import { withDeadline } from '../net/deadline.ts';
import { CredentialsError, type EcrApi, type NamePage, OddAnswerError } from './api.ts';

/** A private registry of ECR. Everything about it comes from its host, which only AWS can own. */
export interface EcrRegistry extends EcrHost {
  readonly host: string;
}

export interface ConnectOptions {
  /**
   * Where static credentials and AWS_ENDPOINT_URL_ECR are read. All else (profiles, SSO, web identity, roles)
   * the SDK finds itself, in process.env and AWS's own files.
   */
  readonly env: NodeJS.ProcessEnv;
  /** The profile that somebody set for an account; the environment's credentials win over it. */
  readonly profileFor: (account: string) => string | undefined;
  /** For one call with all its retries, and for finding credentials: milliseconds. */
  readonly deadlineMs: number;
  readonly maxAttempts: number;
  readonly budget: Budget;
  readonly log: (message: string) => void;
  /** Hears of every credential that is used, so that it can be kept out of texts. */
  readonly onSecret: (secret: string) => void;
}

export interface Connector {
  /**
   * The calls of one registry, with credentials at hand. Loads the AWS SDK at the first call. Clients are kept.
   * @throws CredentialsError, DeadlineError or the signal's reason.
   */
  connect(registry: EcrRegistry, signal: AbortSignal): Promise<EcrApi>;
  /** Makes the next connection look for credentials anew: those in hand were refused. */
  forget(registry: EcrRegistry): void;
}

type Sdk = typeof import('./sdk.ts');

export function createConnector(options: ConnectOptions): Connector {
  const clients = new Map<string, ECRClient>();

  const keyOf = (registry: EcrRegistry): string =>
    [registry.host, profileOf(registry.account, options) ?? '', options.env.AWS_ACCESS_KEY_ID ?? ''].join(
      ' ',
    );

  return {
    async connect(registry, signal) {
      const sdk = await import('./sdk.ts');
      const client = clients.get(keyOf(registry)) ?? createClient(sdk, registry, options);
      clients.set(keyOf(registry), client);
      await findCredentials(client, signal, options);
      return apiOf(sdk, client, registry, options);
    },
    forget(registry) {
      // Not destroyed: others may be in the middle of a call.
      clients.delete(keyOf(registry));
    },
  };
}

/** Environment credentials, else the account's own profile, else what the SDK's default chain finds. */
function profileOf(account: string, { env, profileFor }: ConnectOptions): string | undefined {
  return hasStaticCredentials(env) ? undefined : profileFor(account);
}

const hasStaticCredentials = (env: NodeJS.ProcessEnv): boolean =>
  Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);

function createClient(sdk: Sdk, registry: EcrRegistry, options: ConnectOptions): ECRClient {
  const { env, budget, log } = options;
  const profile = profileOf(registry.account, options);
  const endpoint =
    env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true' ? undefined : env.AWS_ENDPOINT_URL_ECR || undefined;
  const client = withoutNodeVersionWarning(
    () =>
      new sdk.ECRClient({
        region: registry.region,
        maxAttempts: options.maxAttempts,
        // A quarter, so that a host that swallows packets is known as such before the whole call's time is up.
        requestHandler: { connectionTimeout: options.deadlineMs / 4 },
        // The SDK's debug and info lines hold whole requests and answers.
        logger: { trace() {}, debug() {}, info() {}, warn: (text) => log(`AWS SDK: ${text}`), error() {} },
        ...(profile === undefined ? {} : { profile }),
        ...(hasStaticCredentials(env) ? { credentials: staticCredentials(env) } : {}),
        // The SDK refuses FIPS and dual stack together with an endpoint of one's own.
        ...(endpoint
          ? { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }
          : {
              ...(registry.fips ? { useFipsEndpoint: true } : {}),
              ...(registry.dualStack ? { useDualstackEndpoint: true } : {}),
            }),
      }),
  );
  // Behind the retry middleware, so that every attempt counts.
  client.middlewareStack.add(
    (next) => (args) => {
      budget.called(registry.host);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'countCalls' },
  );
  return client;
}

function staticCredentials(env: NodeJS.ProcessEnv) {
  return {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
  };
}

/**
 * The SDK looks at this variable while the first client is made:
 * https://github.com/aws/aws-sdk-js-v3, packages/core, emitWarningIfUnsupportedVersion.
 * The package is pinned and bundled, so its wish for a newer Node is nothing that a user could act on.
 */
function withoutNodeVersionWarning<T>(make: () => T): T {
  const name = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  const before = process.env[name];
  process.env[name] = 'true';
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

/** Asks for credentials before the first request, so that their absence is told apart from a registry's. */
async function findCredentials(
  client: ECRClient,
  signal: AbortSignal,
  options: ConnectOptions,
): Promise<void> {
  try {
    const found = await withDeadline(options.deadlineMs, signal, () => client.config.credentials());
    for (const secret of [found.accessKeyId, found.secretAccessKey, found.sessionToken])
      if (secret) options.onSecret(secret);
  } catch (cause) {
    signal.throwIfAborted();
    throw new CredentialsError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function apiOf(sdk: Sdk, client: ECRClient, registry: EcrRegistry, options: ConnectOptions): EcrApi {
  const registryId = registry.account;
  const within = <T>(signal: AbortSignal, work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(options.deadlineMs, signal, work);
  return {
    async describeImages(repository, ids, signal) {
      const command = new sdk.DescribeImagesCommand({
        registryId,
        repositoryName: repository,
        imageIds: ids.map((id) => ({ ...id })),
      });
      const { imageDetails } = await within(signal, (abortSignal) => client.send(command, { abortSignal }));
      return given(imageDetails).map((image) => ({
        digest: given(image.imageDigest),
        tags: image.imageTags ?? [],
        archived: image.imageStatus !== undefined && image.imageStatus !== 'ACTIVE',
      }));
    },
    async describeRepository(repository, signal) {
      const command = new sdk.DescribeRepositoriesCommand({ registryId, repositoryNames: [repository] });
      const { repositories } = await within(signal, (abortSignal) => client.send(command, { abortSignal }));
      if (!given(repositories).some(({ repositoryName }) => repositoryName === repository)) given(undefined);
    },
    async tagPage(repository, next, signal) {
      const command = new sdk.ListImagesCommand({
        registryId,
        repositoryName: repository,
        filter: { tagStatus: 'TAGGED' },
        maxResults: 1000,
        ...(next === null ? {} : { nextToken: next }),
      });
      const page: ListImagesCommandOutput = await within(signal, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return pageOf(
        given(page.imageIds).map(({ imageTag }) => imageTag),
        page.nextToken,
      );
    },
    async repositoryPage(next, signal) {
      const command = new sdk.DescribeRepositoriesCommand({
        registryId,
        maxResults: 1000,
        ...(next === null ? {} : { nextToken: next }),
      });
      const page: DescribeRepositoriesCommandOutput = await within(signal, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return pageOf(
        given(page.repositories).map(({ repositoryName }) => repositoryName),
        page.nextToken,
      );
    },
  };
}

const pageOf = (names: readonly (string | undefined)[], next: string | undefined): NamePage => ({
  names: names.filter((name) => name !== undefined),
  next: next || null,
});

/** What every answer of ECR holds; its absence means that the answer came from something else. */
function given<T>(value: T | undefined): T {
  if (value === undefined || value === null)
    throw new OddAnswerError('The answer is not one that Amazon ECR gives.');
  return value;
}
