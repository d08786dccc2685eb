import { createHash } from 'node:crypto';

/** A small image for a test: unlike every other with another `seed`, and the same each time. */
export interface TestImage {
  readonly mediaType: string;
  readonly manifest: Buffer;
  readonly config: Buffer;
  readonly layer: Buffer;
}

export const oci = {
  image: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export const docker = {
  image: 'application/vnd.docker.distribution.manifest.v2+json',
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function testImage(seed: string, extra: Readonly<Record<string, unknown>> = {}): TestImage {
  const layer = Buffer.from(`layer of ${seed}`);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [] },
      seed,
    }),
  );
  // The spaces are there for a registry that would write the JSON anew.
  const manifest = Buffer.from(
    JSON.stringify(
      {
        schemaVersion: 2,
        mediaType: oci.image,
        config: descriptor(oci.config, config),
        layers: [descriptor(oci.layer, layer)],
        ...extra,
      },
      null,
      3,
    ),
  );
  return { mediaType: oci.image, manifest, config, layer };
}

export function indexOf(mediaType: string, images: readonly TestImage[]): Buffer {
  const manifests = images.map((image, index) => ({
    ...descriptor(image.mediaType, image.manifest),
    platform: { os: 'linux', architecture: ['amd64', 'arm64'][index] ?? 's390x' },
  }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
}

export function descriptor(
  mediaType: string,
  bytes: Buffer,
): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}
