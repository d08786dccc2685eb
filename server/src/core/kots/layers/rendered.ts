import type { Resource } from '../../kustomize/resource.ts';
import { emitYaml } from '../../manifest/emit.ts';

/** What kustomize has built, as files named after the objects in them (KOTS, pkg/util/splitter.go). */
export function renderedFiles(resources: readonly Resource[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, kind, value } of resources) {
    const stem = `${name}-${kind.toLowerCase()}`;
    let file = `${stem}.yaml`;
    for (let count = 1; files.has(file); count++) file = `${stem}-${count}.yaml`;
    files.set(file, emitYaml(value));
  }
  return files;
}
