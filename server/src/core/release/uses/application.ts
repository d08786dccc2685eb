import { asScalar, type Found, field, itemsOf, path } from '../tree.ts';
import { type ImageUse, makeUse, type Place } from '../use.ts';
import { scalarPart } from './part.ts';

/** `additionalImages` and `excludedImages` of a kots.io Application. */
export function usesOfApplication(root: Found, documentText: string): ImageUse[] {
  return [
    ...listed(root, 'additionalImages', 'additional-image', documentText),
    ...listed(root, 'excludedImages', 'excluded-image', documentText),
  ];
}

function listed(root: Found, key: string, place: Place, documentText: string): ImageUse[] {
  return itemsOf(path(root, 'spec', key)).flatMap((item, i) => {
    const image = asScalar(item);
    if (image === null || image.node.text === '') return [];
    return [makeUse(place, field(`spec.${key}`, i), { image: scalarPart(image, documentText) })];
  });
}
