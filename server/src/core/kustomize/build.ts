import { isPlainList, isPlainMap, type Plain, type PlainMap, plainAt, textAt } from '../manifest/plain.ts';
import { withAnnotations } from './annotations.ts';
import { type BuildRun, buildRun, newBuildMemory } from './build-memory.ts';
import { type FieldSpec, withEntries } from './field-specs.ts';
import { withImages } from './image-fields.ts';
import { type ImageEntry, imageTransformer } from './images.ts';
import { withPatch } from './merge-patch.ts';
import { inBuildOrder } from './order.ts';
import { described, KustomizeError, type Resource, resourceOf, resourcesOf } from './resource.ts';

/** The documents of a file by its path, or null where there is no such file. */
export type ReadDocuments = (path: string) => readonly Plain[] | null;

/**
 * What `kustomize build` (v5) makes of a folder, in the order in which it writes it: resources and bases, strategic
 * merge patches, common annotations, image names and label transformers.
 * @param memory of builds before this one, where there are more to come
 * @throws KustomizeError where kustomize would refuse
 */
export function build(read: ReadDocuments, folder: string, memory = newBuildMemory()): Resource[] {
  const run = buildRun(memory);
  const built = inBuildOrder(accumulated(read, folder, [], run));
  run.end();
  return built;
}

function accumulated(
  read: ReadDocuments,
  folder: string,
  above: readonly string[],
  run: BuildRun,
): Resource[] {
  const path = `${folder}/kustomization.yaml`;
  if (above.includes(folder)) throw new KustomizeError('A kustomization is its own base.', path);
  const [kustomization] = read(path) ?? [];
  if (!isPlainMap(kustomization)) throw new KustomizeError('There is no kustomization here.', path);

  let resources: Resource[] = [];
  for (const entry of [...textsAt(kustomization, 'resources'), ...textsAt(kustomization, 'bases')])
    resources = joined(resources, loaded(read, joinPath(folder, entry), path, [...above, folder], run), path);

  for (const entry of textsAt(kustomization, 'patchesStrategicMerge'))
    resources = patched(
      resources,
      documentsAt(read, joinPath(folder, entry), path),
      joinPath(folder, entry),
      run,
    );

  const annotations = textEntries(kustomization, 'commonAnnotations');
  if (annotations !== null) {
    const does = `annotations ${JSON.stringify(annotations)}`;
    resources = resources.map((resource) =>
      run.step(does, resource, () => withAnnotations(resource, annotations)),
    );
  }

  const entries = imageEntries(kustomization);
  if (entries.length > 0) {
    const transform = imageTransformer(entries);
    const does = `images ${JSON.stringify(entries)}`;
    resources = resources.map((resource) => run.step(does, resource, () => withImages(resource, transform)));
  }

  for (const entry of textsAt(kustomization, 'transformers'))
    for (const transformer of documentsAt(read, joinPath(folder, entry), path))
      resources = transformed(resources, transformer, joinPath(folder, entry), run);
  return resources;
}

function loaded(
  read: ReadDocuments,
  target: string,
  path: string,
  above: readonly string[],
  run: BuildRun,
): readonly Resource[] {
  const documents = read(target);
  if (documents !== null) return documents.flatMap((document) => resourcesOf(document, target));
  if (read(`${target}/kustomization.yaml`) !== null) return accumulated(read, target, above, run);
  throw new KustomizeError(`It names ${target}, which does not exist.`, path);
}

function documentsAt(read: ReadDocuments, target: string, path: string): readonly Plain[] {
  const documents = read(target);
  if (documents === null) throw new KustomizeError(`It names ${target}, which does not exist.`, path);
  return documents;
}

function joined(before: readonly Resource[], more: readonly Resource[], path: string): Resource[] {
  const ids = new Set(before.map(({ id }) => id));
  for (const resource of more) {
    if (ids.has(resource.id))
      throw new KustomizeError(
        `The ${described(resource)} is there twice, which kustomize refuses ("already registered id").`,
        path,
      );
    ids.add(resource.id);
  }
  return [...before, ...more];
}

function patched(
  resources: readonly Resource[],
  patches: readonly Plain[],
  path: string,
  run: BuildRun,
): Resource[] {
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  for (const document of patches)
    for (const patch of resourcesOf(document, path)) {
      const target = byId.get(patch.id);
      if (target === undefined)
        throw new KustomizeError(
          `The patch for ${described(patch)} has no target ("no matches for Id").`,
          path,
        );
      const value = run.patch(patch.value, target.value, () => withPatch(target, patch.value));
      if (value === null) byId.delete(patch.id);
      else byId.set(patch.id, resourceOf(value));
    }
  return [...byId.values()];
}

function transformed(
  resources: readonly Resource[],
  transformer: Plain,
  path: string,
  run: BuildRun,
): Resource[] {
  const kind = textAt(transformer, 'kind');
  const labels = textEntries(transformer, 'labels');
  if (kind !== 'LabelTransformer' || labels === null)
    throw new KustomizeError(`Transformers of the kind ${kind} are not previewed.`, path);
  const specs = plainAt(transformer, 'fieldSpecs');
  const places: readonly FieldSpec[] = (isPlainList(specs) ? specs : []).map((spec) => ({
    group: textAt(spec, 'group'),
    version: textAt(spec, 'version'),
    kind: textAt(spec, 'kind'),
    path: textAt(spec, 'path'),
    create: plainAt(spec, 'create') === true,
  }));
  const does = `labels ${JSON.stringify([labels, places])}`;
  return resources.map((resource) => run.step(does, resource, () => withEntries(resource, places, labels)));
}

function imageEntries(kustomization: PlainMap): ImageEntry[] {
  const entries = plainAt(kustomization, 'images');
  return (isPlainList(entries) ? entries : []).map((entry) => ({
    name: textAt(entry, 'name'),
    newName: textAt(entry, 'newName'),
    newTag: textAt(entry, 'newTag'),
    tagSuffix: textAt(entry, 'tagSuffix'),
    digest: textAt(entry, 'digest'),
  }));
}

function textsAt(value: Plain, key: string): string[] {
  const found = plainAt(value, key);
  return isPlainList(found) ? found.filter((one) => typeof one === 'string') : [];
}

function textEntries(value: Plain, key: string): Readonly<Record<string, string>> | null {
  const found = plainAt(value, key);
  if (!isPlainMap(found)) return null;
  return Object.fromEntries(Object.entries(found).map(([name, text]) => [name, String(text)]));
}

/** A path as seen from a folder, with `.` and `..` worked out. */
export function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
