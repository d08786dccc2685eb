import { createHash } from 'node:crypto';

/** What matters of a manifest here: the images that it lists, or the config of the one that it is. */
export type ManifestContent =
  | { readonly kind: 'index'; readonly children: readonly Child[] }
  | { readonly kind: 'image'; readonly config: string }
  /** Something else that registries keep: a chart, a signature. */
  | { readonly kind: 'other'; readonly what: string };

export interface Child {
  readonly digest: string;
  /** `linux/arm64/v8`; null where it is none (an attestation). */
  readonly platform: string | null;
}

/** The media types of the configs of images that run: https://github.com/opencontainers/image-spec/blob/main/media-types.md */
const imageConfigs: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** Reads a manifest of an image or an index; null where it is neither of schema version 2. */
export function readManifest(text: string): ManifestContent | null {
  const json = parse(text);
  if (json === null || json.schemaVersion !== 2) return null;
  if (Array.isArray(json.manifests))
    return {
      kind: 'index',
      children: json.manifests.flatMap((one: unknown): Child[] =>
        isRecord(one) && typeof one.digest === 'string'
          ? [{ digest: one.digest, platform: platformOf(one.platform) }]
          : [],
      ),
    };
  const { config } = json;
  if (!isRecord(config) || typeof config.digest !== 'string') return null;
  const type = typeof config.mediaType === 'string' ? config.mediaType : '';
  return imageConfigs.has(type)
    ? { kind: 'image', config: config.digest }
    : { kind: 'other', what: typeof json.artifactType === 'string' ? json.artifactType : type };
}

/** The platform of an image's config; null where it names none. */
export const configPlatform = (text: string): string | null => platformOf(parse(text));

/** `os/architecture[/variant]`. BuildKit gives attestations the platform unknown/unknown. */
function platformOf(value: unknown): string | null {
  if (!isRecord(value)) return null;
  const { os, architecture, variant } = value;
  if (typeof os !== 'string' || typeof architecture !== 'string' || !os || !architecture) return null;
  if (os === 'unknown' || architecture === 'unknown') return null;
  return [os, architecture, ...(typeof variant === 'string' && variant ? [variant] : [])].join('/');
}

/** Whether bytes are the content that a digest stands for. Other algorithms than sha256 are not known. */
export const isContentOf = (digest: string, bytes: string | Uint8Array): boolean =>
  digest === `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

function parse(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
