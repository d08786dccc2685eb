import type { YamlScalar } from '../../manifest/node.ts';
import {
  asMap,
  asScalar,
  asSequence,
  type Budget,
  entriesOf,
  type Found,
  field,
  get,
  isNull,
  itemsOf,
} from '../tree.ts';
import { type ImageUse, makeUse, type PartName, type Place, type UsePart } from '../use.ts';

/** How to make a part of a scalar found in these values; values inside a string need another way than a document's own. */
export type PartMaker = (found: Found<YamlScalar>) => UsePart;

/**
 * Image uses in Helm values, which have no schema: recognised by shape.
 * - `image: host/path:tag`, and any key that ends in `image`;
 * - a text in a list or map called `images`, where it names a registry, a tag or a digest;
 * - a map with `repository`, where a sibling (`registry`, `tag`, `digest`, `pullPolicy`) or the key above
 *   (`image`, `initImage`, an entry of `images`) says that it is about an image and not, say, a Git repository;
 * - a map with `registry` and `image`.
 */
export function usesOfValues(
  root: Found | null,
  base: string,
  place: Place,
  part: PartMaker,
  budget: Budget,
): ImageUse[] {
  const uses: ImageUse[] = [];
  const visit = (at: Found | null, here: string, imageLike: boolean, depth: number) => {
    if (depth > maxDepth || !budget(at)) return;
    if (asSequence(at) !== null) {
      for (const [i, item] of itemsOf(at).entries()) {
        const child = field(here, i);
        const text = asScalar(item);
        if (text === null) visit(item, child, imageLike, depth + 1);
        else if (isImages(here) && isPlainlyAnImage(text.node))
          uses.push(makeUse(place, child, { image: part(text) }));
      }
      return;
    }
    const map = asMap(at);
    if (map === null) return;
    const use = useOfMap(map, here, imageLike, place, part);
    if (use !== null) uses.push(use);
    for (const { entry, value } of entriesOf(map)) {
      const key = entry.key.text;
      if (value === null || (use !== null && partKeys.has(key))) continue;
      const child = field(here, key);
      const text = asScalar(value);
      if (text === null) visit(value, child, aboutImage(here, key, value), depth + 1);
      else if (
        namesImage(key)
          ? looksLikeImage(text.node)
          : isImages(here) && !partKeys.has(key) && isPlainlyAnImage(text.node)
      )
        uses.push(makeUse(place, child, { image: part(text) }));
    }
  };
  visit(root, base, /image$/i.test(base), 0);
  return uses;
}

const partKeys = new Set(['registry', 'repository', 'image', 'tag', 'digest']);

/** No chart nests its values deeper; hostile input may. */
const maxDepth = 64;

/** Whether what stands under a key is about an image: under `image`, or an entry of a list or map called `images`. */
const aboutImage = (here: string, key: string, value: Found): boolean =>
  namesImage(key) || isImages(here) || (/^images$/i.test(key) && asSequence(value) !== null);

const isImages = (here: string): boolean => /(^|\.)images$/i.test(here);

const namesImage = (key: string): boolean => /image$/i.test(key);

/** A value under such a key that is meant as an image: no flag, no free text, no empty default. */
function looksLikeImage(scalar: YamlScalar): boolean {
  if (scalar.style === 'plain' && typeof scalar.value !== 'string') return false;
  if (scalar.templates.length > 0) return true;
  return scalar.text !== '' && !/\s/.test(scalar.text) && !isAddress(scalar.text);
}

/** Beside images there may stand anything else: only what has a registry, a tag or a digest is one for sure. */
const isPlainlyAnImage = (scalar: YamlScalar): boolean =>
  looksLikeImage(scalar) && /^[^/]+[.:][^/]+\/.|[\w-]:[\w][\w.-]*$|@sha256:/.test(scalar.text);

/** A URL, a path of a file, or a Git repository over SSH: none can be meant as the name of an image. */
const isAddress = (text: string): boolean =>
  text.includes('://') || /^(data:|\.{0,2}\/|[\w.-]+@[\w-]+(\.[\w-]+)+:)/.test(text);

function useOfMap(
  map: Found,
  here: string,
  imageLike: boolean,
  place: Place,
  part: PartMaker,
): ImageUse | null {
  const scalars: Partial<Record<PartName, Found<YamlScalar>>> = {};
  for (const name of ['registry', 'repository', 'image', 'tag', 'digest'] as const) {
    const scalar = asScalar(get(map, name));
    if (scalar !== null) scalars[name] = scalar;
  }
  const { registry, repository, image } = scalars;
  const main = repository ?? (registry === undefined ? undefined : image);
  if (main === undefined || main.node.text === '') return null;
  if (registry === undefined ? isAddress(main.node.text) : main.node.text.includes('://')) return null;
  if (repository !== undefined) {
    const aboutImage = imageLike || registry || scalars.tag || scalars.digest || get(map, 'pullPolicy');
    if (!aboutImage) return null;
  }
  const parts: Partial<Record<PartName, UsePart>> = {};
  const name = repository === undefined ? 'image' : 'repository';
  parts[name] = part(main);
  for (const other of ['registry', 'tag', 'digest'] as const) {
    const scalar = scalars[other];
    if (scalar !== undefined && !isNull(scalar.node)) parts[other] = part(scalar);
  }
  return makeUse(place, field(here, name), parts);
}
