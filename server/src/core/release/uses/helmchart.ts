import { aliasBudget, type Found, field, get, itemsOf, path } from '../tree.ts';
import type { ImageUse } from '../use.ts';
import { scalarPart } from './part.ts';
import { type PartMaker, usesOfValues } from './values.ts';

/** Images in `values`, `optionalValues[].values` and `builder` of a kots.io HelmChart. */
export function usesOfHelmChart(root: Found, apiVersion: string, documentText: string): ImageUse[] {
  const place = apiVersion === 'kots.io/v1beta1' ? 'chart-v1beta1' : 'chart-v1beta2';
  const part: PartMaker = (found) => scalarPart(found, documentText);
  const budget = aliasBudget();
  return [
    ...usesOfValues(path(root, 'spec', 'values'), 'spec.values', place, part, budget),
    ...itemsOf(path(root, 'spec', 'optionalValues')).flatMap((item, i) =>
      usesOfValues(get(item, 'values'), `${field('spec.optionalValues', i)}.values`, place, part, budget),
    ),
    ...usesOfValues(path(root, 'spec', 'builder'), 'spec.builder', 'builder', part, budget),
  ];
}
