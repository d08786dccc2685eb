import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Member, tarOf } from './tar.ts';

/** The files of an archive for a test, by path. */
export type Files = Readonly<Record<string, Buffer | string>>;

export interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  image: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
export const blobAt = (digest: string): string => `blobs/sha256/${digest.replace('sha256:', '')}`;
export const describedAs = (mediaType: string, bytes: Buffer | string): Described => ({
  mediaType,
  digest: `sha256:${sha256(bytes)}`,
  size: Buffer.byteLength(bytes),
});
export const blobsOf = (...all: readonly (Buffer | string)[]): Files =>
  Object.fromEntries(all.map((bytes) => [blobAt(sha256(bytes)), bytes]));

/** An image with two layers, which are real tars, and with the first of them once more. */
export interface SampleImage {
  readonly manifest: string;
  readonly descriptor: Described;
  readonly config: string;
  readonly layers: readonly Buffer[];
  readonly files: Files;
}

export function sampleImage(seed: string, extra: Readonly<Record<string, unknown>> = {}): SampleImage {
  const layer = (name: string): Buffer => tarOf({ name, body: `${seed} `.repeat(500) });
  const [first, second] = [layer('etc/first'), layer('etc/second')];
  const layers = [first, second, first];
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { seed } },
    rootfs: { type: 'layers', diff_ids: layers.map((one) => `sha256:${sha256(one)}`) },
    history: layers.map(() => ({ created_by: seed })),
  });
  const manifest = JSON.stringify(
    {
      schemaVersion: 2,
      mediaType: types.image,
      config: describedAs(types.config, config),
      layers: layers.map((one) => describedAs(types.layer, one)),
      ...extra,
    },
    null,
    3,
  );
  const files = blobsOf(manifest, config, ...layers);
  return { manifest, descriptor: describedAs(types.image, manifest), config, layers, files };
}

/** An OCI image layout with these lines in its index. */
export const layoutOf = (manifests: readonly unknown[], ...blobs: readonly Files[]): Files => ({
  'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
  'index.json': JSON.stringify({ schemaVersion: 2, manifests }),
  ...Object.assign({}, ...blobs),
});

/** What names an image in an index. */
export const named = (descriptor: Described, ref: string, full?: string) => ({
  ...descriptor,
  annotations: {
    'org.opencontainers.image.ref.name': ref,
    ...(full === undefined ? {} : { 'io.containerd.image.name': full }),
  },
});

export function writeFiles(folder: string, files: Files): string {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

export const membersOf = (files: Files): Member[] =>
  Object.entries(files).map(([name, body]) => ({ name, body }));
