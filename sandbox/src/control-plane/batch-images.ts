import { isTag } from '../names.ts';
import { importUpstream } from '../pull-through.ts';
import { type Repository, tagsOf } from '../store/repository.ts';
import { type Call, type Operation, repositoryOf } from './call.ts';
import { findImage } from './describe-images.ts';
import { constraint } from './errors.ts';
import { type ImageId, isApiDigest, optionalList, readImageId, requiredText } from './input.ts';

type FailureCode =
  | 'InvalidImageDigest'
  | 'InvalidImageTag'
  | 'ImageTagDoesNotMatchDigest'
  | 'ImageNotFound'
  | 'MissingDigestAndTag'
  | 'ImageReferencedByManifestList'
  | 'ImageInaccessible';

/** `BatchGetImage`: manifests by id, with a failure for each id that has none. Counts as a pull. */
export const batchGetImage: Operation = async (call) => {
  const { world } = call;
  for (const { digest, tag } of readIds(call)) await fetchUpstream(call, tag ?? digest);
  const repository = repositoryOf(call);
  const accepted = optionalList(call.input, 'acceptedMediaTypes', 100);
  const images: object[] = [];
  const failures: object[] = [];
  for (const id of readIds(call)) {
    const problem = check(repository, id);
    const image = problem === null ? findImage(repository, id) : null;
    if (problem !== null) {
      failures.push(failure(id, ...problem));
    } else if (image === null || (accepted !== null && !accepted.includes(image.mediaType))) {
      failures.push(failure(id, 'ImageNotFound', 'Requested image not found'));
    } else if (image.status !== 'ACTIVE') {
      failures.push(
        failure(id, 'ImageInaccessible', 'The image is archived. Restore it before it is pulled'),
      );
    } else {
      image.lastPulledAt = world.clock();
      images.push({
        registryId: world.accountId,
        repositoryName: repository.name,
        imageId: { imageDigest: image.digest, imageTag: id.tag ?? undefined },
        imageManifest: image.bytes.toString('utf8'),
        imageManifestMediaType: image.mediaType,
      });
    }
  }
  await world.store.saved();
  return { images, failures };
};

/** `BatchDeleteImage`: a tag takes that tag away (and an image with its last one), a digest the image with all. */
export const batchDeleteImage: Operation = async (call) => {
  const repository = repositoryOf(call);
  const imageIds: object[] = [];
  const failures: object[] = [];
  for (const id of readIds(call)) {
    const problem = check(repository, id);
    const image = problem === null ? findImage(repository, id) : null;
    if (problem !== null) {
      failures.push(failure(id, ...problem));
      continue;
    }
    if (image === null) {
      failures.push(failure(id, 'ImageNotFound', 'Requested image not found'));
      continue;
    }
    const tags = tagsOf(repository, image.digest);
    const last = id.tag === null || tags.length === 1;
    const parent = last ? parentOf(repository, image.digest) : null;
    if (last && parent !== null) {
      const reason = `Requested image referenced by manifest list: [${parent}]`;
      failures.push(failure(id, 'ImageReferencedByManifestList', reason));
      continue;
    }
    for (const tag of id.tag === null ? tags : [id.tag]) {
      repository.tags.delete(tag);
      imageIds.push({ imageDigest: image.digest, imageTag: tag });
    }
    if (id.tag === null && tags.length === 0) imageIds.push({ imageDigest: image.digest });
    if (last) repository.manifests.delete(image.digest);
  }
  await call.world.store.saved();
  return { imageIds, failures };
};

/** A pull below the prefix of a pull-through cache rule brings the image. */
async function fetchUpstream({ world, region, input }: Call, reference: string | null): Promise<void> {
  if (reference === null) return;
  await importUpstream(world, region, requiredText(input, 'repositoryName'), reference);
}

function readIds(call: Call): ImageId[] {
  const ids = optionalList(call.input, 'imageIds', 100);
  if (ids === null) throw constraint('imageIds', 'must not be null');
  return ids.map(readImageId);
}

function check(repository: Repository, id: ImageId): readonly [FailureCode, string] | null {
  if (id.digest === null && id.tag === null) {
    return ['MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null'];
  }
  if (id.digest !== null && !isApiDigest(id.digest)) {
    return [
      'InvalidImageDigest',
      'Invalid request parameters: image digest should satisfy the regex of a digest',
    ];
  }
  if (id.tag !== null && !isTag(id.tag)) {
    return ['InvalidImageTag', 'Invalid request parameters: image tag should satisfy the regex of a tag'];
  }
  if (id.digest !== null && id.tag !== null) {
    const tagged = repository.tags.get(id.tag);
    if (tagged !== undefined && tagged !== id.digest && repository.manifests.has(id.digest)) {
      return ['ImageTagDoesNotMatchDigest', 'The given image tag does not belong to the given image digest'];
    }
  }
  return null;
}

function failure(id: ImageId, failureCode: FailureCode, failureReason: string): object {
  return {
    imageId: { imageDigest: id.digest ?? undefined, imageTag: id.tag ?? undefined },
    failureCode,
    failureReason,
  };
}

/** An index that names the image, so that it must go first. */
function parentOf(repository: Repository, digest: string): string | null {
  for (const each of repository.manifests.values()) {
    if (each.content.children.some((child) => child.digest === digest)) return each.digest;
  }
  return null;
}
