import type {
  DescribeImagesCommandOutput,
  DescribeRepositoriesCommandOutput,
  ECRClient,
  ImageDetail,
} from '@aws-sdk/client-ecr';
import { type VulnerabilitySeverity, vulnerabilitySeverities } from '../../core/knowledge/knowledge.ts';
import type { Budget } from '../net/budget.ts';
import { withDeadline } from '../net/deadline.ts';
import { noRetries, type RetryPolicy } from '../net/retry.ts';
import { type EcrApi, type EcrImage, OddAnswerError } from './api.ts';
import { againAfter, isRefused } from './failure.ts';

type Sdk = typeof import('./sdk.ts');

/** The most that ECR gives in one page of any list. */
const PAGE = 1000;

/** The four types of manifests that a cluster can pull; without them ECR may give an older form. */
const imageTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** The calls of one registry through the AWS SDK. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ */
export function apiOf(
  sdk: Sdk,
  client: ECRClient,
  { host, account }: { readonly host: string; readonly account: string },
  options: {
    readonly budget: Budget;
    readonly deadlineMs: number;
    readonly retries: RetryPolicy;
    readonly onSecret: (secret: string) => void;
  },
): EcrApi {
  const { budget, deadlineMs, retries, onSecret } = options;
  const registryId = account;
  const within = <T>(
    signal: AbortSignal,
    work: (abortSignal: AbortSignal) => Promise<T>,
    judge = againAfter,
    policy = retries,
  ): Promise<T> =>
    budget.send(host, signal, (attempt) => withDeadline(deadlineMs, attempt, work), judge, policy);
  return {
    describeImages: (repository, ids, signal) => {
      const command = new sdk.DescribeImagesCommand({
        registryId,
        repositoryName: repository,
        imageIds: ids.map((id) => ({ ...id })),
      });
      return within(signal, async (abortSignal) =>
        given((await client.send(command, { abortSignal })).imageDetails).map(imageOf),
      );
    },
    imagePage: (repository, which, next, signal) => {
      const command = new sdk.DescribeImagesCommand({
        registryId,
        repositoryName: repository,
        // Without a status only active images are listed.
        filter: { tagStatus: which === 'all' ? 'ANY' : 'TAGGED', imageStatus: 'ANY' },
        maxResults: PAGE,
        ...(next === null ? {} : { nextToken: next }),
      });
      return within(signal, async (abortSignal) => {
        const page: DescribeImagesCommandOutput = await client.send(command, { abortSignal });
        return { items: given(page.imageDetails).map(imageOf), next: page.nextToken || null };
      });
    },
    describeRepository: (repository, signal) => {
      const command = new sdk.DescribeRepositoriesCommand({ registryId, repositoryNames: [repository] });
      return within(signal, async (abortSignal) => {
        const { repositories } = await client.send(command, { abortSignal });
        const named = given(repositories).find(({ repositoryName }) => repositoryName === repository);
        given(named);
      });
    },
    repositoryPage: (next, signal) => {
      const command = new sdk.DescribeRepositoriesCommand({
        registryId,
        maxResults: PAGE,
        ...(next === null ? {} : { nextToken: next }),
      });
      return within(signal, async (abortSignal) => {
        const page: DescribeRepositoriesCommandOutput = await client.send(command, { abortSignal });
        return {
          items: given(page.repositories).map((each) => ({
            name: given(each.repositoryName),
            at: each.createdAt?.getTime(),
            immutable: each.imageTagMutability === 'IMMUTABLE',
          })),
          next: page.nextToken || null,
        };
      });
    },
    pullThroughRules: (signal) => {
      const command = new sdk.DescribePullThroughCacheRulesCommand({ registryId, maxResults: PAGE });
      return within(
        signal,
        async (abortSignal) =>
          given((await client.send(command, { abortSignal })).pullThroughCacheRules).map((rule) => ({
            prefix: given(rule.ecrRepositoryPrefix),
            upstreamHost: rule.upstreamRegistryUrl ?? '',
            upstreamPrefix:
              rule.upstreamRepositoryPrefix === 'ROOT' ? '' : (rule.upstreamRepositoryPrefix ?? ''),
          })),
        (error) => (isRefused(error) ? { kind: 'no' } : againAfter(error)),
      );
    },
    creationTemplates: (signal) => {
      const command = new sdk.DescribeRepositoryCreationTemplatesCommand({ maxResults: PAGE });
      return within(
        signal,
        async (abortSignal) =>
          given((await client.send(command, { abortSignal })).repositoryCreationTemplates).map(
            (template) => ({
              prefix: given(template.prefix),
              onPush: template.appliedFor?.includes('CREATE_ON_PUSH') ?? false,
            }),
          ),
        againAfter,
        noRetries,
      );
    },
    manifests: (repository, digests, signal) => {
      const command = new sdk.BatchGetImageCommand({
        registryId,
        repositoryName: repository,
        imageIds: digests.map((imageDigest) => ({ imageDigest })),
        acceptedMediaTypes: imageTypes,
      });
      return within(signal, async (abortSignal) => {
        const { images, failures } = await client.send(command, { abortSignal });
        return {
          manifests: new Map(
            given(images).map((image) => [
              given(image.imageId?.imageDigest),
              { mediaType: image.imageManifestMediaType ?? '', text: given(image.imageManifest) },
            ]),
          ),
          failures: new Map(
            (failures ?? []).map((failure) => [
              failure.imageId?.imageDigest ?? '',
              failure.failureReason ?? failure.failureCode ?? '',
            ]),
          ),
        };
      });
    },
    layerUrl: (repository, digest, signal) => {
      const command = new sdk.GetDownloadUrlForLayerCommand({
        registryId,
        repositoryName: repository,
        layerDigest: digest,
      });
      return within(signal, async (abortSignal) =>
        given((await client.send(command, { abortSignal })).downloadUrl),
      );
    },
    scan: (repository, digest, signal) => {
      // The counts are of all findings, so one finding on the page is enough: it tells the kind of the scanner.
      const command = new sdk.DescribeImageScanFindingsCommand({
        registryId,
        repositoryName: repository,
        imageId: { imageDigest: digest },
        maxResults: 1,
      });
      return within(signal, async (abortSignal) => {
        const { imageScanStatus, imageScanFindings: found } = await client.send(command, { abortSignal });
        const status = given(imageScanStatus?.status);
        return {
          status,
          description: imageScanStatus?.description ?? '',
          findings: {
            scanner: found?.enhancedFindings !== undefined || status === 'ACTIVE' ? 'enhanced' : 'basic',
            counts: countsOf(found?.findingSeverityCounts ?? {}),
            completedAt: found?.imageScanCompletedAt?.getTime() ?? null,
            sourceUpdatedAt: found?.vulnerabilitySourceUpdatedAt?.getTime() ?? null,
          },
        };
      });
    },
    token: (signal) => {
      const command = new sdk.GetAuthorizationTokenCommand({});
      return within(signal, async (abortSignal) => {
        const [data] = given((await client.send(command, { abortSignal })).authorizationData);
        const basic = given(data?.authorizationToken);
        onSecret(basic);
        onSecret(
          Buffer.from(basic, 'base64')
            .toString('utf8')
            .replace(/^[^:]*:/, ''),
        );
        return {
          basic,
          expiresAt: data?.expiresAt?.getTime() ?? 0,
          endpoint: given(data?.proxyEndpoint),
        };
      });
    },
  };
}

function imageOf(image: ImageDetail): EcrImage {
  const { imagePushedAt, lastRecordedPullTime, imageSizeInBytes, imageManifestMediaType } = image;
  const tags = image.imageTags ?? [];
  return {
    digest: given(image.imageDigest),
    tags,
    archived: image.imageStatus !== undefined && image.imageStatus !== 'ACTIVE',
    facts: {
      ...(imagePushedAt === undefined ? {} : { pushedAt: imagePushedAt.getTime() }),
      ...(lastRecordedPullTime === undefined ? {} : { pulledAt: lastRecordedPullTime.getTime() }),
      ...(imageSizeInBytes === undefined ? {} : { size: imageSizeInBytes }),
      ...(imageManifestMediaType === undefined ? {} : { mediaType: imageManifestMediaType }),
      tags,
    },
  };
}

/** ECR's severities are ours in capitals; what else a scanner counts (UNTRIAGED) is undefined to us. */
function countsOf(
  counts: Readonly<Partial<Record<string, number>>>,
): Partial<Record<VulnerabilitySeverity, number>> {
  const known: Partial<Record<VulnerabilitySeverity, number>> = {};
  for (const [name, count] of Object.entries(counts)) {
    const severity = vulnerabilitySeverities.find((each) => each === name.toLowerCase()) ?? 'undefined';
    known[severity] = (known[severity] ?? 0) + (count ?? 0);
  }
  return known;
}

/** What every answer of ECR holds; its absence means that the answer came from something else. */
function given<T>(value: T | undefined): T {
  if (value === undefined || value === null)
    throw new OddAnswerError('The answer is not one that Amazon ECR gives.');
  return value;
}
