import type { ImageName, NameList, Verdict } from '../../core/knowledge/knowledge.ts';
import type { RegistryClient, Said, TagsPage } from './client.ts';
import { errorsOf, jsonOf } from './errors.ts';
import { type Failure, failureOf, failureOfAnswer, odd } from './failure.ts';
import { digestOf, isDigest, isJson, isManifestType, isRecord, mediaTypeOf } from './media.ts';

/** What questions about one repository have in common. */
export interface Asking {
  /** The registry's host as references write it. */
  readonly host: string;
  readonly repository: string;
  readonly client: RegistryClient;
  /** Whether reading a manifest counts against somebody's quota, so that only headers are asked for: Docker Hub. */
  readonly headOnly: boolean;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** The first page of the repository's tags, asked once for everybody. */
  readonly firstTags: () => Promise<TagsPage>;
  readonly fail: (failure: Failure) => void;
}

/** What was found of an image by one reference. */
type Found =
  | {
      readonly kind: 'there';
      readonly said: Said;
      readonly digest: string | null;
      readonly mediaType: string;
    }
  | { readonly kind: 'absent'; readonly what: 'repository' | 'manifest'; readonly words: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * The verdict about an image. Only a registry's own "not found", in its JSON, makes it `absent`; a bare 404 does not.
 * @throws only the signal's reason.
 */
export async function askImage(asking: Asking, image: ImageName): Promise<Verdict> {
  const { host, repository, client, signal, now } = asking;
  const verdict = (said: Pick<Verdict, 'status' | 'detail' | 'reason'> & Partial<Verdict>): Verdict => ({
    digest: null,
    checkedAt: now(),
    from: host,
    as: client.asked(repository).as,
    ...said,
  });
  const byReference = (reference: string): Promise<Found> => attempt(asking, () => find(asking, reference));
  const ask = async (): Promise<Found> => {
    const reference = image.digest ?? image.tag;
    return reference === null ? attempt(asking, () => findRepository(asking)) : byReference(reference);
  };
  let found = await ask();
  // Some registries deny to strangers that there is such a repository.
  if (found.kind === 'absent' && found.what === 'repository' && (await maySignIn(asking)))
    found = await ask();

  if (found.kind === 'failed') {
    asking.fail(found.failure);
    const { status, detail, reason } = found.failure;
    return verdict({ status, detail, reason, ...(status === 'denied' ? { access: 'credentials' } : {}) });
  }
  if (found.kind === 'absent')
    return verdict({
      status: 'absent',
      detail: found.what === 'repository' ? 'repository' : image.digest === null ? 'tag' : 'digest',
      reason: `${host} says: ${found.words}`,
    });
  if (image.digest === null && image.tag === null)
    return verdict({
      status: 'exists',
      detail: null,
      access: found.said.access,
      reason: `${host} has the repository ${repository}; no tag was asked for.`,
    });
  const there = {
    status: 'exists',
    digest: found.digest,
    access: found.said.access,
    as: found.said.as,
    facts: { mediaType: found.mediaType },
  } as const;
  if (image.digest === null || image.tag === null)
    return verdict({ ...there, detail: null, reason: `${host} has it.` });
  signal.throwIfAborted();
  const tagged = await byReference(image.tag);
  if (tagged.kind === 'failed') {
    asking.fail(tagged.failure);
    return verdict({
      ...there,
      detail: null,
      reason: `${host} has the digest, which is what is pulled; it did not say what the tag ${image.tag} is.`,
    });
  }
  if (tagged.kind === 'there' && tagged.digest === image.digest)
    return verdict({ ...there, detail: null, reason: `${host} has it.` });
  const instead =
    tagged.kind === 'absent'
      ? `there is no tag ${image.tag}`
      : tagged.digest === null
        ? `it did not say what the tag ${image.tag} is`
        : `the tag ${image.tag} is on ${tagged.digest}`;
  return verdict({
    ...there,
    detail: tagged.kind === 'there' && tagged.digest === null ? null : 'digest-mismatch',
    reason: `${host} has the digest, which is what is pulled, but ${instead}.`,
  });
}

async function maySignIn({ client, repository, signal }: Asking): Promise<boolean> {
  try {
    return client.asked(repository).access === 'anonymous' && (await client.signIn(repository, signal));
  } catch {
    // A helper that fails makes what was said to strangers no less true.
    signal.throwIfAborted();
    return false;
  }
}

/** What `work` finds, its errors as failures. @throws only the signal's reason. */
async function attempt(
  { host, repository, client, signal }: Asking,
  work: () => Promise<Found>,
): Promise<Found> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failed', failure: failureOf(error, host, client.asked(repository)) };
  }
}

async function find(asking: Asking, reference: string): Promise<Found> {
  const { host, repository, client, headOnly, signal } = asking;
  const said = await client.headManifest(repository, reference, signal);
  if (said.status === 200) {
    const digest = said.headers['docker-content-digest'];
    const unnamed = digest === undefined;
    if (unnamed && !headOnly && isManifestType(said.headers['content-type'])) return read(asking, reference);
    return there(asking, said, reference, unnamed ? null : String(digest));
  }
  if (said.status === 404) return confirm(asking, reference);
  // A registry of old that knows no HEAD.
  if (said.status === 405 && !headOnly) return read(asking, reference);
  return { kind: 'failed', failure: failureOfAnswer(said, host) };
}

/** Takes a 200 for what it says, if it says it as registries do. */
function there({ host }: Asking, said: Said, reference: string, digest: string | null): Found {
  const type = said.headers['content-type'];
  const asked = !reference.includes(':') || digest === reference;
  // Any server may answer JSON; only a registry names the digest of what was asked for.
  if (!isManifestType(type) || !isDigest(digest) || !asked)
    return { kind: 'failed', failure: odd(host, said.status) };
  return { kind: 'there', said, digest, mediaType: mediaTypeOf(type) };
}

/** Asks for the manifest itself: what is said in its place has a body to prove it. */
async function read(asking: Asking, reference: string): Promise<Found> {
  const { host, repository, client, signal } = asking;
  const said = await client.getManifest(repository, reference, signal);
  if (said.status === 200) {
    const manifest = jsonOf(said.bytes);
    // Every manifest has it, of whatever kind: image-spec, "Image Manifest" and "Image Index".
    if (!isRecord(manifest) || typeof manifest.schemaVersion !== 'number')
      return { kind: 'failed', failure: odd(host, said.status) };
    return there(asking, said, reference, digestOf(said.bytes));
  }
  return missing(said) ?? { kind: 'failed', failure: failureOfAnswer(said, host) };
}

/** The registry's own words that something is not there; null where it said something else. */
function missing(said: Said): Found | null {
  if (said.status !== 404) return null;
  const errors = errorsOf(said);
  const name = errors.find(({ code }) => code === 'NAME_UNKNOWN');
  if (name) return { kind: 'absent', what: 'repository', words: name.message || name.code };
  const manifest = errors.find(({ code }) => code === 'MANIFEST_UNKNOWN');
  return manifest ? { kind: 'absent', what: 'manifest', words: manifest.message || manifest.code } : null;
}

/** A 404 to HEAD has no body and proves nothing: whether the registry knows the repository decides. */
async function confirm(asking: Asking, reference: string): Promise<Found> {
  const { host, repository, headOnly } = asking;
  const said = await asking.firstTags();
  const unknown = missing(said);
  if (unknown?.kind === 'absent' && unknown.what === 'repository') return unknown;
  const tags = tagsOf(said);
  if (tags !== null && !tags.includes(reference))
    return {
      kind: 'absent',
      what: 'manifest',
      words: reference.includes(':')
        ? `${repository} has no manifest ${reference}.`
        : `${repository} has no tag ${reference}.`,
    };
  if (!headOnly) return read(asking, reference);
  const refusal = said.status === 200 ? odd(host, said.status) : failureOfAnswer(said, host);
  const { reason, everywhere } = refusal;
  return { kind: 'failed', failure: { status: 'unchecked', detail: null, reason, everywhere } };
}

/** A repository without a tag or digest: whether it is there is all that can be asked. */
async function findRepository(asking: Asking): Promise<Found> {
  const said = await asking.firstTags();
  if (tagsOf(said) !== null) return { kind: 'there', said, digest: null, mediaType: '' };
  const unknown = missing(said);
  if (unknown?.kind === 'absent' && unknown.what === 'repository') return unknown;
  return { kind: 'failed', failure: failureOfAnswer(said, asking.host) };
}

/** The tags of a page; null where the answer is no list of tags. A repository without any may say null. */
export function tagsOf(said: Said): string[] | null {
  const body = said.status === 200 && isJson(said.headers['content-type']) ? jsonOf(said.bytes) : null;
  if (!isRecord(body) || !('tags' in body)) return null;
  const { tags } = body;
  if (tags === null) return [];
  return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? (tags as string[]) : null;
}

/** How many pages of up to 1000 tags are read; a longer list is cut short and says so. */
const MAX_PAGES = 5;

/**
 * The tags of a repository, further pages only where they are wanted. Null where the registry gave none.
 * @throws what asking for a page throws.
 */
export async function listTags(asking: Asking, whole: boolean): Promise<NameList | null> {
  const names = new Set<string>();
  let page = await asking.firstTags();
  for (let read = 1; ; read++) {
    const tags = tagsOf(page);
    if (tags === null) {
      // A repository that is not there has no tags, and that is the whole list.
      const unknown = read === 1 ? missing(page) : null;
      if (unknown?.kind === 'absent' && unknown.what === 'repository')
        return { names: [], complete: true, checkedAt: asking.now() };
      return read === 1 ? null : { names: [...names], complete: false, checkedAt: asking.now() };
    }
    for (const tag of tags) names.add(tag);
    if (page.next === null || !whole || read === MAX_PAGES)
      return { names: [...names], complete: !page.more, checkedAt: asking.now() };
    page = await asking.client.tags(asking.repository, page.next, asking.signal);
  }
}
