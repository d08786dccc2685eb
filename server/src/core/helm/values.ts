import { fromJson, list, map, type Value } from '../gotemplate/value.ts';
import { isPlainList, isPlainMap, type Plain, type PlainMap, plainMap } from '../manifest/plain.ts';

/**
 * A chart's values with others laid over them (Helm, pkg/chartutil/coalesce.go): maps are merged, all else is
 * replaced, and null takes a key away that the chart has.
 */
export function coalesced(over: PlainMap, own: PlainMap): PlainMap {
  const below = Object.entries(own).filter(([key]) => !Object.hasOwn(over, key));
  const above = Object.entries(over).flatMap(([key, value]): [string, Plain][] => {
    if (!Object.hasOwn(own, key)) return [[key, value]];
    if (value === null) return [];
    const covered = own[key];
    return [[key, isPlainMap(value) && isPlainMap(covered) ? coalesced(value, covered) : value]];
  });
  return plainMap([...below, ...above]);
}

/** A value as templates get it: YAML is read by way of JSON there, so that every number is a float64. */
export function templateValue(plain: Plain): Value {
  if (typeof plain === 'bigint') return Number(plain);
  if (isPlainList(plain)) return list(plain.map(templateValue));
  if (isPlainMap(plain))
    return map(Object.entries(plain).map(([key, one]) => [key, templateValue(one)] as const));
  return fromJson(plain);
}
