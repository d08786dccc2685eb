import { type Repository, type StoredManifest, tagsByDigest } from '../store/repository.ts';
import { type Operation, repositoryOf, seconds } from './call.ts';
import { AwsError, invalidParameter } from './errors.ts';
import {
  checkImageId,
  type ImageId,
  type Input,
  oneOf,
  optionalList,
  optionalObject,
  readImageId,
} from './input.ts';
import { page } from './pages.ts';

const tagStatuses = ['TAGGED', 'UNTAGGED', 'ANY'] as const;
const imageStatuses = ['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY'] as const;

/**
 * `DescribeImages`. With ids, one that is missing fails the whole call, and the details come in no order that a
 * caller could rely on; ids of the same image give one detail.
 */
export const describeImages: Operation = (call) => {
  const { world, input } = call;
  const repository = repositoryOf(call);
  const ids = optionalList(input, 'imageIds', 100)?.map(readImageId).map(checkImageId) ?? null;
  const tags = tagsByDigest(repository);
  const detail = (image: StoredManifest) =>
    describe(world.accountId, repository, image, tags.get(image.digest));
  if (ids === null) {
    const { items, nextToken } = page(filtered(repository, input), input);
    return { imageDetails: items.map(detail), nextToken };
  }
  if (input.maxResults !== undefined || input.nextToken !== undefined) {
    throw invalidParameter('Invalid request parameters: paging cannot be used together with imageIds');
  }
  const images = new Set(
    ids.map((id) => {
      const found = findImage(repository, id);
      if (found === null) throw imageNotFound(id, repository.name, world.accountId);
      return found;
    }),
  );
  return { imageDetails: [...images].sort(byDigest).map(detail) };
};

/** `ListImages`: one id for each tag, and one without a tag for each image that has none. */
export const listImages: Operation = (call) => {
  const repository = repositoryOf(call);
  const tagStatus = readFilter(call.input).tagStatus;
  const byDigest = tagsByDigest(repository);
  const ids = filtered(repository, call.input).flatMap((image) => {
    const tags = byDigest.get(image.digest);
    if (tags === undefined) return tagStatus === 'TAGGED' ? [] : [{ imageDigest: image.digest }];
    return tags.map((imageTag) => ({ imageDigest: image.digest, imageTag }));
  });
  const { items, nextToken } = page(ids, call.input);
  return { imageIds: items, nextToken };
};

/** The image that an id names; where it has both tag and digest, they must agree. */
export function findImage(repository: Repository, id: ImageId): StoredManifest | null {
  const digest = id.tag === null ? id.digest : (repository.tags.get(id.tag) ?? null);
  if (digest === null || (id.digest !== null && id.digest !== digest)) return null;
  return repository.manifests.get(digest) ?? null;
}

/** As ECR says it of an id, on every operation that takes one. */
export function imageNotFound(id: ImageId, repository: string, registryId: string): AwsError {
  return new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${id.digest ?? 'null'}', imageTag:'${id.tag ?? 'null'}'} does not exist ` +
      `within the repository with name '${repository}' in the registry with id '${registryId}'`,
  );
}

function readFilter(input: Input): { tagStatus: string; imageStatus: string } {
  const filter = optionalObject(input, 'filter') ?? {};
  return {
    tagStatus: oneOf(filter, 'tagStatus', tagStatuses) ?? 'ANY',
    imageStatus: oneOf(filter, 'imageStatus', imageStatuses) ?? 'ACTIVE',
  };
}

function filtered(repository: Repository, input: Input): StoredManifest[] {
  const { tagStatus, imageStatus } = readFilter(input);
  const tagged = new Set(repository.tags.values());
  return [...repository.manifests.values()]
    .filter((image) => tagStatus === 'ANY' || tagged.has(image.digest) === (tagStatus === 'TAGGED'))
    .filter((image) => imageStatus === 'ANY' || image.status === imageStatus)
    .sort(byDigest);
}

function byDigest(a: StoredManifest, b: StoredManifest): number {
  return a.digest < b.digest ? -1 : 1;
}

function describe(
  registryId: string,
  repository: Repository,
  image: StoredManifest,
  tags: readonly string[] | undefined,
): object {
  return {
    registryId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    imageTags: tags,
    imageSizeInBytes: sizeOf(repository, image),
    imagePushedAt: seconds(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.content.artifactType ?? image.content.config?.mediaType,
    lastRecordedPullTime: image.lastPulledAt === null ? undefined : seconds(image.lastPulledAt),
    subjectManifestDigest: image.content.subject ?? undefined,
    imageStatus: image.status,
  };
}

/** The bytes of config and layers; of an index, those of its largest image. */
function sizeOf(repository: Repository, image: StoredManifest): number {
  const { config, layers, children } = image.content;
  const own = layers.reduce((sum, layer) => sum + layer.size, config?.size ?? 0);
  const below = children.map((child) => {
    const found = repository.manifests.get(child.digest);
    return found === undefined || found === image ? 0 : sizeOf(repository, found);
  });
  return Math.max(own, ...below);
}
