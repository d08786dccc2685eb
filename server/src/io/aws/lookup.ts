import { type EcrApi, type EcrImage, type ImageId, OddAnswerError } from './api.ts';
import { saysInvalid, saysNotFound, wordsOf } from './failure.ts';
import { createSweep, type Sweep } from './sweep.ts';

/** What is known of one id: the image, the registry's proven "not found", or the error that was in the way. */
export type Found =
  | { readonly kind: 'image'; readonly image: EcrImage }
  /** `words` are the registry's own; null where its whole list was read and the id is not in it. */
  | { readonly kind: 'missing'; readonly words: string | null }
  | { readonly kind: 'error'; readonly error: unknown };

export interface LookedUp {
  readonly found: ReadonlyMap<string, Found>;
  /** The whole list of the repository, where it was read on the way. */
  readonly list: Sweep | null;
}

/** DescribeImages takes no more: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html */
const MAX_IDS = 100;
/** For one missing id no more calls are made than halving a batch would take: 2 for each of its 7 levels. */
const CALLS_PER_MISSING = 14;
/** What it takes at most to go on with ids: one call where the registry named the missing one, else a search. */
const CALLS_WITH_HINT = 1;
const CALLS_WITHOUT_HINT = 9;

/** The key of an id in the result of `lookUp`: the digest or the tag itself, which never look alike. */
export const idKey = (id: ImageId): string => ('imageDigest' in id ? id.imageDigest : id.imageTag);

/**
 * Looks every id up in one repository with as few calls as there are batches. ECR fails a whole batch for one
 * missing or malformed id. Then the repository's list is read, as long as that costs no more than the missing ids
 * known so far would have cost by halving; a list read to its end answers everything that is left. Where it is longer,
 * the missing id is taken out (ECR's message names it, else it is searched for) and the rest is asked again.
 *
 * With n ids in batches of b = ceil(n / 100), m of them missing and a list of p pages of 1000, that makes at most
 * b + min(14 m, p + ceil(p / 14)) calls; b + min(14 m, p) as long as p < 14. Nobody can keep to the latter for longer
 * lists, whose length is known only when they are read. (Where ECR's messages name no id, it is p + 9 ceil(p / 5), and p
 * as long as p < 6.) An error that is not about an id ends the search: the ids not yet looked up get that error.
 * @throws only the signal's reason.
 */
export async function lookUp(
  api: EcrApi,
  repository: string,
  ids: readonly ImageId[],
  signal: AbortSignal,
): Promise<LookedUp> {
  const found = new Map<string, Found>();
  const unique = [...new Map(ids.map((id) => [idKey(id), id])).values()];
  const sweep = createSweep(api, repository, unique.some((id) => 'imageDigest' in id) ? 'all' : 'tagged');
  const todo: ImageId[][] = [];
  for (let i = 0; i < unique.length; i += MAX_IDS) todo.push(unique.slice(i, i + MAX_IDS));

  /** Calls beside the first one of each batch, and how many ids they were made for. */
  let extra = 0;
  let missing = 0;
  /** Set where the list cannot be had or cannot be right. */
  let listless = false;

  const open = (batch: readonly ImageId[]): ImageId[] => batch.filter((id) => !found.has(idKey(id)));
  const takeFromList = (): void => {
    for (const id of unique) {
      const before = found.get(idKey(id))?.kind;
      const image = before === 'image' ? undefined : sweep.find(id);
      // Also what was missing a moment ago: it was pushed meanwhile.
      if (image) found.set(idKey(id), { kind: 'image', image });
      else if (sweep.done && before === undefined) found.set(idKey(id), { kind: 'missing', words: null });
    }
  };

  /** Reads the list as far as it is worth it; true where it answered everything. */
  const readList = async (goingOn: number): Promise<boolean> => {
    while (!listless && !sweep.done && extra + 1 + goingOn <= CALLS_PER_MISSING * missing) {
      extra++;
      try {
        await sweep.more(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!saysInvalid(error)) throw error;
        listless = true;
      }
      listless ||= lacksWhatIsThere(sweep, found);
    }
    if (listless) return false;
    takeFromList();
    return sweep.done;
  };

  /**
   * Finds one missing id in ids of which one at least was missing, by one call for each halving; gives those that are
   * still to be asked. It may have been pushed meanwhile, so what is left over is asked before it is blamed.
   */
  const searchOne = async (ids: readonly ImageId[]): Promise<ImageId[]> => {
    let suspects = [...ids];
    const aside: ImageId[] = [];
    for (;;) {
      const [half = [], other = []] = suspects.length > 1 ? halves(suspects) : [suspects, []];
      extra++;
      try {
        aside.push(...match(half, await api.describeImages(repository, half, signal), found));
        if (other.length === 0) return aside;
        suspects = other;
      } catch (error) {
        if (!saysNotFound(error, 'ImageNotFoundException')) throw error;
        aside.push(...other);
        suspects = half;
        const [only] = half;
        if (half.length > 1 || only === undefined) continue;
        found.set(idKey(only), { kind: 'missing', words: wordsOf(error) });
        return aside;
      }
    }
  };

  const askBatch = async (batch: readonly ImageId[]): Promise<void> => {
    try {
      const unmentioned = match(batch, await api.describeImages(repository, batch, signal), found);
      if (batch.length === 1) {
        const error = new OddAnswerError('The answer leaves the image out.');
        for (const id of unmentioned) found.set(idKey(id), { kind: 'error', error });
      } else if (unmentioned.length === batch.length) todo.unshift(...halves(batch));
      else if (unmentioned.length > 0) todo.unshift(unmentioned);
    } catch (error) {
      signal.throwIfAborted();
      if (saysNotFound(error, 'ImageNotFoundException')) {
        missing++;
        const words = wordsOf(error);
        const named = batch.length === 1 ? batch[0] : namedIn(words, batch);
        if (named) found.set(idKey(named), { kind: 'missing', words });
        const rest = named ? batch.filter((id) => id !== named) : batch;
        if (rest.length > 1 && (await readList(named ? CALLS_WITH_HINT : CALLS_WITHOUT_HINT))) return;
        const left = open(rest);
        if (left.length === 0) return;
        const again = named ? left : await searchOne(left);
        if (again.length === 0) return;
        extra++;
        todo.unshift(again);
      } else if (saysInvalid(error)) {
        if (batch.length > 1) todo.unshift(...halves(batch));
        else for (const id of batch) found.set(idKey(id), { kind: 'error', error });
      } else throw error;
    }
  };

  for (let batch = todo.shift(); batch !== undefined; batch = todo.shift()) {
    const asked = open(batch);
    if (asked.length === 0) continue;
    try {
      await askBatch(asked);
    } catch (error) {
      signal.throwIfAborted();
      for (const id of open(unique)) found.set(idKey(id), { kind: 'error', error });
      break;
    }
  }
  return { found, list: sweep.done && !listless ? sweep : null };
}

/** Whether the list, read to its end, leaves an image out that the registry gave: then it proves nothing. */
const lacksWhatIsThere = (sweep: Sweep, found: ReadonlyMap<string, Found>): boolean =>
  sweep.done &&
  [...found.values()].some(
    (one) => one.kind === 'image' && sweep.find({ imageDigest: one.image.digest }) === undefined,
  );

/**
 * The one id of a batch that ECR's message names, as `{imageDigest:'…', imageTag:'…'}` with `null` for what was not
 * given; undefined where it names none of them.
 */
function namedIn(words: string, batch: readonly ImageId[]): ImageId | undefined {
  const digest = /imageDigest['"]?\s*:\s*['"]([^'"]+)['"]/.exec(words)?.[1];
  const tag = /imageTag['"]?\s*:\s*['"]([^'"]+)['"]/.exec(words)?.[1];
  const key = digest !== undefined && digest !== 'null' ? digest : tag;
  return batch.find((id) => idKey(id) === key);
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
