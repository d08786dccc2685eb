import type { Answer, ImageName, Verdict } from '../../core/knowledge/knowledge.ts';
import type { EcrApi, EcrImage, ImageId } from './api.ts';
import { type Failure, failureOf, saysNotFound, wordsOf } from './failure.ts';
import { type Found, idKey, lookUp } from './lookup.ts';

/** What answers of one registry have in common. */
export interface Asking {
  readonly api: EcrApi;
  /** The registry as sentences name it: `Amazon ECR us-east-2`. */
  readonly who: string;
  /** The same with the account: what a verdict's `from` says. */
  readonly from: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/**
 * The verdicts about images of one repository, in one portion.
 * @throws only the signal's reason.
 */
export async function askImages(
  asking: Asking,
  repository: string,
  images: readonly ImageName[],
): Promise<{ answers: Answer[]; failure: Failure | null }> {
  const ids = images.map(idOf).filter((id) => id !== null);
  const found = await lookUp(asking.api, repository, ids, asking.signal);
  const tags = await lookUp(asking.api, repository, strayTags(images, found), asking.signal);
  const bare = images.some((image) => idOf(image) === null) ? await askRepository(asking, repository) : null;

  let failure: Failure | null = null;
  const answers = images.map((image): Answer => {
    const id = idOf(image);
    const one = id === null ? bare : found.get(idKey(id));
    if (one === 'there') return answer(asking, image, there(image, asking.who));
    if (!one) throw new RangeError('every id was looked up');
    if (one.kind === 'image') return answer(asking, image, present(image, one.image, tags, asking.who));
    if (one.kind === 'missing') return answer(asking, image, absent(image, one.error, asking.who));
    if (saysNotFound(one.error, 'RepositoryNotFoundException'))
      return answer(asking, image, {
        status: 'absent',
        detail: 'repository',
        reason: `${asking.who} says: ${wordsOf(one.error)}`,
      });
    failure = failureOf(one.error, asking.who);
    const { status, detail, reason } = failure;
    return answer(asking, image, { status, detail, reason });
  });
  return { answers, failure };
}

/** Where there is a digest, that is what is pulled. */
function idOf({ tag, digest }: ImageName): ImageId | null {
  if (digest !== null) return { imageDigest: digest };
  return tag === null ? null : { imageTag: tag };
}

/** The tags that stand beside a digest which does not carry them: what they stand for makes the reason clearer. */
function strayTags(images: readonly ImageName[], found: ReadonlyMap<string, Found>): ImageId[] {
  return images.flatMap(({ tag, digest }) => {
    const one = digest === null ? undefined : found.get(digest);
    return tag !== null && one?.kind === 'image' && !one.image.tags.includes(tag) ? [{ imageTag: tag }] : [];
  });
}

/** An image without tag or digest: whether there is such a repository is all that can be asked. */
async function askRepository(asking: Asking, repository: string): Promise<Found | 'there'> {
  try {
    await asking.api.describeRepository(repository, asking.signal);
    return 'there';
  } catch (error) {
    asking.signal.throwIfAborted();
    return { kind: 'error', error };
  }
}

type Said = Pick<Verdict, 'status' | 'detail' | 'reason'> & { readonly digest?: string };

function answer({ from, now }: Asking, image: ImageName, said: Said): Answer {
  return { kind: 'image', image, verdict: { digest: null, ...said, checkedAt: now(), from } };
}

const there = (image: ImageName, who: string): Said => ({
  status: 'exists',
  detail: null,
  reason: `${who} has the repository ${image.repository}; no tag was asked for.`,
});

function present(image: ImageName, seen: EcrImage, tags: ReadonlyMap<string, Found>, who: string): Said {
  const said = { status: 'exists', digest: seen.digest } as const;
  if (seen.archived)
    return {
      ...said,
      detail: 'archived',
      reason: `${who} has it in archive storage: it cannot be pulled until it is restored.`,
    };
  if (image.tag === null || seen.tags.includes(image.tag))
    return { ...said, detail: null, reason: `${who} has it.` };
  const stray = tags.get(image.tag);
  const instead =
    stray?.kind === 'image'
      ? `the tag ${image.tag} is on ${stray.image.digest}`
      : stray?.kind === 'missing'
        ? `there is no tag ${image.tag}`
        : `the tag ${image.tag} is not on it`;
  return {
    ...said,
    detail: 'digest-mismatch',
    reason: `${who} has the digest, which is what is pulled, but ${instead}.`,
  };
}

const absent = (image: ImageName, error: unknown, who: string): Said => ({
  status: 'absent',
  detail: image.digest === null ? 'tag' : 'digest',
  reason: `${who} says: ${wordsOf(error)}`,
});
