import { asMap, asScalar, type Found, field, get, itemsOf, textAt } from '../tree.ts';
import { type ImageUse, makeUse, type PartName, type UsePart } from '../use.ts';
import { scalarPart } from './part.ts';

/** The files that a kustomization takes for patches, as it names them: relative to its folder. */
export function patchFilesOf(root: Found): string[] {
  const listed = (key: string, read: (item: Found) => string | null): string[] =>
    itemsOf(get(root, key)).flatMap((item) => (item === null ? [] : (read(item) ?? [])));
  return [
    ...listed('patches', (item) => textAt(item, 'path')),
    ...listed('patchesStrategicMerge', (item) => asScalar(item)?.node.text ?? null),
  ].filter((path) => !/[\r\n]/.test(path));
}

/**
 * The images that a kustomization pulls instead of others: each entry of `images` that names a new name, tag or
 * digest. An entry's `name` only says what to match, so it counts where no `newName` replaces it.
 */
export function usesOfKustomization(root: Found, documentText: string): ImageUse[] {
  return itemsOf(get(root, 'images')).flatMap((item, i) => {
    const entry = asMap(item);
    if (entry === null) return [];
    const read = (key: string) => asScalar(get(entry, key));
    const newName = read('newName');
    const main = newName ?? read('name');
    const tag = read('newTag');
    const digest = read('digest');
    if (main === null || main.node.text === '' || (newName === null && tag === null && digest === null))
      return [];
    const parts: Partial<Record<PartName, UsePart>> = { repository: scalarPart(main, documentText) };
    if (tag !== null) parts.tag = scalarPart(tag, documentText);
    if (digest !== null) parts.digest = scalarPart(digest, documentText);
    const key = newName === null ? 'name' : 'newName';
    return [makeUse('kustomization', field(field('images', i), key), parts)];
  });
}
