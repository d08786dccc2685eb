import { goScalar, type PlainScalar } from './go-scalar.ts';
import type { YamlMap, YamlNode } from './node.ts';
import { parseDocument } from './parse.ts';

/** YAML without its looks: what is left of a document when it is read to be worked with. */
export type Plain = PlainScalar | readonly Plain[] | PlainMap;

/** Keys are own properties; build such maps with {@link plainMap}, so that no key means something to JavaScript. */
export interface PlainMap {
  readonly [key: string]: Plain;
}

/** What a text holds, or why it cannot be read. */
export type PlainDocument =
  | { readonly ok: true; readonly value: Plain }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** More nodes than any manifest has, and few enough to be held: aliases of aliases can mean any number of them. */
const MAX_NODES = 2_000_000;

/**
 * Reads the first document of a text that holds no templates any more, as Go's readers do: aliases and merge keys
 * are expanded, and scalars are what {@link goScalar} makes of them. Never throws.
 */
export function parsePlain(text: string): PlainDocument {
  const { root, problems } = parseDocument(text, { delimiters: [] });
  const [problem] = problems;
  if (problem !== undefined) return { ok: false, message: problem.message, offset: problem.span.start };
  const budget = { left: MAX_NODES };
  const value = plainOf(root, budget);
  if (budget.left < 0) return { ok: false, message: 'Its aliases stand for too much to be read.', offset: 0 };
  return { ok: true, value };
}

/** What the first document of a text holds; null for no text, and for one that cannot be read. */
export function plainIn(text: string | undefined): Plain {
  const parsed = text === undefined ? null : parsePlain(text);
  return parsed?.ok === true ? parsed.value : null;
}

/** A map of entries; of equal keys the last counts. */
export const plainMap = (entries: Iterable<readonly [string, Plain]>): PlainMap =>
  Object.fromEntries(entries);

export const isPlainMap = (value: Plain | undefined): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isPlainList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value);

/** The value at a path of keys, or undefined where there is none. */
export function plainAt(value: Plain | undefined, ...path: readonly string[]): Plain | undefined {
  let now: Plain | undefined = value;
  for (const key of path) {
    if (!isPlainMap(now) || !Object.hasOwn(now, key)) return undefined;
    now = now[key];
  }
  return now;
}

/** The text at a path; '' where there is none and for what is no text. */
export function textAt(value: Plain | undefined, ...path: readonly string[]): string {
  const found = plainAt(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** How what is behind a key is written, as far as it matters where resources are patched. */
type Look = 'blank' | 'quoted' | { readonly written: string };
const looks = new WeakMap<PlainMap, ReadonlyMap<string, Look>>();

/**
 * Whether nothing at all is written behind a key of a map as it was read, which is null as well. Kustomize tells the
 * two apart: it takes blanks out of what it patches, and leaves what says `null`.
 */
export const isBlank = (map: PlainMap, key: string): boolean => looks.get(map)?.get(key) === 'blank';

/** Whether a text is written in quotes or as a block. Kustomize keeps that of what it patches, and so the type. */
export const isQuoted = (map: PlainMap, key: string): boolean => looks.get(map)?.get(key) === 'quoted';

/** How a number or truth is written behind a key of a map as it was read: `1.10`, `yes`. */
export function writtenAt(map: PlainMap, key: string): string | undefined {
  const look = looks.get(map)?.get(key);
  return typeof look === 'object' ? look.written : undefined;
}

/** The map, with the texts behind these keys taken for quoted. */
export function withQuoted(map: PlainMap, keys: readonly string[]): PlainMap {
  if (keys.length > 0) looks.set(map, new Map(keys.map((key) => [key, 'quoted'])));
  return map;
}

function plainOf(node: YamlNode | null, budget: { left: number }): Plain {
  if (--budget.left < 0 || node === null) return null;
  switch (node.kind) {
    case 'scalar':
      return node.style === 'plain' ? goScalar(node.text) : node.text;
    case 'alias':
      return plainOf(node.target, budget);
    case 'sequence':
      return node.items.map((item) => plainOf(item, budget));
    case 'map':
      return mapOf(node, budget);
  }
}

function mapOf(node: YamlMap, budget: { left: number }): PlainMap {
  const entries: [string, Plain][] = [];
  let seen: Map<string, Look> | undefined;
  let merged: PlainMap = {};
  for (const { key, value } of node.entries) {
    if (key.style === 'plain' && key.text === '<<') {
      const source = plainOf(value, budget);
      const sources = isPlainList(source) ? source : [source];
      // What stands earlier in a list of merged maps counts more.
      for (const one of sources) if (isPlainMap(one)) merged = { ...one, ...merged };
    } else {
      const plain = plainOf(value, budget);
      entries.push([key.text, plain]);
      const look = lookOf(value, plain);
      if (look === null) continue;
      seen ??= new Map();
      seen.set(key.text, look);
    }
  }
  const own = plainMap(entries);
  const map = Object.keys(merged).length === 0 ? own : { ...merged, ...own };
  if (seen !== undefined) looks.set(map, seen);
  return map;
}

function lookOf(node: YamlNode | null, value: Plain): Look | null {
  if (node === null) return 'blank';
  const scalar = node.kind === 'alias' ? node.target : node;
  if (scalar?.kind !== 'scalar') return null;
  if (scalar.style !== 'plain') return 'quoted';
  if (value === null) return scalar === node && scalar.text === '' ? 'blank' : null;
  return typeof value === 'string' ? null : { written: scalar.text };
}
