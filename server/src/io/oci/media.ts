import { createHash } from 'node:crypto';

/** An index of images for several platforms, by its media type. */
const INDEXES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const IMAGES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);

/** What every request for a manifest accepts; a registry answers 404 for a kind that is not among it. */
export const ACCEPT_MANIFESTS = [...INDEXES, ...IMAGES].join(', ');

/** No registry takes longer ones: distribution-spec, "Pushing Manifests". */
export const MAX_MANIFEST = 4 * 1024 * 1024;
export const MAX_CONFIG = 8 * 1024 * 1024;
/** 1000 tags of 128 characters with room to spare. */
export const MAX_LIST = 1024 * 1024;

export const isDigest = (text: unknown): text is string =>
  typeof text === 'string' && /^sha256:[0-9a-f]{64}$/.test(text);

export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The media type of a header, without parameters; empty where there is none. */
export const mediaTypeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

export const isJson = (contentType: string | undefined): boolean =>
  /^application\/(?:[\w.+-]+\+)?json$/.test(mediaTypeOf(contentType));

/** Whether a media type can be a manifest's; old registries say `application/json` or a signed first version. */
export const isManifestType = (contentType: string | undefined): boolean =>
  isJson(contentType) ||
  mediaTypeOf(contentType) === 'application/vnd.docker.distribution.manifest.v1+prettyjws';

/** What a manifest says of platforms: those of its images, or the blob where the only one is written. */
export type ManifestPlatforms =
  | { readonly kind: 'index'; readonly platforms: readonly string[] }
  | { readonly kind: 'image'; readonly config: string };

/** Reads an index or an image manifest; null for anything else. */
export function platformsOfManifest(manifest: unknown): ManifestPlatforms | null {
  if (!isRecord(manifest)) return null;
  if (Array.isArray(manifest.manifests)) {
    const platforms = manifest.manifests
      .map((one) => (isRecord(one) ? platformOf(one.platform) : null))
      // Attestations stand in the index as images of an unknown platform.
      .filter((one) => one !== null && !one.startsWith('unknown/'));
    return { kind: 'index', platforms: [...new Set(platforms as string[])] };
  }
  const config = isRecord(manifest.config) ? manifest.config.digest : undefined;
  return isDigest(config) ? { kind: 'image', config } : null;
}

/** `os/architecture[/variant]` of a descriptor's platform or an image's configuration; null where it says none. */
export function platformOf(value: unknown): string | null {
  if (!isRecord(value)) return null;
  const { os, architecture, variant } = value;
  const parts = [os, architecture, ...(variant === undefined || variant === '' ? [] : [variant])];
  return parts.every((part) => typeof part === 'string' && /^[\w.-]{1,40}$/.test(part))
    ? parts.join('/')
    : null;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
