import assert from 'node:assert/strict';
import { awsError, type Call, type Reply } from './fake-ecr.ts';

export const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

export interface StoredImage {
  readonly imageDigest: string;
  readonly imageTags?: readonly string[];
  readonly imageStatus?: string;
  readonly imagePushedAt?: number;
}

interface Id {
  readonly imageTag?: string;
  readonly imageDigest?: string;
}

/**
 * DescribeImages as ECR answers it: one missing id fails the call, an image is given once for all its tags, a list
 * comes in pages. With `mute`, the message of a missing id does not name it.
 */
export function describeImages(
  stored: readonly StoredImage[],
  input: Call['input'],
  { mute = false } = {},
): Reply {
  if (input.imageIds === undefined) return listImages(stored, input);
  const ids = input.imageIds as Id[];
  assert.ok(ids.length >= 1 && ids.length <= 100, 'ECR takes 1 to 100 ids');
  const byDigest = new Map(stored.map((image) => [image.imageDigest, image]));
  const byTag = new Map(
    stored.flatMap((image) => (image.imageTags ?? []).map((tag) => [tag, image] as const)),
  );
  const hits = ids.map((id) =>
    id.imageDigest ? byDigest.get(id.imageDigest) : byTag.get(id.imageTag ?? ''),
  );
  const id = ids[hits.indexOf(undefined)];
  if (id === undefined) return { status: 200, body: { imageDetails: [...new Set(hits)] } };
  const named = `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`;
  return awsError(
    'ImageNotFoundException',
    mute
      ? 'An image does not exist'
      : `The image with imageId ${named} does not exist within the repository with name 'app'`,
  );
}

function listImages(stored: readonly StoredImage[], input: Call['input']): Reply {
  const { tagStatus, imageStatus } = input.filter as { tagStatus?: string; imageStatus?: string };
  const images = stored.filter(
    (image) =>
      (tagStatus !== 'TAGGED' || (image.imageTags?.length ?? 0) > 0) &&
      (imageStatus === 'ANY' || (image.imageStatus ?? 'ACTIVE') === 'ACTIVE'),
  );
  const from = Number(input.nextToken ?? 0);
  const to = from + Number(input.maxResults ?? 100);
  return {
    status: 200,
    body: {
      imageDetails: images.slice(from, to),
      ...(to < images.length ? { nextToken: String(to) } : {}),
    },
  };
}

/** A registry with nothing but these images in each of its repositories. */
export function registryOf(
  stored: readonly StoredImage[],
  more: (call: Call) => Reply | undefined = () => undefined,
): (call: Call) => Reply {
  return (call) => {
    const other = more(call);
    if (other !== undefined) return other;
    switch (call.operation) {
      case 'DescribeImages':
        return describeImages(stored, call.input);
      case 'DescribePullThroughCacheRules':
        return { status: 200, body: { pullThroughCacheRules: [] } };
      case 'DescribeRepositoryCreationTemplates':
        return { status: 200, body: { repositoryCreationTemplates: [] } };
      default:
        return awsError('UnknownOperationException', call.operation);
    }
  };
}
