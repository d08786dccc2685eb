import type { Readable } from 'node:stream';

/** A reference to content by its digest: OCI image-spec, "Content Descriptors". */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** A manifest that says of itself that it is about another one: a signature, an SBOM. */
export interface Referrer extends Descriptor {
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest or index, exactly as it is at its source. */
export interface Manifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Where an image is copied from: a registry, an OCI layout or a `docker save` archive. */
export interface ImageSource {
  /** For people: `docker.io/library/nginx:1.25`, `./image.tar`. */
  readonly name: string;
  /** The host that it is pulled from; null for a file. */
  readonly host: string | null;
  /** The path at that host. */
  readonly repository?: string;
  /** The image's digest without reading it, where that costs no pull; null where it cannot be told so. */
  peek?(signal: AbortSignal): Promise<string | null>;
  /** The image itself, its bytes held against its digest. @throws MirrorError */
  resolve(signal: AbortSignal): Promise<Manifest>;
  /** A manifest that another one names, held against digest and size. @throws MirrorError */
  manifest(descriptor: Descriptor, signal: AbortSignal): Promise<Manifest>;
  /**
   * The bytes of a blob from an offset on. Nothing is held against its digest here; a stream that breaks off fails.
   * @throws MirrorError, and what connections throw
   */
  openBlob(blob: Descriptor, from: number, signal: AbortSignal): Promise<Readable>;
  /** Manifests that refer to a digest (signatures, SBOMs); none where the source has no such list. */
  referrers(digest: string, signal: AbortSignal): Promise<readonly Referrer[]>;
  /** What another tag of the same repository stands for; null for nothing. */
  tagged?(tag: string, signal: AbortSignal): Promise<Manifest | null>;
}

/** Why an image was not mirrored; each has an exit code of its own (`exitCodes`). */
export type MirrorCause =
  /** It must not be: an immutable tag with other content, foreign layers, a colliding path. */
  | 'refused'
  /** There is no such image, or it may not be pulled. */
  | 'source'
  /** The target does not take it: no repository, no permission, no space. */
  | 'target'
  /** Something was out of reach for longer than the retries go on. */
  | 'network'
  /** Bytes are not what their digest or length says. */
  | 'corrupt';

/** Exit codes of `waybill mirror`; of several images that failed, the lowest. 2 is for what could not be run at all. */
export const exitCodes: Readonly<Record<MirrorCause, number>> = {
  refused: 1,
  source: 4,
  target: 5,
  network: 6,
  corrupt: 7,
};

/** An image was not mirrored. The message is for people and says which image, blob and registry; no secrets. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError';
  readonly why: MirrorCause;

  constructor(why: MirrorCause, message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

/** How far the copying of one image is. */
export interface Progress {
  readonly blobs: number;
  readonly blobsDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
}
