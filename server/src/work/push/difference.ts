import {
  type ImageDifference,
  type ImageSettings,
  imageDifference,
  type ReleaseTexts,
} from '../../core/features/image-difference.ts';
import { isYaml } from '../../core/release/role.ts';
import { unpackArchive } from './charts/archive.ts';
import { fileDigest } from './content.ts';
import type { PackagedFile } from './model.ts';

type Files = readonly Pick<PackagedFile, 'path' | 'bytes'>[];

/** How a release differs from another: paths of files, and images. */
export interface ReleaseDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly images: ImageDifference;
}

export const noDifference: ReleaseDifference = {
  added: [],
  removed: [],
  changed: [],
  images: { added: [], removed: [], changed: [] },
};

export function differenceOf(before: Files, after: Files, settings: ImageSettings): ReleaseDifference {
  const old = new Map(before.map((file) => [file.path, file]));
  const now = new Map(after.map((file) => [file.path, file]));
  return {
    added: [...now.keys()].filter((path) => !old.has(path)).sort(),
    removed: [...old.keys()].filter((path) => !now.has(path)).sort(),
    changed: [...now.values()]
      .filter((file) => {
        const was = old.get(file.path);
        return was !== undefined && fileDigest(was) !== fileDigest(file);
      })
      .map(({ path }) => path)
      .sort(),
    images: imageDifference(textsOf(before), textsOf(after), settings),
  };
}

/** The YAML of a release, that in charts included: a chart is named without its version, so that two can be compared. */
function textsOf(files: Files): ReleaseTexts {
  const texts = new Map<string, string>();
  const put = (path: string, bytes: Buffer): void => {
    if (isYaml(path)) texts.set(path, bytes.toString('utf8').replace(/^\uFEFF/, ''));
  };
  for (const { path, bytes } of files) {
    if (!path.endsWith('.tgz')) put(path, bytes);
    else
      try {
        for (const inner of unpackArchive(bytes, path)) put(`${path}/${inner.path}`, inner.bytes);
      } catch {
        // It is no chart to us; the portal will say what it thinks of it.
      }
  }
  return texts;
}
