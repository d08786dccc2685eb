/** What an image manifest points at, whichever of the four formats it has. */
export interface ManifestContent {
  /** The manifest's own `mediaType`; null where it names none (allowed by OCI). */
  readonly mediaType: string | null;
  readonly config: Descriptor | null;
  readonly layers: readonly Descriptor[];
  /** The manifests of an index or a manifest list. */
  readonly children: readonly Descriptor[];
  /** The digest of the manifest that this one is attached to (a signature, an SBOM). */
  readonly subject: string | null;
  readonly artifactType: string | null;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** A layer that may be fetched elsewhere ("foreign") need not be in the registry. */
  readonly foreign: boolean;
}

export const mediaTypes = {
  ociImage: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

/** The limit of distribution-spec and of ECR's PutImage: 4 MiB. */
export const maxManifestBytes = 4 * 1024 * 1024;

/** Reads a manifest of schema version 2 (OCI or Docker); null where the bytes are none. */
export function parseManifest(bytes: Buffer): ManifestContent | null {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
  if (!isRecord(json) || json.schemaVersion !== 2) return null;
  const config = json.config === undefined ? null : descriptor(json.config);
  const layers = descriptors(json.layers);
  const children = descriptors(json.manifests);
  if (layers === null || children === null || (json.config !== undefined && config === null)) return null;
  if (config === null && json.manifests === undefined) return null;
  const subject = json.subject === undefined ? null : descriptor(json.subject);
  if (json.subject !== undefined && subject === null) return null;
  return {
    mediaType: typeof json.mediaType === 'string' ? json.mediaType : null,
    config,
    layers,
    children,
    subject: subject?.digest ?? null,
    artifactType: typeof json.artifactType === 'string' ? json.artifactType : null,
  };
}

/** The media type that a manifest without `mediaType` has by its shape. */
export function guessMediaType(content: ManifestContent): string {
  if (content.mediaType !== null) return content.mediaType;
  return content.config === null ? mediaTypes.ociIndex : mediaTypes.ociImage;
}

/** The blobs that must be in a repository before a manifest may be. */
export function neededBlobs(content: ManifestContent): string[] {
  const all = content.config === null ? content.layers : [content.config, ...content.layers];
  return all.filter((each) => !each.foreign).map((each) => each.digest);
}

function descriptors(value: unknown): Descriptor[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return null;
  const all = value.map(descriptor);
  return all.every((each) => each !== null) ? all : null;
}

function descriptor(value: unknown): Descriptor | null {
  if (!isRecord(value) || typeof value.digest !== 'string' || typeof value.size !== 'number') return null;
  const mediaType = typeof value.mediaType === 'string' ? value.mediaType : '';
  const foreign = /nondistributable|rootfs\.foreign/.test(mediaType);
  return { mediaType, digest: value.digest, size: value.size, foreign };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
