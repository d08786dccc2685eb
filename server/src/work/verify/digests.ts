import type { Hosts } from '../mirror/hosts.ts';
import { MirrorError } from '../mirror/model.ts';
import { registrySource } from '../mirror/registry-source.ts';
import { readTree } from '../mirror/tree.ts';
import type { ExpectedUse } from './expected.ts';

/**
 * The digests of an image and of all its platforms, asked of its registry once for each image; null where it does not
 * tell.
 */
export function digestFinder(
  hosts: Hosts,
  signal: AbortSignal,
): (expected: ExpectedUse) => Promise<ReadonlySet<string> | null> {
  const found = new Map<string, Promise<ReadonlySet<string> | null>>();
  return ({ image, written, verdict }) => {
    const digest = verdict?.digest ?? null;
    if (image === null || digest === null) return Promise.resolve(null);
    const key = `${image.host}/${image.repository}@${digest}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const asked = (async () => {
      try {
        const at = await hosts.open(image.host, 'pull', signal);
        const source = registrySource(at, { repository: image.repository, tag: null, digest }, written);
        const { top, levels } = await readTree(source, await source.resolve(signal), signal);
        return new Set([top.digest, ...levels.flat().map((manifest) => manifest.digest)]);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof MirrorError) return null;
        throw error;
      }
    })();
    found.set(key, asked);
    return asked;
  };
}
