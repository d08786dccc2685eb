import type { Resource } from '../../kustomize/resource.ts';
import { emitYaml } from '../../manifest/emit.ts';
import type { PlainMap } from '../../manifest/plain.ts';

/**
 * What kustomize has built, as files named after the objects in them (KOTS, pkg/util/splitter.go).
 * @param texts of values that were written before
 */
export function renderedFiles(
  resources: readonly Resource[],
  texts = new WeakMap<PlainMap, string>(),
): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, kind, value } of resources) {
    const stem = `${name}-${kind.toLowerCase()}`;
    let file = `${stem}.yaml`;
    for (let count = 1; files.has(file); count++) file = `${stem}-${count}.yaml`;
    const text = texts.get(value) ?? emitYaml(value);
    texts.set(value, text);
    files.set(file, text);
  }
  return files;
}
