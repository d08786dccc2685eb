import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSequence } from '../manifest/node.ts';
import type { Span } from '../text/span.ts';

/** The alias that led to a node. `whole` tells whether it stands for just that node, or for a map around it. */
export interface Via {
  readonly span: Span;
  readonly whole: boolean;
}

/**
 * A node as it was come upon. What stands behind an alias can be read, but must be edited with the alias in mind.
 */
export interface Found<T extends YamlNode = YamlNode> {
  readonly node: T;
  readonly via: Via | null;
}

type Nullable = Found | YamlNode | null | undefined;

/** What lies inside a node that an alias stands for was reached by it, but is not what it stands for. */
const inside = (via: Via | null): Via | null => (via === null ? null : { span: via.span, whole: false });

/** The node itself, or what its alias stands for. */
export function resolve(given: Nullable): Found | null {
  if (given === null || given === undefined) return null;
  const found: Found = 'node' in given ? given : { node: given, via: null };
  if (found.node.kind !== 'alias') return found;
  if (found.node.target === null) return null;
  return { node: found.node.target, via: found.via ?? { span: found.node.span, whole: true } };
}

export function asMap(given: Nullable): Found<YamlMap> | null {
  const found = resolve(given);
  return found?.node.kind === 'map' ? (found as Found<YamlMap>) : null;
}

export function asSequence(given: Nullable): Found<YamlSequence> | null {
  const found = resolve(given);
  return found?.node.kind === 'sequence' ? (found as Found<YamlSequence>) : null;
}

export function asScalar(given: Nullable): Found<YamlScalar> | null {
  const found = resolve(given);
  return found?.node.kind === 'scalar' ? (found as Found<YamlScalar>) : null;
}

/** Whether a scalar is YAML's null, written `null` or `~`; quoted it is a text. */
export const isNull = (scalar: YamlScalar): boolean => scalar.style === 'plain' && scalar.value === null;

/** The value of a key. Merge keys (`<<`) count, own keys win; null where the key is missing or empty. */
export function get(given: Nullable, key: string): Found | null {
  return lookUp(given, key, 0, new Set());
}

/** How deep merge keys may nest before they are taken for a mistake. */
const mergeDepth = 16;

/** @param seen maps without the key; one may be merged in along many ways, and says the same each time */
function lookUp(given: Nullable, key: string, depth: number, seen: Set<YamlMap>): Found | null {
  const map = asMap(given);
  if (map === null || depth > mergeDepth || seen.has(map.node)) return null;
  const own = map.node.entries.find((entry) => entry.key.text === key);
  if (own !== undefined)
    return own.value === null ? null : resolve({ node: own.value, via: inside(map.via) });
  for (const entry of map.node.entries) {
    if (entry.key.text !== '<<' || entry.value === null) continue;
    for (const source of mergeSources(entry.value)) {
      const found = lookUp(
        { node: source, via: map.via ?? { span: source.span, whole: false } },
        key,
        depth + 1,
        seen,
      );
      if (found !== null) return found;
    }
  }
  seen.add(map.node);
  return null;
}

const mergeSources = (value: YamlNode): YamlNode[] =>
  value.kind === 'sequence' ? value.items.filter((item) => item !== null) : [value];

/** Follows keys from map to map. */
export function path(given: Nullable, ...keys: readonly string[]): Found | null {
  let at = resolve(given);
  for (const key of keys) {
    if (at === null) return null;
    at = get(at, key);
  }
  return at;
}

/** The decoded text of the scalar at these keys, if there is one. */
export function textAt(given: Nullable, ...keys: readonly string[]): string | null {
  return asScalar(path(given, ...keys))?.node.text ?? null;
}

export function entriesOf(given: Nullable): readonly { entry: YamlEntry; value: Found | null }[] {
  const map = asMap(given);
  if (map === null) return [];
  return map.node.entries.map((entry) => ({
    entry,
    value: entry.value === null ? null : resolve({ node: entry.value, via: inside(map.via) }),
  }));
}

export function itemsOf(given: Nullable): readonly (Found | null)[] {
  const sequence = asSequence(given);
  if (sequence === null) return [];
  return sequence.node.items.map((item) =>
    item === null ? null : resolve({ node: item, via: inside(sequence.via) }),
  );
}

/** Says whether a search may look into what it came upon. */
export type Budget = (found: Found | null) => boolean;

/**
 * Bounds a search through a whole document: a few aliases can stand for more nodes than any memory holds. What is
 * written out in the document is never left out, only what lies behind aliases once that is very much.
 */
export function aliasBudget(): Budget {
  let left = 20_000;
  return (found) => found === null || found.via === null || left-- > 0;
}

/** The steps of a field path, as `field` put them together. */
export function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|"(?:[^"\\]|\\.)*"|[^.[\]]+/g)].map(([step, index]) =>
    index !== undefined ? Number(index) : step.startsWith('"') ? JSON.parse(step) : step,
  );
}

/** A field path's next step: `spec` + `template` → `spec.template`; keys with dots or brackets are quoted. */
export function field(base: string, key: string | number): string {
  if (typeof key === 'number') return `${base}[${key}]`;
  const step = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return base === '' ? step : `${base}.${step}`;
}
