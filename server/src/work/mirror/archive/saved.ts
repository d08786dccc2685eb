import { cleanPath } from '../../../io/files/tar/path.ts';
import { isRecord, MAX_MANIFEST } from '../../../io/oci/media.ts';
import { MirrorError } from '../model.ts';
import type { Candidate } from './choose.ts';
import { jsonIn, readWhole, type StoredFile, type StoredFiles } from './files.ts';
import { shown } from './words.ts';

/** An image of `manifest.json`; the paths are clean. */
export interface SavedImage extends Candidate {
  readonly config: string;
  /** From the lowest one on; the same one may stand there twice. */
  readonly layers: readonly string[];
  /** The digests of those layers that their registry does not keep but only points to, as Windows's are. */
  readonly foreign: readonly string[];
}

/**
 * Reads `manifest.json` of `docker save`: docker's image-spec v1.2, "Combined Image JSON + Filesystem Changeset Format".
 * @throws MirrorError where it is something else, or names what is not in the archive
 */
export async function readSaved(
  files: StoredFiles,
  file: StoredFile,
  signal: AbortSignal,
): Promise<readonly SavedImage[]> {
  const images = jsonIn(files, file.path, await readWhole(files, file, MAX_MANIFEST, signal));
  const damaged = (): MirrorError =>
    new MirrorError('corrupt', `${files.name}: manifest.json is not as \`docker save\` writes it.`);
  if (!Array.isArray(images)) throw damaged();
  return images.map((image: unknown, index) => {
    const { Config, RepoTags, Layers, LayerSources } = isRecord(image) ? image : {};
    // Go writes an empty list as null.
    const tags = RepoTags ?? [];
    const layers = Layers ?? [];
    if (typeof Config !== 'string' || !isTexts(tags) || !isTexts(layers)) throw damaged();
    return {
      id: `@${index}`,
      names: tags,
      config: pathIn(files, Config),
      layers: layers.map((layer) => pathIn(files, layer)),
      foreign: foreignIn(LayerSources),
    };
  });
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function pathIn(files: StoredFiles, path: string): string {
  const clean = cleanPath(path);
  if (clean === null || clean === '')
    throw new MirrorError(
      'refused',
      `${files.name}: manifest.json names a file outside of the archive: ${shown(path)}.`,
    );
  return clean;
}

function foreignIn(sources: unknown): string[] {
  return Object.entries(isRecord(sources) ? sources : {})
    .filter(
      ([, source]) =>
        isRecord(source) &&
        ((Array.isArray(source.urls) && source.urls.length > 0) ||
          /nondistributable|\.foreign\./.test(String(source.mediaType))),
    )
    .map(([digest]) => digest);
}
