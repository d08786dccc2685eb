import type { ImageName } from '../../core/knowledge/knowledge.ts';
import { withDeadline } from '../net/deadline.ts';
import type { EcrToken } from './api.ts';
import { type Asking, registryToken, type Said } from './asking.ts';
import type { ManifestAnswer } from './data-plane.ts';
import { againAfter, failureOf } from './failure.ts';

/** How many images are asked about at the same time, each by a request of its own. */
const AT_ONCE = 4;

/**
 * Asks the registry itself about images that may be pulled but not described (AmazonEC2ContainerRegistryPullOnly).
 * Gives what was found out; images that are not in the result stay denied. Never to be called below a pull-through
 * prefix, where the question would be a pull.
 * @throws only the signal's reason.
 */
export async function askByPulling(
  asking: Asking,
  repository: string,
  images: readonly ImageName[],
): Promise<ReadonlyMap<ImageName, Said>> {
  const byReference = new Map<string, ImageName[]>();
  for (const image of images) {
    const reference = image.digest ?? image.tag;
    if (reference !== null) byReference.set(reference, [...(byReference.get(reference) ?? []), image]);
  }
  const said = new Map<ImageName, Said>();
  const references = [...byReference];
  for (let i = 0; i < references.length; i += AT_ONCE)
    await Promise.all(
      references.slice(i, i + AT_ONCE).map(async ([reference, same]) => {
        for (const [image, better] of await askOne(asking, repository, reference, same))
          said.set(image, better);
      }),
    );
  return said;
}

async function askOne(
  asking: Asking,
  repository: string,
  reference: string,
  images: readonly ImageName[],
): Promise<[ImageName, Said][]> {
  try {
    const first = await ask(asking, 'headManifest', repository, reference);
    // What a HEAD says has no body, and so neither proof nor reason.
    const wordless = first.kind === 'missing' || first.kind === 'refused';
    const seen = wordless ? await ask(asking, 'whyMissing', repository, reference) : first;
    return images.flatMap((image) => {
      const one = verdictOf(asking, image, seen);
      return one === null ? [] : [[image, one] as [ImageName, Said]];
    });
  } catch (error) {
    asking.signal.throwIfAborted();
    const { status, detail, reason } = failureOf(error, asking.who, asking.renew);
    return status === 'denied' ? [] : images.map((image) => [image, { status, detail, reason }]);
  }
}

function verdictOf({ who }: Asking, image: ImageName, seen: ManifestAnswer): Said | null {
  switch (seen.kind) {
    case 'there': {
      const digest = seen.digest ?? image.digest;
      return {
        status: 'exists',
        detail: null,
        ...(digest === null ? {} : { digest }),
        reason: `${who} lets it be pulled; nothing more may be asked about it.`,
        ...(seen.mediaType === null ? {} : { facts: { mediaType: seen.mediaType } }),
      };
    }
    case 'unauthorized':
    case 'refused':
      return null;
    case 'missing': {
      const words = seen.message || seen.code;
      if (/archiv/i.test(seen.message))
        return { status: 'exists', detail: 'archived', reason: `${who} says: ${words}` };
      if (seen.code === 'NAME_UNKNOWN')
        return { status: 'absent', detail: 'repository', reason: `${who} says: ${words}` };
      if (seen.code === 'MANIFEST_UNKNOWN')
        return {
          status: 'absent',
          detail: image.digest === null ? 'tag' : 'digest',
          reason: `${who} says: ${words}`,
        };
      return null;
    }
  }
}

/** One question to the registry; with a new token where the one at hand is no longer taken. */
async function ask(
  asking: Asking,
  what: 'headManifest' | 'whyMissing',
  repository: string,
  reference: string,
): Promise<ManifestAnswer> {
  const { memory } = asking;
  const token = await registryToken(asking);
  if (token === 'denied') return { kind: 'unauthorized' };
  const answer = await send(asking, what, repository, reference, token);
  if (answer.kind !== 'unauthorized') return answer;
  memory.token.drop(token);
  const fresh = await registryToken(asking);
  return fresh === 'denied' ? answer : send(asking, what, repository, reference, fresh);
}

function send(
  { budget, registry, signal, deadlineMs, retries, dataPlane, endpoint }: Asking,
  what: 'headManifest' | 'whyMissing',
  repository: string,
  reference: string,
  token: EcrToken,
): Promise<ManifestAnswer> {
  return budget.send(
    registry.host,
    signal,
    (attempt) =>
      withDeadline(deadlineMs, attempt, (abort) =>
        dataPlane[what](endpoint ?? token.endpoint, repository, reference, token.basic, abort),
      ),
    againAfter,
    retries,
  );
}
