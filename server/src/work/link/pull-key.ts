import { setTimeout as pause } from 'node:timers/promises';
import type { ImageName } from '../../core/knowledge/knowledge.ts';
import { failureOf, isDenied } from '../../io/aws/failure.ts';
import type { NewKey } from '../../io/aws/iam.ts';
import { createHosts } from '../mirror/hosts.ts';
import { MirrorError } from '../mirror/model.ts';
import { registrySource } from '../mirror/registry-source.ts';
import { readTree } from '../mirror/tree.ts';

/** What a key may do, seen by trying. */
export interface KeyCheck {
  /** Images that it cannot pull, and why. */
  readonly unpulled: readonly { readonly image: string; readonly reason: string }[];
  /** Actions that it may take and should not: `ecr:InitiateLayerUpload`. */
  readonly excess: readonly string[];
}

/** A new key is known everywhere after some seconds (IAM, "Eventual consistency"). */
const NEW_KEY_TRIES = 8;
const NEW_KEY_WAIT_MS = 1500;

/**
 * Tries what Replicated will do with a key: it resolves each image and begins to read one of its blobs. Then it tries
 * what the key must not be able to do, by calls that change nothing whatever comes of them.
 * @param env where connections go; its AWS credentials are not used
 * @throws MirrorError where the key is not taken at all, or the signal's reason
 */
export async function checkKey(
  key: NewKey,
  images: readonly ImageName[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<KeyCheck> {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _session, ...rest } = env;
  const hosts = createHosts({
    env: { ...rest, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret },
    now: Date.now,
    log: () => {},
  });
  try {
    const [first] = images;
    if (first !== undefined) await accepted(() => hosts.open(first.host, 'pull', signal), signal);
    const unpulled: { image: string; reason: string }[] = [];
    for (const image of images) {
      const name = nameOf(image);
      try {
        const at = await hosts.open(image.host, 'pull', signal);
        const { repository, tag, digest } = image;
        const source = registrySource(at, { repository, tag: digest === null ? tag : null, digest }, name);
        const tree = await readTree(source, await source.resolve(signal), signal);
        const [blob] = [...tree.blobs].sort((a, b) => a.size - b.size);
        if (blob !== undefined) (await source.openBlob(blob, 0, signal)).destroy();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof MirrorError)) throw error;
        unpulled.push({ image: name, reason: hosts.clean(error.message) });
      }
    }
    const repositories = new Map(images.map((image) => [`${image.host}/${image.repository}`, image]));
    const excess = new Set<string>();
    for (const { host, repository } of repositories.values()) {
      const { ecr } = await hosts.open(host, 'pull', signal);
      if (ecr === null) continue;
      const { write } = await ecr.connect(signal);
      for (const action of ['InitiateLayerUpload', 'BatchDeleteImage'] as const)
        if (await isAllowed(write.probe(action, repository, signal))) excess.add(`ecr:${action}`);
    }
    return { unpulled, excess: [...excess] };
  } finally {
    hosts.close();
  }
}

/** Everything but "access denied" is the answer to a call that was allowed; what never came to an answer is not. */
async function isAllowed(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    return !isDenied(error) && failureOf(error, 'ECR').status === 'unchecked';
  }
}

/** Tries again while a key that was just made is not known yet. */
async function accepted<T>(open: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tried = 1; ; tried++)
    try {
      return await open();
    } catch (error) {
      signal.throwIfAborted();
      if (tried === NEW_KEY_TRIES) throw error;
      await pause(NEW_KEY_WAIT_MS, undefined, { signal });
    }
}

const nameOf = ({ host, repository, tag, digest }: ImageName): string =>
  `${host}/${repository}${digest === null ? `:${tag ?? 'latest'}` : `@${digest}`}`;
