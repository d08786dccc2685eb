import type { ReleaseFile } from '../portal/state.ts';
import { documentsOf, workloadsOf } from './workloads.ts';
import { at, isMap, listAt, textAt, type Yaml } from './yaml.ts';

/**
 * The images that an air-gap bundle of a release holds: those of its manifests, of its Application's
 * `additionalImages`, and of the `builder` values of its charts. Names in templates are left out.
 */
export function imagesOf(files: readonly ReleaseFile[]): string[] {
  const documents = documentsOf(files);
  const additional = documents
    .filter((each) => textAt(each, 'kind') === 'Application')
    .flatMap((each) => listAt(each, 'spec', 'additionalImages'))
    .filter((each) => typeof each === 'string');
  const named = [
    ...workloadsOf(files).flatMap(({ initContainers, containers }) =>
      [...initContainers, ...containers].map(({ image }) => image),
    ),
    ...additional,
    ...documents
      .filter((each) => textAt(each, 'kind') === 'HelmChart')
      .flatMap((each) => imagesInValues(at(each, 'spec', 'builder'))),
  ];
  return [...new Set(named.filter((image) => !/\{\{|repl\{/.test(image)))].sort();
}

/** Images in a chart's values: `image: name`, or a map of `repository` with `registry` and `tag` as far as given. */
export function imagesInValues(values: Yaml): string[] {
  if (Array.isArray(values)) return values.flatMap(imagesInValues);
  if (!isMap(values)) return [];
  const repository = textAt(values, 'repository');
  const registry = textAt(values, 'registry');
  const tag = textAt(values, 'tag');
  const own =
    repository === ''
      ? []
      : [`${registry === '' ? '' : `${registry}/`}${repository}${tag === '' ? '' : `:${tag}`}`];
  const below = Object.entries(values).flatMap(([key, value]) =>
    key === 'image' && typeof value === 'string' ? [value] : imagesInValues(value),
  );
  return [...own, ...below];
}
