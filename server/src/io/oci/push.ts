import type { BodyWriter } from '../net/http.ts';
import { noRetries } from '../net/retry.ts';
import type { RegistryClient, Said } from './client.ts';

/** Where the bytes of one blob are to be sent. */
export interface Upload {
  readonly location: URL;
}

/** What a registry made of the wish to upload a blob: a place to send it to, or nothing more to do. */
export type Begun =
  | {
      readonly kind: 'upload';
      readonly upload: Upload;
      /** Whether this registry is known to mount what it can: then it had nothing to mount. */
      readonly mounts: boolean;
      readonly said: Said;
    }
  | { readonly kind: 'mounted'; readonly said: Said }
  | { readonly kind: 'refused'; readonly said: Said };

/** What is sent and when: the lanes of the budget that a registry's quotas are kept by. */
export interface PushLanes {
  /** Uploads that are begun. */
  readonly uploads: string;
  /** Manifests that are put. */
  readonly manifests: string;
}

/**
 * Writes to one registry (OCI distribution-spec, "Push"). Every method gives what the registry answered, refusals too,
 * and throws as `RegistryClient` does.
 */
export interface Pusher {
  /** Whether a blob is there. A redirect to where it is kept is not followed: that place allows GET only. */
  hasBlob(repository: string, digest: string, signal: AbortSignal): Promise<Said>;
  /**
   * Begins an upload, or has the registry take the blob over from a repository of its own that holds it. A registry
   * that does not know or allow that begins an upload instead.
   */
  begin(repository: string, digest: string, from: string | null, signal: AbortSignal): Promise<Begun>;
  /**
   * Sends a whole blob in one PUT with its length: Amazon ECR loses the bytes of a second PATCH
   * (aws/containers-roadmap#2831). Never tried again by itself, also where the registry is busy: an upload that broke
   * off cannot be gone on with.
   * @param body a writer is called again where the registry wants other authorisation first
   */
  putBlob(
    repository: string,
    upload: Upload,
    blob: { readonly digest: string; readonly size: number },
    body: Uint8Array | BodyWriter,
    signal: AbortSignal,
  ): Promise<Said>;
  /** @param reference a tag or a digest */
  putManifest(
    repository: string,
    reference: string,
    manifest: { readonly mediaType: string; readonly bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<Said>;
  /** The index of what refers to a digest; 404 from registries without that API. */
  referrers(repository: string, digest: string, signal: AbortSignal): Promise<Said>;
}

/** A registry's refusal is a few hundred bytes; an index of referrers is as long as any other. */
const MOST_SAID = 64 * 1024;
const MOST_REFERRERS = 4 * 1024 * 1024;
/** A registry may check a large blob before it says that it has it. */
const COMMIT_IDLE_MS = 60_000;

/** @param lanes how requests are paced; with the host unless given */
export function createPusher(client: RegistryClient, lanes: Partial<PushLanes> = {}): Pusher {
  const uploads = lanes.uploads === undefined ? {} : { lane: lanes.uploads };
  const manifests = lanes.manifests === undefined ? {} : { lane: lanes.manifests };
  return {
    hasBlob(repository, digest, signal) {
      const url = client.urlOf(repository, `blobs/${digest}`);
      return client.exchange(
        repository,
        { method: 'HEAD', url, headers: {}, follow: false },
        MOST_SAID,
        signal,
      );
    },
    async begin(repository, digest, from, signal) {
      const search =
        from === null ? '' : `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
      const url = client.urlOf(repository, 'blobs/uploads/', search);
      const headers = { 'content-length': '0' };
      const request = { method: 'POST', url, headers, ...uploads };
      const said = await client.exchange(repository, request, MOST_SAID, signal);
      if (said.status === 201) return { kind: 'mounted', said };
      const location = said.status === 202 ? locationOf(said, url) : null;
      if (location === null) return { kind: 'refused', said };
      return { kind: 'upload', upload: { location }, mounts: isDistribution(location), said };
    },
    putBlob(repository, upload, { digest, size }, body, signal) {
      const url = new URL(upload.location);
      url.search = `${url.search}${url.search === '' ? '' : '&'}digest=${encodeURIComponent(digest)}`;
      const headers = { 'content-length': String(size), 'content-type': 'application/octet-stream' };
      return client.exchange(
        repository,
        { method: 'PUT', url, headers, body, idleMs: COMMIT_IDLE_MS, retries: noRetries, givesBusy: true },
        MOST_SAID,
        signal,
      );
    },
    putManifest(repository, reference, { mediaType, bytes }, signal) {
      const url = client.urlOf(repository, `manifests/${reference}`);
      const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
      return client.exchange(
        repository,
        { method: 'PUT', url, headers, body: bytes, ...manifests },
        MOST_SAID,
        signal,
      );
    },
    referrers(repository, digest, signal) {
      const url = client.urlOf(repository, `referrers/${digest}`);
      const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
      return client.exchange(repository, { method: 'GET', url, headers }, MOST_REFERRERS, signal);
    },
  };
}

/**
 * Whether an upload is one of CNCF Distribution's (docker-registry and what is built on it), which mounts since 2.3: it
 * signs the state of an upload into its address (registry/handlers/blobupload.go).
 */
const isDistribution = ({ searchParams }: URL): boolean => searchParams.has('_state');

/**
 * Where an upload goes. A registry behind a proxy that ends TLS may name itself by http: at the same host that is
 * the same place, and nothing is ever sent in the clear that began with TLS.
 */
function locationOf({ headers }: Said, from: URL): URL | null {
  const text = headers.location;
  if (text === undefined || !URL.canParse(text, from.href)) return null;
  const location = new URL(text, from);
  if (!/^https?:$/.test(location.protocol)) return null;
  if (from.protocol === 'https:' && location.protocol === 'http:') {
    if (location.hostname !== from.hostname) return null;
    location.protocol = 'https:';
    location.port = from.port;
  }
  return location;
}
