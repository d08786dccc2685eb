import { type EcrApi, type EcrImage, type ImageId, OddAnswerError } from './api.ts';
import { saysInvalid, saysNotFound } from './failure.ts';

/** What is known of one id: the image, the registry's proven "not found", or the error that was in the way. */
export type Found =
  | { readonly kind: 'image'; readonly image: EcrImage }
  | { readonly kind: 'missing'; readonly error: unknown }
  | { readonly kind: 'error'; readonly error: unknown };

/** DescribeImages takes no more: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html */
const MAX_IDS = 100;

/** The key of an id in the result of `lookUp`: the digest or the tag itself, which never look alike. */
export const idKey = (id: ImageId): string => ('imageDigest' in id ? id.imageDigest : id.imageTag);

/**
 * Looks every id up in one repository with as few calls as there are batches. ECR fails a whole batch for one
 * missing or malformed id; such a batch is halved until the id stands alone. An error that is not about an id
 * ends the search: the ids not yet looked up get that error.
 * @throws only the signal's reason.
 */
export async function lookUp(
  api: EcrApi,
  repository: string,
  ids: readonly ImageId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  const unique = [...new Map(ids.map((id) => [idKey(id), id])).values()];
  const todo: ImageId[][] = [];
  for (let i = 0; i < unique.length; i += MAX_IDS) todo.push(unique.slice(i, i + MAX_IDS));

  for (let batch = todo.shift(); batch !== undefined; batch = todo.shift()) {
    try {
      const images = await api.describeImages(repository, batch, signal);
      const unmentioned = match(batch, images, found);
      if (batch.length === 1) {
        const error = new OddAnswerError('The answer leaves the image out.');
        for (const id of unmentioned) found.set(idKey(id), { kind: 'error', error });
      } else if (unmentioned.length === batch.length) todo.unshift(...halves(batch));
      else if (unmentioned.length > 0) todo.unshift(unmentioned);
    } catch (error) {
      signal.throwIfAborted();
      const missing = saysNotFound(error, 'ImageNotFoundException');
      const aboutAnId = missing || saysInvalid(error);
      if (aboutAnId && batch.length > 1) todo.unshift(...halves(batch));
      else {
        const concerned = aboutAnId ? batch : [batch, ...todo].flat();
        for (const id of concerned) found.set(idKey(id), { kind: missing ? 'missing' : 'error', error });
        if (!aboutAnId) return found;
      }
    }
  }
  return found;
}

/** Puts the images to the ids that they answer; returns the ids that none of them answers. */
function match(ids: readonly ImageId[], images: readonly EcrImage[], found: Map<string, Found>): ImageId[] {
  const byDigest = new Map(images.map((image) => [image.digest, image]));
  const byTag = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image] as const)));
  return ids.filter((id) => {
    const image = 'imageDigest' in id ? byDigest.get(id.imageDigest) : byTag.get(id.imageTag);
    if (image) found.set(idKey(id), { kind: 'image', image });
    return image === undefined;
  });
}

function halves(batch: readonly ImageId[]): ImageId[][] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
