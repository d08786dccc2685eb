import { isPlainList, isPlainMap, type Plain, type PlainMap, plainMap } from '../manifest/plain.ts';
import type { Transformed } from './images.ts';
import { type Resource, resourceOf } from './resource.ts';

/**
 * The resource after kustomize's `images`: every `image` of items of `containers` and `initContainers`, at any depth,
 * and images that are volumes. A CustomResourceDefinition is left alone.
 */
export function withImages(resource: Resource, transform: (image: string) => Transformed): Resource {
  if (resource.kind === 'CustomResourceDefinition') return resource;
  const value = mapped(resource.value, transform) as PlainMap;
  return value === resource.value ? resource : resourceOf(value);
}

function mapped(value: Plain, transform: (image: string) => Transformed): Plain {
  if (isPlainList(value)) return mapList(value, (item) => mapped(item, transform));
  if (!isPlainMap(value)) return value;
  return mapMap(value, (key, inside) => {
    const walked = mapped(inside, transform);
    if (!isPlainList(walked)) return walked;
    if (key === 'containers' || key === 'initContainers')
      return mapList(walked, (item) => withField(item, 'image', transform));
    if (key === 'volumes')
      return mapList(walked, (item) =>
        isPlainMap(item)
          ? mapMap(item, (field, volume) =>
              field === 'image' ? withField(volume, 'reference', transform) : volume,
            )
          : item,
      );
    return walked;
  });
}

function withField(item: Plain, field: string, transform: (image: string) => Transformed): Plain {
  if (!isPlainMap(item) || !Object.hasOwn(item, field)) return item;
  const image = item[field];
  if (typeof image !== 'string') return item;
  const changed = transform(image).image;
  return changed === image ? item : plainMap([...Object.entries(item), [field, changed]]);
}

function mapList(items: readonly Plain[], change: (item: Plain) => Plain): readonly Plain[] {
  let same = true;
  const changed = items.map((item) => {
    const now = change(item);
    if (now !== item) same = false;
    return now;
  });
  return same ? items : changed;
}

function mapMap(map: PlainMap, change: (key: string, value: Plain) => Plain): PlainMap {
  let same = true;
  const entries = Object.entries(map).map(([key, value]): [string, Plain] => {
    const now = change(key, value);
    if (now !== value) same = false;
    return [key, now];
  });
  return same ? map : plainMap(entries);
}
