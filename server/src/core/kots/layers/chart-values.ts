import { isPlainList, isPlainMap, type Plain, type PlainMap, plainAt, textAt } from '../../manifest/plain.ts';
import { goBool } from './go-bool.ts';

/** What a v1beta2 HelmChart is installed with. */
export interface ChartInstallation {
  readonly release: string;
  readonly values: PlainMap;
}

/**
 * The installation of a rendered kots.io/v1beta2 HelmChart, null for one that is excluded, an Error for one that the
 * app manager refuses the version for (KOTS, pkg/apparchive/helm-v1beta2.go). Where only a customer knows whether a chart
 * or some of its values are there, they are shown.
 */
export function chartInstallation(chart: Plain): ChartInstallation | null | Error {
  const exclude = plainAt(chart, 'spec', 'exclude');
  if (exclude !== undefined && exclude !== '' && exclude !== null) {
    const excluded = typeof exclude === 'boolean' ? exclude : goBool(String(exclude), false);
    if (excluded === undefined) return new Error(`exclude is neither true nor false: ${String(exclude)}.`);
    if (excluded) return null;
  }
  const release = textAt(chart, 'spec', 'releaseName') || textAt(chart, 'spec', 'chart', 'name');
  if (release === '') return new Error('The chart has no name.');

  let values = mapAt(chart, 'spec', 'values');
  const optional = plainAt(chart, 'spec', 'optionalValues');
  for (const [index, one] of (isPlainList(optional) ? optional : []).entries()) {
    const when = plainAt(one, 'when');
    const holds = typeof when === 'string' ? goBool(when, true) : undefined;
    if (holds === undefined)
      return new Error(`optionalValues[${index}].when is no text that says true or false: ${String(when)}.`);
    if (!holds) continue;
    const more = mapAt(one, 'values');
    values = plainAt(one, 'recursiveMerge') === true ? deeplyMerged(values, more) : { ...values, ...more };
  }
  return { release, values };
}

function mapAt(value: Plain, ...path: readonly string[]): PlainMap {
  const found = plainAt(value, ...path);
  return isPlainMap(found) ? found : {};
}

/** A map stays a map: what is no map cannot take its place (MergeHelmChartValues in kotskinds). */
function deeplyMerged(base: PlainMap, overlay: PlainMap): PlainMap {
  const merged = Object.entries(base).map(([key, value]): [string, Plain] => {
    if (!Object.hasOwn(overlay, key)) return [key, value];
    const over = overlay[key] ?? null;
    if (!isPlainMap(value)) return [key, over];
    return [key, deeplyMerged(value, isPlainMap(over) ? over : {})];
  });
  const fresh = Object.entries(overlay).filter(([key]) => !Object.hasOwn(base, key));
  return Object.fromEntries([...merged, ...fresh]);
}
