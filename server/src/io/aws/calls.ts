import type {
  DescribeImagesCommandOutput,
  DescribeRepositoriesCommandOutput,
  ECRClient,
  ImageDetail,
  Repository,
} from '@aws-sdk/client-ecr';
import { type VulnerabilitySeverity, vulnerabilitySeverities } from '../../core/knowledge/knowledge.ts';
import { type Again, noRetries } from '../net/retry.ts';
import type { EcrApi, EcrImage, RepositorySettings, TagRule } from './api.ts';
import { againAfter, isRefused } from './failure.ts';
import { given, type Send } from './sender.ts';

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
  registryId: string,
  within: Send,
  onSecret: (secret: string) => void,
): EcrApi {
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
    repositorySettings: (repository, signal) => {
      const command = new sdk.DescribeRepositoriesCommand({ registryId, repositoryNames: [repository] });
      return within(signal, async (abortSignal) => {
        const { repositories } = await client.send(command, { abortSignal });
        return repositorySettingsOf(
          given(given(repositories).find((each) => each.repositoryName === repository)),
        );
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
        unlessRefused,
      );
    },
    creationTemplates: (signal, insist = false) => {
      const command = new sdk.DescribeRepositoryCreationTemplatesCommand({ maxResults: PAGE });
      return within(
        signal,
        async (abortSignal) =>
          given((await client.send(command, { abortSignal })).repositoryCreationTemplates).map(
            (template) => ({
              prefix: given(template.prefix),
              onPush: template.appliedFor?.includes('CREATE_ON_PUSH') ?? false,
              settings: {
                tags: tagRuleOf(template),
                encryption: template.encryptionConfiguration?.encryptionType ?? 'AES256',
              },
            }),
          ),
        unlessRefused,
        insist ? undefined : noRetries,
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
    layersAt: (repository, digests, signal) => {
      const command = new sdk.BatchCheckLayerAvailabilityCommand({
        registryId,
        repositoryName: repository,
        layerDigests: [...digests],
      });
      return within(signal, async (abortSignal) => {
        const { layers } = await client.send(command, { abortSignal });
        const there = given(layers).filter((layer) => layer.layerAvailability === 'AVAILABLE');
        return new Set(there.map((layer) => given(layer.layerDigest)));
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
    replicationRules: (signal) => {
      const command = new sdk.DescribeRegistryCommand({});
      return within(
        signal,
        async (abortSignal) => {
          const { replicationConfiguration } = await client.send(command, { abortSignal });
          return (given(replicationConfiguration).rules ?? []).map((rule) => ({
            destinations: (rule.destinations ?? []).map((destination) => ({
              region: given(destination.region),
              account: given(destination.registryId),
            })),
            prefixes: (rule.repositoryFilters ?? []).map(({ filter }) => given(filter)),
          }));
        },
        unlessRefused,
      );
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

export function repositorySettingsOf(repository: Repository): RepositorySettings {
  return {
    tags: tagRuleOf(repository),
    encryption: repository.encryptionConfiguration?.encryptionType ?? 'AES256',
    scanOnPush: repository.imageScanningConfiguration?.scanOnPush ?? false,
  };
}

/** For what many may not read, and some endpoints do not have: not tried again where another try is no use. */
const unlessRefused = (error: unknown): Again => (isRefused(error) ? { kind: 'no' } : againAfter(error));

/** ECR's four settings of mutability, which repositories and creation templates have alike. */
function tagRuleOf({
  imageTagMutability: mutability,
  imageTagMutabilityExclusionFilters: filters,
}: Pick<Repository, 'imageTagMutability' | 'imageTagMutabilityExclusionFilters'>): TagRule {
  return {
    immutable: mutability === 'IMMUTABLE' || mutability === 'IMMUTABLE_WITH_EXCLUSION',
    except: mutability?.endsWith('_WITH_EXCLUSION') ? (filters ?? []).map(({ filter }) => filter ?? '') : [],
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
