import { maskTemplates } from '../../manifest/mask.ts';
import type { ManifestDocument } from '../../manifest/node.ts';
import { parseDocument } from '../../manifest/parse.ts';
import { asMap, asScalar, asSequence, type Found, get, itemsOf, path, textAt } from '../../release/tree.ts';

/**
 * The names that templates may ask options by: of every item of every Config, its child items, and the copies of
 * items that can be repeated. Null where there is no Config, or where a template may write more items into one.
 * @param configs texts of documents whose kind is Config
 */
export function optionNames(configs: readonly string[]): ReadonlySet<string> | null {
  const names = new Set<string>();
  let found = false;
  for (const text of configs) {
    const document = parseDocument(text);
    const root = document.root === null ? null : { node: document.root, via: null };
    if (root === null || !textAt(root, 'apiVersion')?.startsWith('kots.io/')) continue;
    if (!isWhole(document)) return null;
    found = true;
    for (const group of itemsOf(path(root, 'spec', 'groups')))
      for (const item of itemsOf(get(group, 'items'))) if (!addItem(item, names)) return null;
  }
  return found ? names : null;
}

/** Whether what stands in a document is all that it will be: no template in it writes lines or takes some away. */
const isWhole = ({ problems, templates, text }: ManifestDocument): boolean =>
  problems.length === 0 &&
  templates.every(({ keyword }) => keyword === null || keyword === 'comment') &&
  maskTemplates(text, templates).templates.every(({ place }) => place !== 'own-line');

/** Gives whether all names are known. */
function addItem(item: Found | null, names: Set<string>): boolean {
  const name = asScalar(get(item, 'name'))?.node;
  if (name !== undefined) {
    if (name.templates.length > 0 || name.text.includes('[[')) return false;
    names.add(name.text);
  }
  // The copies that the release itself makes; a customer's have names that nobody can know.
  const groups = asMap(get(item, 'valuesByGroup'))?.node;
  for (const { value } of groups?.entries ?? [])
    for (const { key } of asMap(value)?.node.entries ?? []) names.add(key.text);
  return itemsIn(item).every((child) => addItem(child, names));
}

const itemsIn = (item: Found | null): (Found | null)[] =>
  asSequence(get(item, 'items')) === null ? [] : [...itemsOf(get(item, 'items'))];
