import type { Answer, ImageContent, Learnt, ScanFindings } from '../../core/knowledge/knowledge.ts';
import { withDeadline } from '../net/deadline.ts';
import type { EcrScan } from './api.ts';
import { type Asking, coverage } from './asking.ts';
import { againAfter, failureOf, isDenied, saysNotFound, wordsOf } from './failure.ts';
import { configPlatform, isContentOf, readManifest } from './manifest.ts';
import { rememberManifest } from './memory.ts';

/** BatchGetImage takes no more: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
const MAX_IDS = 100;

/** Configs are a few kilobytes; what is longer is none. */
const CONFIG_BYTES = 8 * 1024 * 1024;

/**
 * Which platforms images of one repository run on: one manifest read for each digest, up to 100 of them in one call,
 * and the config of those that are no index. Errors that are about the registry go through.
 */
export async function askPlatforms(
  asking: Asking,
  repository: string,
  images: readonly ImageContent[],
): Promise<Answer[]> {
  const cover = await coverage(asking, repository);
  const learnt = new Map<string, Learnt<readonly string[]>>();
  const know = (digest: string, value: readonly string[] | null, reason = ''): void => {
    learnt.set(digest, { value, reason, checkedAt: asking.now() });
  };
  if (cover !== null)
    for (const { digest } of images)
      know(
        digest,
        null,
        `To ask which platforms it runs on would be a pull through the cache (${cover.upstream}).`,
      );
  else {
    const reasons = await readManifests(
      asking,
      repository,
      images.map(({ digest }) => digest),
    );
    for (const { digest } of images) {
      const { value, reason } = await platformsOf(asking, repository, digest, reasons.get(digest));
      know(digest, value, reason);
    }
  }
  return images.map((image) => ({
    kind: 'platforms',
    image,
    found: learnt.get(image.digest) as Learnt<readonly string[]>,
  }));
}

/** Gets those manifests that are not remembered; gives the reasons for those that cannot be had. */
async function readManifests(
  { api, memory, signal, who }: Asking,
  repository: string,
  digests: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  const wanted = [...new Set(digests)].filter((digest) => !memory.manifests.has(digest));
  for (let i = 0; i < wanted.length; i += MAX_IDS) {
    const batch = wanted.slice(i, i + MAX_IDS);
    const { manifests, failures } = await api.manifests(repository, batch, signal);
    for (const digest of batch) {
      const manifest = manifests.get(digest);
      if (manifest === undefined)
        reasons.set(digest, `${who} says: ${failures.get(digest) || 'Requested image not found'}`);
      else if (!isContentOf(digest, manifest.text))
        reasons.set(digest, `What ${who} gave is not the content of ${digest}.`);
      else rememberManifest(memory, digest, manifest);
    }
  }
  return reasons;
}

async function platformsOf(
  asking: Asking,
  repository: string,
  digest: string,
  trouble: string | undefined,
): Promise<{ value: readonly string[] | null; reason: string }> {
  const none = (reason: string) => ({ value: null, reason });
  const manifest = asking.memory.manifests.get(digest);
  if (trouble !== undefined || manifest === undefined)
    return none(trouble ?? 'The manifest could not be read.');
  const content = readManifest(manifest.text);
  switch (content?.kind) {
    case undefined:
      return none('The manifest has a form that Waybill does not know.');
    case 'other':
      return none(`It is no image that runs, but ${content.what || 'something else'}.`);
    case 'index': {
      const named = content.children.flatMap(({ platform }) => (platform === null ? [] : [platform]));
      const value = [...new Set(named)];
      return value.length > 0 ? { value, reason: '' } : none('Its index names no platforms.');
    }
    case 'image':
      try {
        const platform = configPlatform(await readConfig(asking, repository, content.config));
        return platform === null ? none('Its config names no platform.') : { value: [platform], reason: '' };
      } catch (error) {
        asking.signal.throwIfAborted();
        return none(failureOf(error, asking.who, asking.renew).reason);
      }
  }
}

/** The config of an image: a blob, which a host of its own gives to whoever has the signed URL. */
async function readConfig(
  { api, dataPlane, memory, budget, signal, deadlineMs, retries, who }: Asking,
  repository: string,
  digest: string,
): Promise<string> {
  const remembered = memory.manifests.get(digest);
  if (remembered !== undefined) return remembered.text;
  const url = await api.layerUrl(repository, digest, signal);
  const bytes = await budget.send(
    new URL(url).host,
    signal,
    (attempt) => withDeadline(deadlineMs, attempt, (abort) => dataPlane.fetch(url, CONFIG_BYTES, abort)),
    againAfter,
    retries,
  );
  if (!isContentOf(digest, bytes)) throw new Error(`What ${who} gave is not the content of ${digest}.`);
  const text = bytes.toString('utf8');
  rememberManifest(memory, digest, { mediaType: '', text });
  return text;
}

/**
 * What ECR's scanner says of an image. An index is not scanned itself: then it is its first image that counts.
 * Errors that are about the registry go through.
 */
export async function askFindings(asking: Asking, image: ImageContent): Promise<Answer> {
  const { api, signal, who, now } = asking;
  const said = (value: ScanFindings | null, reason = ''): Answer => ({
    kind: 'findings',
    image,
    found: { value, reason, checkedAt: now() },
  });
  const { repository, digest } = image;
  try {
    return said(...findingsOf(await api.scan(repository, digest, signal), who));
  } catch (error) {
    if (isDenied(error)) return said(null, `${who} says: ${wordsOf(error)}`);
    if (!saysNotFound(error, 'ScanNotFoundException')) throw error;
  }
  const child = await firstImage(asking, repository, digest);
  if (child === null) return said(null, notScanned);
  try {
    return said(...findingsOf(await api.scan(repository, child, signal), who));
  } catch (error) {
    if (saysNotFound(error, 'ScanNotFoundException')) return said(null, notScanned);
    throw error;
  }
}

const notScanned =
  'It was not scanned: the registry scans when told to, or on push where that is switched on.';

function findingsOf(
  { status, description, findings }: EcrScan,
  who: string,
): [value: ScanFindings | null, reason?: string] {
  if (status === 'COMPLETE' || status === 'ACTIVE') return [findings];
  if (status === 'IN_PROGRESS' || status === 'PENDING') return [null, `${who} is still scanning it.`];
  const words = description ? `${status}: ${description}` : status;
  return [null, `${who} has no findings for it (${words}).`];
}

/** The first image that an index lists; null where the digest is no index or may not be read. */
async function firstImage(asking: Asking, repository: string, digest: string): Promise<string | null> {
  try {
    if ((await coverage(asking, repository)) !== null) return null;
    await readManifests(asking, repository, [digest]);
  } catch {
    asking.signal.throwIfAborted();
    return null;
  }
  const manifest = asking.memory.manifests.get(digest);
  const content = manifest === undefined ? null : readManifest(manifest.text);
  if (content?.kind !== 'index') return null;
  return content.children.find(({ platform }) => platform !== null)?.digest ?? null;
}
