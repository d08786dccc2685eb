import type { ManifestDocument, YamlScalar } from '../../manifest/node.ts';
import type { Templates } from '../context.ts';
import {
  asMap,
  asScalar,
  asSequence,
  entriesOf,
  type Found,
  field,
  get,
  isNull,
  itemsOf,
  path,
  stepsOf,
  textAt,
} from '../tree.ts';
import { type ImageUse, type PartName, partNames } from '../use.ts';

/**
 * What values that are laid over others say at a place of them, as Helm merges them: `kept` where they say nothing,
 * `gone` where there is nothing such any more. Maps are merged; lists, and what is no map, are replaced as a whole.
 */
export function laidOver(values: Found | null, steps: readonly (string | number)[]): Found | 'kept' | 'gone' {
  let at = values;
  if (at === null) return 'kept';
  for (const step of steps) {
    if (asMap(at) === null || typeof step === 'number') return asSequence(at) === null ? 'kept' : 'gone';
    const found: Found | null = get(at, step);
    if (found === null) return entriesOf(at).some(({ entry }) => entry.key.text === step) ? 'gone' : 'kept';
    const scalar = asScalar(found);
    // A null takes the key away.
    if (scalar !== null && isNull(scalar.node)) return 'gone';
    if (scalar !== null && step !== steps.at(-1)) return 'gone';
    at = found;
  }
  return at;
}

/** Where an image of values stands: the map of its parts, or the image itself where it is one text. */
export function placeOf(image: Pick<ImageUse, 'field' | 'parts'>): (string | number)[] {
  const steps = stepsOf(image.field);
  return isOneText(image.parts) ? steps : steps.slice(0, -1);
}

/** Whether an image is one text, which other values can only replace. */
export const isOneText = (parts: ImageUse['parts']): boolean =>
  parts.image !== undefined && parts.registry === undefined;

/** Values that a HelmChart lays over its chart's own. */
export interface Layer {
  readonly values: Found;
  /** The field that they stand in. */
  readonly base: string;
  /** Whether what it names at the top takes the place of what layers below it say there. */
  readonly shallow: boolean;
}

/** The values of a HelmChart that hold with the default installation, what wins first. */
export function layersIn({ root }: ManifestDocument, templates: Templates | undefined): Layer[] {
  const top: Found | null = root === null ? null : { node: root, via: null };
  const optional = itemsOf(path(top, 'spec', 'optionalValues')).flatMap((item, i): Layer[] => {
    const when = textAt(item, 'when');
    const values = get(item, 'values');
    const holds =
      when !== null && (when.includes('repl') ? templates?.render(when) : when)?.trim() === 'true';
    if (!holds || values === null) return [];
    const shallow = asScalar(get(item, 'recursiveMerge'))?.node.value !== true;
    return [{ values, base: `${field('spec.optionalValues', i)}.values`, shallow }];
  });
  const own = path(top, 'spec', 'values');
  const layers = optional.reverse();
  return own === null ? layers : [...layers, { values: own, base: 'spec.values', shallow: false }];
}

/**
 * What becomes of an image of a chart's values: it stays, it is replaced as a whole, or some of its parts are said
 * anew, each by the layer that stands with it.
 */
export type Override = 'kept' | 'replaced' | Partial<Record<PartName, Said>>;

export interface Said {
  readonly found: Found<YamlScalar>;
  readonly layer: Layer;
}

export function overrideOf(image: Pick<ImageUse, 'field' | 'parts'>, layers: readonly Layer[]): Override {
  const said: Partial<Record<PartName, Said>> = {};
  const place = placeOf(image);
  for (const layer of layers) {
    const found = laidOver(layer.values, place);
    const isMap = found !== 'kept' && found !== 'gone' && asMap(found) !== null;
    if (found !== 'kept' && (!isMap || isOneText(image.parts))) return 'replaced';
    if (isMap)
      for (const name of partNames) {
        const part = laidOver(found, [name]);
        if (part === 'kept' || said[name] !== undefined) continue;
        const scalar = part === 'gone' ? null : asScalar(part);
        if (scalar === null) return 'replaced';
        said[name] = { found: scalar, layer };
      }
    if (layer.shallow && laidOver(layer.values, place.slice(0, 1)) !== 'kept') break;
  }
  return Object.keys(said).length === 0 ? 'kept' : said;
}
