import { isPlainList, isPlainMap, type Plain, type PlainMap, plainMap } from '../manifest/plain.ts';
import { KustomizeError, type Resource, resourceOf } from './resource.ts';

/** A place in resources of a kind, as kustomize's configuration names it; '' stands for any. */
export interface FieldSpec {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  /** Keys with slashes between; a key that ends in `[]` is a list, and all of its items are meant. */
  readonly path: string;
  /** Whether maps are made where the path leads nowhere. */
  readonly create?: boolean;
}

/** The resource with entries added to the maps at all places that the specs name. */
export function withEntries(
  resource: Resource,
  specs: readonly FieldSpec[],
  entries: Readonly<Record<string, string>>,
): Resource {
  let { value } = resource;
  for (const spec of specs) {
    if (!applies(spec, resource)) continue;
    const path = spec.path.split('/');
    value = changedAt(
      value,
      path,
      spec.create === true,
      (map) => ({ ...map, ...entries }),
      resource,
    ) as PlainMap;
  }
  return value === resource.value ? resource : resourceOf(value);
}

const applies = (spec: FieldSpec, { group, version, kind }: Resource): boolean =>
  (!spec.group || spec.group === group) &&
  (!spec.version || spec.version === version) &&
  (!spec.kind || spec.kind === kind);

function changedAt(
  value: Plain,
  path: readonly string[],
  create: boolean,
  change: (map: PlainMap) => PlainMap,
  resource: Resource,
): Plain {
  const [step, ...rest] = path;
  if (step === undefined) {
    if (!isPlainMap(value)) throw unfit(resource);
    return change(value);
  }
  if (value === null) return value;
  if (isPlainList(value)) return value.map((item) => changedAt(item, path, create, change, resource));
  if (!isPlainMap(value)) throw unfit(resource);
  const list = step.endsWith('[]');
  const key = list ? step.slice(0, -2) : step;
  const found = Object.hasOwn(value, key) ? (value[key] ?? null) : undefined;
  const makes = create && !list;
  if (found === undefined && !makes) return value;
  // What is there but empty is made, too.
  const inside = found === undefined || (found === null && makes) ? {} : found;
  const changed = changedAt(inside, rest, create, change, resource);
  return changed === found ? value : plainMap([...Object.entries(value), [key, changed]]);
}

const unfit = ({ kind, name }: Resource): KustomizeError =>
  new KustomizeError(`The ${kind} ${name} has a text or list where kustomize expects a map.`, '');
