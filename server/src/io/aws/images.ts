import type { Answer, ImageName } from '../../core/knowledge/knowledge.ts';
import type { EcrImage, ImageId } from './api.ts';
import { type Asking, answer, coverage, type Said, templates } from './asking.ts';
import { type Failure, failureOf, isDenied, saysNotFound, wordsOf } from './failure.ts';
import { tagList } from './lists.ts';
import { type Found, idKey, lookUp } from './lookup.ts';
import { askByPulling } from './pull-only.ts';
import { type Coverage, templateFor } from './pull-through.ts';
import type { Sweep } from './sweep.ts';

/**
 * The verdicts about images of one repository, in one portion; and the list of its tags, where that fell off.
 * @throws only the signal's reason.
 */
export async function askImages(
  asking: Asking,
  repository: string,
  images: readonly ImageName[],
): Promise<{ answers: Answer[]; failure: Failure | null }> {
  const { found, list } = await look(asking, repository, images);
  const bare = images.some((image) => idOf(image) === null)
    ? await askRepository(asking, repository, [...found.values()])
    : null;

  let failure: Failure | null = null;
  const absent: ImageName[] = [];
  const denied: ImageName[] = [];
  const said = new Map<ImageName, Said>();
  for (const image of images) {
    const id = idOf(image);
    const one = id === null ? bare : found.get(idKey(id));
    if (!one) throw new RangeError('every id was looked up');
    if (one === 'there') said.set(image, there(image, asking.who));
    else if (one.kind === 'image') said.set(image, present(image, one.image, found, asking.who));
    else if (one.kind === 'missing') {
      absent.push(image);
      said.set(image, missing(image, one.words, asking.who));
    } else if (saysNotFound(one.error, 'RepositoryNotFoundException')) {
      absent.push(image);
      const reason = `${asking.who} says: ${wordsOf(one.error)}`;
      said.set(image, { status: 'absent', detail: 'repository', reason });
    } else {
      failure = failureOf(one.error, asking.who, asking.renew);
      if (isDenied(one.error) && id !== null) denied.push(image);
      const { status, detail, reason } = failure;
      said.set(image, { status, detail, reason });
    }
  }

  if (absent.length + denied.length > 0) {
    try {
      const cover = await coverage(asking, repository);
      for (const image of absent) await explain(asking, image, cover, said);
      if (cover === null && denied.length > 0)
        for (const [image, better] of await askByPulling(asking, repository, denied)) said.set(image, better);
    } catch (error) {
      asking.signal.throwIfAborted();
      // Without the rules nobody knows whether a pull would bring what is not there.
      failure = failureOf(error, asking.who, asking.renew);
      const { status, detail } = failure;
      const reason = `${asking.who} does not have it, but could not say whether a pull would fetch it: ${failure.reason}`;
      for (const image of absent) said.set(image, { status, detail, reason });
    }
  }

  const answers = images.map((image) => answer(asking, image, said.get(image) as Said));
  if (list !== null) answers.push(tagsAnswer(asking, repository, list));
  return { answers, failure };
}

/** Looks up what the images name, and then the tags that stand beside digests which do not carry them. */
async function look(
  { api, signal }: Asking,
  repository: string,
  images: readonly ImageName[],
): Promise<{ found: ReadonlyMap<string, Found>; list: Sweep | null }> {
  const ids = images.map(idOf).filter((id) => id !== null);
  const first = await lookUp(api, repository, ids, signal);
  const stray = strayTags(images, first.found);
  const { list } = first;
  if (list === null) {
    const second = await lookUp(api, repository, stray, signal);
    return { found: new Map([...second.found, ...first.found]), list: second.list };
  }
  const listed = stray.map((id): [string, Found] => {
    const image = list.find(id);
    return [idKey(id), image ? { kind: 'image', image } : { kind: 'missing', words: null }];
  });
  return { found: new Map([...listed, ...first.found]), list };
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
async function askRepository(
  asking: Asking,
  repository: string,
  found: readonly Found[],
): Promise<Exclude<Found, { kind: 'missing' }> | 'there'> {
  if (found.some(({ kind }) => kind !== 'error')) return 'there';
  const gone = found.find(
    (one) => one.kind === 'error' && saysNotFound(one.error, 'RepositoryNotFoundException'),
  );
  if (gone?.kind === 'error') return gone;
  try {
    await asking.api.describeRepository(repository, asking.signal);
    return 'there';
  } catch (error) {
    asking.signal.throwIfAborted();
    return { kind: 'error', error };
  }
}

const there = (image: ImageName, who: string): Said => ({
  status: 'exists',
  detail: null,
  reason: `${who} has the repository ${image.repository}; no tag was asked for.`,
});

function present(image: ImageName, seen: EcrImage, found: ReadonlyMap<string, Found>, who: string): Said {
  const said = { status: 'exists', digest: seen.digest, facts: seen.facts } as const;
  if (seen.archived)
    return {
      ...said,
      detail: 'archived',
      reason: `${who} has it in archive storage: it cannot be pulled until it is restored.`,
    };
  if (image.tag === null || seen.tags.includes(image.tag))
    return { ...said, detail: null, reason: `${who} has it.` };
  const stray = found.get(image.tag);
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

function missing(image: ImageName, words: string | null, who: string): Said {
  const detail = image.digest === null ? 'tag' : 'digest';
  const reason =
    words === null
      ? `${who} lists no ${detail} ${image.digest ?? image.tag} in ${image.repository}.`
      : `${who} says: ${words}`;
  return { status: 'absent', detail, reason };
}

/** Says of what is not there whether a pull would bring it, or a push make its repository. */
async function explain(
  asking: Asking,
  image: ImageName,
  cover: Coverage | null,
  said: Map<ImageName, Said>,
): Promise<void> {
  const { who } = asking;
  if (cover !== null) {
    const reason = cover.certain
      ? `${who} has not cached it yet: a pull would fetch ${cover.upstream}${suffixOf(image)} (pull-through cache rule ${cover.prefix}).`
      : `${who} does not have it. Names below ${cover.prefix}/ are commonly those of a pull-through cache, whose rules ` +
        `may not be read here: a pull may fetch it from ${cover.upstream}.`;
    said.set(image, { status: 'unchecked', detail: 'not-cached-yet', reason });
    return;
  }
  const now = said.get(image);
  if (now?.detail !== 'repository') return;
  const template = templateFor(image.repository, await templates(asking));
  if (template === null) return;
  const which = template.prefix === 'ROOT' ? 'for all names' : `for ${template.prefix}/`;
  said.set(image, {
    ...now,
    reason: `${now.reason}. A push would make the repository, by the creation template ${which}.`,
  });
}

const suffixOf = ({ tag, digest }: ImageName): string =>
  `${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;

/** The list of tags that was read on the way, as the answer to a question that may not even have been asked. */
const tagsAnswer = ({ registry, now }: Asking, repository: string, list: Sweep): Answer => ({
  kind: 'tags',
  repository: { host: registry.host, repository },
  list: tagList(list.images, true, now()),
});
