import { setTimeout as pause } from 'node:timers/promises';
import type { BodyWriter } from '../../io/net/http.ts';
import { errorsOf, readRetryAfter } from '../../io/oci/errors.ts';
import { isDigest } from '../../io/oci/media.ts';
import type { Upload } from '../../io/oci/push.ts';
import { readBlob, wholeBlob } from './blob-reader.ts';
import { type Doing, isFull, isLeftToTry, isPassing, isTaken, mirrorErrorOf, refusalOf } from './failures.ts';
import type { RegistryHost } from './hosts.ts';
import { type Descriptor, type ImageSource, type Manifest, MirrorError } from './model.ts';
import { inParallel } from './parallel.ts';
import type { ImageTree } from './tree.ts';

/** Where an image goes to. */
export interface ImageTarget {
  readonly at: RegistryHost;
  readonly repository: string;
  /** Null where only a digest is named. */
  readonly tag: string | null;
  /** For people. */
  readonly name: string;
}

/** What became of a blob. */
export type BlobFate = 'sent' | 'mounted' | 'there';

export interface CopyOptions {
  /** Blobs that are known to be there already. */
  readonly present: ReadonlySet<string>;
  /** Blobs that may be there: they are asked about before they are sent. */
  readonly unasked: ReadonlySet<string>;
  /** A repository of the target's host that holds a blob; null where none is known. */
  readonly holder: (digest: string) => string | null;
  /** Does the work for a blob unless another image has it sent to the same repository at this moment. */
  readonly once?: (blob: Descriptor, work: () => Promise<void>) => Promise<void>;
  /** Hears of bytes that came from the source, and of blobs that are done. */
  readonly onBytes?: (count: number) => void;
  readonly onBlob?: (blob: Descriptor, fate: BlobFate) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Smaller ones are held in memory and checked before a byte is sent: bytes. */
const SMALL = 1024 * 1024;
const SMALL_AT_A_TIME = 16;
const LARGE_AT_A_TIME = 12;
/** So often a blob is begun anew where the target breaks off. */
const MOST_TRIES = 6;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/**
 * Sends all blobs and manifests of an image: each image of an index by its digest once its blobs are there, then the
 * indexes, and its own name last and once, so that nothing half is ever seen. May be run again after any end; what is
 * there is not sent again.
 * @returns what `putManifest` says of the image's own manifest
 * @throws MirrorError, or the reason of `signal`
 */
export async function copyTree(
  source: ImageSource,
  tree: ImageTree,
  target: ImageTarget,
  signal: AbortSignal,
  options: CopyOptions,
): Promise<boolean> {
  const missing = tree.blobs.filter(({ digest }) => !options.present.has(digest));
  const put = new Set<Manifest>();
  const putBelow = async (manifest: Manifest, within: AbortSignal): Promise<void> => {
    put.add(manifest);
    await putManifest(manifest, manifest.digest, target, within);
  };
  const completedBy = completion(tree, missing);
  const once = options.once ?? ((_, work) => work());
  const copy = async (blob: Descriptor, within: AbortSignal): Promise<void> => {
    await once(blob, () => copyBlob(source, blob, target, within, options));
    for (const manifest of completedBy(blob)) await putBelow(manifest, within);
  };
  const large = missing.filter(({ size }) => size > SMALL).sort((a, b) => b.size - a.size);
  const small = missing.filter(({ size }) => size <= SMALL);
  // Both kinds at once: small ones wait for answers, large ones for bytes.
  await inParallel(
    [
      (within: AbortSignal) => inParallel(large, LARGE_AT_A_TIME, within, copy),
      (within: AbortSignal) => inParallel(small, SMALL_AT_A_TIME, within, copy),
    ],
    2,
    signal,
    (part, within) => part(within),
  );
  // Each level names only those below it; within one there is no order.
  for (const level of tree.levels) {
    const rest = level.filter((manifest) => !put.has(manifest));
    await inParallel(rest, SMALL_AT_A_TIME, signal, putBelow);
  }
  return putManifest(tree.top, target.tag ?? tree.top.digest, target, signal);
}

/** Tells of each blob, once it is at the target, which images below the top are complete with it. */
function completion(
  { images }: ImageTree,
  missing: readonly Descriptor[],
): (blob: Descriptor) => readonly Manifest[] {
  const wanting = new Map<string, Manifest[]>(missing.map(({ digest }) => [digest, []]));
  const left = new Map<Manifest, number>();
  for (const [manifest, digests] of images) {
    const awaited = new Set(digests.filter((digest) => wanting.has(digest)));
    left.set(manifest, awaited.size);
    for (const digest of awaited) wanting.get(digest)?.push(manifest);
  }
  return ({ digest }) =>
    (wanting.get(digest) ?? []).filter((manifest) => {
      const still = (left.get(manifest) ?? 0) - 1;
      left.set(manifest, still);
      return still === 0;
    });
}

/** Whether a blob is at the target. */
export async function hasBlob(
  { at, repository, name }: ImageTarget,
  { digest }: Descriptor,
  signal: AbortSignal,
): Promise<boolean> {
  const doing: Doing = { end: 'target', host: at.host, what: `${name}: ${digest}` };
  return persistently(at, repository, doing, signal, async () => {
    const said = await at.pusher.hasBlob(repository, digest, signal);
    if (said.status === 404) return false;
    // Amazon ECR sends its callers on to where the blob is kept.
    if (said.status === 200 || (said.status >= 300 && said.status < 400)) return true;
    throw refusalOf(said, doing);
  });
}

/** What a tag or digest stands for at the target; null for nothing, a repository that is not there included. */
export async function headTarget(
  { at, repository, name }: ImageTarget,
  reference: string,
  signal: AbortSignal,
): Promise<string | null> {
  const doing: Doing = { end: 'target', host: at.host, what: name };
  return persistently(at, repository, doing, signal, async () => {
    const said = await at.client.headManifest(repository, reference, signal);
    if (said.status === 404) return null;
    const digest = said.headers['docker-content-digest'];
    if (said.status === 200 && isDigest(digest)) return digest;
    throw refusalOf(said, doing);
  });
}

/** Registries that are not known to mount: they would begin an upload of what they have. ECR mounts where it is told to. */
const askedFirst = new WeakSet<RegistryHost>();

/** Where to send a blob, or what became of it without that. */
async function beginBlob(
  blob: Descriptor,
  target: ImageTarget,
  { unasked, holder }: CopyOptions,
  signal: AbortSignal,
): Promise<Upload | BlobFate> {
  const { at, repository, name } = target;
  const isUnasked = unasked.has(blob.digest);
  const isAskedFirst = at.ecr !== null || askedFirst.has(at);
  if (isUnasked && isAskedFirst && (await hasBlob(target, blob, signal))) return 'there';
  // Asks and begins at once: a registry that mounts does so from this very repository too.
  const isAsking = isUnasked && !isAskedFirst;
  const from = holder(blob.digest) ?? (isAsking ? repository : null);
  const begun = await at.pusher.begin(repository, blob.digest, from, signal);
  if (begun.kind === 'mounted') return from === repository ? 'there' : 'mounted';
  if (begun.kind === 'refused')
    throw refusalOf(begun.said, { end: 'target', host: at.host, what: `${name}: ${blob.digest}` });
  if (isAsking && !begun.mounts) askedFirst.add(at);
  const isTold = !isAsking || (begun.mounts && from === repository);
  return !isTold && (await hasBlob(target, blob, signal)) ? 'there' : begun.upload;
}

async function copyBlob(
  source: ImageSource,
  blob: Descriptor,
  target: ImageTarget,
  signal: AbortSignal,
  options: CopyOptions,
): Promise<void> {
  const { at, repository, name } = target;
  const doing: Doing = { end: 'target', host: at.host, what: `${name}: ${blob.digest}` };
  const isSmall = blob.size <= SMALL;
  let whole: Buffer | null = null;
  let counted = 0;
  for (let tried = 1; ; tried++) {
    try {
      const begun = await beginBlob(blob, target, options, signal);
      if (typeof begun === 'string') return options.onBlob?.(blob, begun);
      // What comes a second time is no news.
      let came = 0;
      const onBytes = (count: number): void => {
        came += count;
        if (came > counted) options.onBytes?.(came - Math.max(counted, came - count));
        counted = Math.max(counted, came);
      };
      if (isSmall) whole ??= await wholeBlob(source, blob, signal, onBytes);
      const send: BodyWriter = (write, wanted) => {
        came = 0;
        return readBlob(source, blob, AbortSignal.any([signal, wanted]), write, onBytes);
      };
      const said = await at.pusher.putBlob(repository, begun, blob, whole ?? send, signal);
      if (isTaken(said)) return options.onBlob?.(blob, 'sent');
      const again = whenAgain(
        said.status,
        said.headers['retry-after'],
        errorsOf(said)[0]?.code,
        options.now(),
      );
      if (again === null || isFull(said) || tried === MOST_TRIES) throw refusalOf(said, doing);
      await pause(Math.max(again, waitOf(tried)), undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error) || tried === MOST_TRIES)
        throw mirrorErrorOf(error, doing, at.client.asked(repository));
      await pause(waitOf(tried), undefined, { signal });
    }
  }
}

/** How long to wait at least before a blob is begun anew, in milliseconds; null where that would not help. */
function whenAgain(
  status: number,
  retryAfter: string | undefined,
  code: string | undefined,
  now: number,
): number | null {
  const wait = Math.min(LONGEST_WAIT_MS, readRetryAfter(retryAfter, now) ?? 0);
  if (status === 429 || status === 408 || (status >= 500 && status !== 501 && status !== 507)) return wait;
  // The upload is gone, or bytes got lost on the way there: what came from the source was right.
  return code === 'BLOB_UPLOAD_UNKNOWN' || code === 'DIGEST_INVALID' || code === 'SIZE_INVALID' ? wait : null;
}

const waitOf = (tried: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1));

/** Tries again what only failed on the way. */
async function persistently<T>(
  at: RegistryHost,
  repository: string,
  doing: Doing,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++)
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!isLeftToTry(error) || tried === MOST_TRIES)
        throw mirrorErrorOf(error, doing, at.client.asked(repository));
      await pause(waitOf(tried), undefined, { signal });
    }
}

/**
 * Puts a manifest, and holds the registry to the digest that it has at its source.
 * @returns whether the registry says that it took note of what the manifest is about (its `subject`)
 */
export async function putManifest(
  manifest: Manifest,
  reference: string,
  target: ImageTarget,
  signal: AbortSignal,
): Promise<boolean> {
  const { at, repository, name } = target;
  const what = reference === manifest.digest ? `${name}: ${manifest.digest}` : name;
  const doing: Doing = { end: 'target', host: at.host, what };
  let tookNote = false;
  const stored = await persistently(at, repository, doing, signal, async () => {
    const said = await at.pusher.putManifest(repository, reference, manifest, signal);
    const { code, message } = errorsOf(said)[0] ?? {};
    // ECR refuses an immutable tag also where it stands for the same image: containers-roadmap#2380.
    if (said.status === 400 && code === 'TAG_INVALID' && /immutable/i.test(message ?? ''))
      return (await headTarget(target, reference, signal)) === manifest.digest
        ? manifest.digest
        : Promise.reject(refusalOf(said, doing));
    if (!isTaken(said)) throw refusalOf(said, doing);
    tookNote = said.headers['oci-subject'] !== undefined;
    const digest = said.headers['docker-content-digest'];
    return isDigest(digest) ? digest : headTarget(target, reference, signal);
  });
  if (stored !== manifest.digest)
    throw new MirrorError(
      'corrupt',
      `${what}: ${at.host} made ${stored ?? 'nothing'} of ${manifest.digest}. It changes what it is given; mirror to another registry.`,
    );
  return tookNote;
}
