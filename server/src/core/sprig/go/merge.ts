import { FunctionError, isList, isMap, isObject, type MapValue, type Value } from '../../gotemplate/value.ts';
import { isEmpty } from './empty.ts';

const MAX_DEPTH = 1000;

/**
 * dario.cat/mergo's Merge and MergeWithOverwrite of maps: what `target` has and is not empty stays, unless
 * overwritten; maps within are merged in place, lists are taken as a whole.
 */
export function mergeInto(target: MapValue, source: MapValue, overwrite: boolean, depth = 0): void {
  if (depth > MAX_DEPTH) throw new FunctionError('merge: maps nest too deeply');
  if (target.isNil === true) return;
  for (const [key, value] of [...source.entries]) {
    if (value === null) {
      if (overwrite) target.entries.set(key, null);
      continue;
    }
    const present = target.entries.has(key);
    const old = target.entries.get(key) ?? null;
    if (isMap(value) && isMap(old)) mergeInto(old, value, overwrite, depth + 1);
    else if (isList(value) && (overwrite || target.entries.size === 0)) target.entries.set(key, value);
    if (present && !isBlank(old)) {
      if (isList(value)) continue;
      if (isMap(value) && isMap(old)) continue;
    }
    if (overwrite || !present || isBlank(old)) target.entries.set(key, value);
  }
}

/** mergo's idea of empty; an unknown value is not replaced. */
const isBlank = (value: Value): boolean => !isObject(value) && isEmpty(value) === true;

/** mitchellh/copystructure: maps and lists anew, all the way down. */
export function deepCopy(value: Value, depth = 0): Value {
  if (depth > MAX_DEPTH) throw new FunctionError('deepCopy error: value nests too deeply');
  if (isList(value)) return { ...value, items: value.items.map((item) => deepCopy(item, depth + 1)) };
  if (isObject(value)) return value.copy?.() ?? value;
  if (!isMap(value)) return value;
  const entries = new Map<string, Value>();
  for (const [key, item] of value.entries) entries.set(key, deepCopy(item, depth + 1));
  return { ...value, entries };
}
