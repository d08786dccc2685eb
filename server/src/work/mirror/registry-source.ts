import { Readable } from 'node:stream';
import { canonicalHost } from '../../core/image/hosts.ts';
import { BodyError } from '../../io/net/http.ts';
import { jsonOf } from '../../io/oci/errors.ts';
import { isDigest, isManifestType, isRecord } from '../../io/oci/media.ts';
import { type Doing, isPassing, mirrorErrorOf, refusalOf } from './failures.ts';
import type { RegistryHost } from './hosts.ts';
import { manifestOf, tooLong } from './manifest.ts';
import { type Descriptor, type ImageSource, MirrorError, type Referrer } from './model.ts';

/** An image at a registry, as it is asked for there. */
export interface RegistryImage {
  /** The path at the host. */
  readonly repository: string;
  readonly tag: string | null;
  /** Goes before the tag. */
  readonly digest: string | null;
}

/**
 * An image of a registry: Docker's or OCI's, pulled as nobody first.
 * @param name for people
 */
export function registrySource(at: RegistryHost, image: RegistryImage, name: string): ImageSource {
  const { host, client } = at;
  const { repository } = image;
  const doing = (what: string): Doing => ({ end: 'source', host, what });
  const fail = (error: unknown, what: string, signal: AbortSignal): never => {
    signal.throwIfAborted();
    throw mirrorErrorOf(error, doing(what), client.asked(repository));
  };
  const read = async (reference: string, expected: Partial<Descriptor> | null, signal: AbortSignal) => {
    const what = expected?.digest === undefined ? name : `${name}: ${expected.digest}`;
    const said = await client.getManifest(repository, reference, signal).catch((error: unknown) => {
      // Nothing but its length is wrong with a body here.
      if (error instanceof BodyError) throw tooLong(name);
      return fail(error, what, signal);
    });
    if (said.status !== 200) throw refusalOf(said, doing(what));
    if (!isManifestType(said.headers['content-type']) && jsonOf(said.bytes) === undefined)
      throw new MirrorError(
        'network',
        `${name}: something other than ${host} answered, a sign-in page perhaps.`,
      );
    return manifestOf(name, said.bytes, said.headers['content-type'] ?? '', expected);
  };
  const reference = image.digest ?? image.tag ?? 'latest';

  const peek = async (signal: AbortSignal): Promise<string | null> => {
    if (image.digest !== null) return image.digest;
    const said = await client
      .headManifest(repository, reference, signal)
      .catch((error: unknown) => fail(error, name, signal));
    if (said.status === 405) return null;
    if (said.status !== 200) throw refusalOf(said, doing(name));
    const digest = said.headers['docker-content-digest'];
    return isDigest(digest) ? digest : null;
  };

  return {
    name,
    host,
    repository,
    ...(countsPulls(host) ? { peek } : {}),
    resolve: (signal) => read(reference, image.digest === null ? null : { digest: image.digest }, signal),
    manifest: (descriptor, signal) => read(descriptor.digest, descriptor, signal),
    async openBlob(blob, from, signal) {
      const headers: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` };
      const answer = await client
        .openBlob(repository, blob.digest, headers, signal)
        .catch((error: unknown) => {
          if (isPassing(error)) throw error;
          return fail(error, `${name}: ${blob.digest}`, signal);
        });
      const { status } = answer;
      const length = Number(answer.headers['content-length'] ?? Number.NaN);
      const wanted = status === 206 ? blob.size - from : blob.size;
      if ((status === 200 || status === 206) && !Number.isNaN(length) && length !== wanted) {
        answer.body.destroy();
        throw new MirrorError(
          'corrupt',
          `${name}: ${host} sends ${length} bytes for ${blob.digest}, where its manifest says ${wanted}.`,
        );
      }
      if (status === 206) {
        if (startOf(answer.headers['content-range']) === from) return answer.body;
        answer.body.destroy();
        throw new MirrorError(
          'network',
          `${name}: ${host} gives another part of ${blob.digest} than it was asked for.`,
        );
      }
      if (status === 200) return from === 0 ? answer.body : skipped(answer.body, from);
      const bytes = await answer.bytes(64 * 1024).catch(() => Buffer.alloc(0));
      throw refusalOf({ ...answer, bytes }, doing(`${name}: ${blob.digest}`));
    },
    async tagged(tag, signal) {
      const said = await client
        .getManifest(repository, tag, signal)
        .catch((error: unknown) => fail(error, name, signal));
      if (said.status === 404) return null;
      if (said.status !== 200) throw refusalOf(said, doing(`${name}: ${tag}`));
      return manifestOf(`${name}: ${tag}`, said.bytes, said.headers['content-type'] ?? '', null);
    },
    async referrers(digest, signal) {
      const said = await at.pusher
        .referrers(repository, digest, signal)
        .catch((error: unknown) => fail(error, name, signal));
      if (said.status === 200) return listed(jsonOf(said.bytes));
      // Registries without the list keep it under a tag: distribution-spec, "Referrers Tag Schema".
      const tag = digest.replace(':', '-');
      const kept = await client.getManifest(repository, tag, signal).catch(() => null);
      return kept?.status === 200 ? listed(jsonOf(kept.bytes)) : [];
    },
  };
}

/** Docker Hub takes a GET of a manifest for a pull, of which it allows a few an hour, and a HEAD for none. */
const countsPulls = (host: string): boolean => canonicalHost(host) === 'docker.io';

const startOf = (header: string | undefined): number =>
  Number(/^bytes (\d+)-/.exec(header ?? '')?.[1] ?? Number.NaN);

const listed = (index: unknown): Referrer[] =>
  (isRecord(index) && Array.isArray(index.manifests) ? index.manifests : []).flatMap((one) =>
    isRecord(one) && isDigest(one.digest) && typeof one.size === 'number'
      ? [
          {
            digest: one.digest,
            size: one.size,
            mediaType: String(one.mediaType ?? ''),
            ...(typeof one.artifactType === 'string' ? { artifactType: one.artifactType } : {}),
            ...(isRecord(one.annotations) ? { annotations: one.annotations as Record<string, string> } : {}),
          },
        ]
      : [],
  );

/** A body without its first bytes, for registries that know no Range. */
function skipped(body: Readable, bytes: number): Readable {
  let left = bytes;
  const rest = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (left >= chunk.length) left -= chunk.length;
      else {
        yield chunk.subarray(left);
        left = 0;
      }
    }
  };
  return Readable.from(rest(), { objectMode: false });
}
