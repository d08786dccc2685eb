import { digestOf } from '../digest.ts';
import { mediaTypes } from '../manifest.ts';
import { gzipStored } from './gzip.ts';
import { tar } from './tar.ts';

/** An image ready to be put into a store: its blobs, the manifests of its platforms, and what the tag names. */
export interface BuiltImage {
  readonly blobs: readonly Buffer[];
  /** The manifests below `root`; empty where the root is a plain image. */
  readonly children: readonly BuiltManifest[];
  readonly root: BuiltManifest;
}

export interface BuiltManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface ImageRecipe {
  readonly name: string;
  readonly version: string;
  /** `linux/amd64`, `linux/arm64`. One platform makes a plain image; more make an index. */
  readonly platforms: readonly string[];
  /** Which of the two families of media types. */
  readonly format: 'oci' | 'docker';
}

/** When everything seeded was built, and the first image of each repository pushed: 2026-01-01T00:00:00Z, in milliseconds. */
export const seededAt = 1_767_225_600_000;

/** Builds a small image with two layers (one shared by all images of a platform) whose digests never change. */
export function buildImage(recipe: ImageRecipe): BuiltImage {
  const docker = recipe.format === 'docker';
  const blobs: Buffer[] = [];
  const manifests = recipe.platforms.map((platform) => {
    const [os = 'linux', architecture = 'amd64'] = platform.split('/');
    const tars = [
      tar({
        'etc/os-release': `NAME="Waybill sandbox"\nID=waybill\nVERSION_ID="1"\n`,
        'etc/platform': `${platform}\n`,
      }),
      tar({
        [`app/${recipe.name.replaceAll('/', '-')}.txt`]: `${recipe.name} ${recipe.version} for ${platform}\n`,
      }),
    ];
    const config = json({
      created: new Date(seededAt).toISOString(),
      architecture,
      os,
      config: {
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        Labels: {
          'org.opencontainers.image.title': recipe.name,
          'org.opencontainers.image.version': recipe.version,
        },
      },
      rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
      history: tars.map((_, index) => ({
        created: new Date(seededAt).toISOString(),
        created_by: index === 0 ? 'sandbox base' : 'sandbox files',
      })),
    });
    const layers = tars.map(gzipStored);
    blobs.push(config, ...layers);
    const mediaType = docker ? mediaTypes.dockerImage : mediaTypes.ociImage;
    const bytes = json({
      schemaVersion: 2,
      mediaType,
      config: descriptor(docker ? mediaTypes.dockerConfig : mediaTypes.ociConfig, config),
      layers: layers.map((layer) => descriptor(docker ? mediaTypes.dockerLayer : mediaTypes.ociLayer, layer)),
    });
    return { mediaType, bytes, platform: { architecture, os } };
  });
  const [only] = manifests;
  if (manifests.length === 1 && only !== undefined) return { blobs, children: [], root: only };
  const mediaType = docker ? mediaTypes.dockerIndex : mediaTypes.ociIndex;
  const root = json({
    schemaVersion: 2,
    mediaType,
    manifests: manifests.map((each) => ({
      ...descriptor(each.mediaType, each.bytes),
      platform: each.platform,
    })),
  });
  return { blobs, children: manifests, root: { mediaType, bytes: root } };
}

function descriptor(mediaType: string, bytes: Buffer): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
