import type { ManifestDocument } from '../manifest/node.ts';
import type { Span } from '../text/span.ts';
import { asScalar, type Found, get, itemsOf, path, textAt } from './tree.ts';

/** An option that a Config asks the customer for. Texts are as written, templates as they stand. */
export interface ConfigOptionItem {
  readonly name: string;
  /** Where the name stands, without quotes. */
  readonly nameSpan: Span;
  /** All of the item. */
  readonly span: Span;
  readonly title: string | null;
  readonly type: string | null;
  readonly help: string | null;
  readonly default: string | null;
  readonly value: string | null;
  readonly when: string | null;
  /** The title of its group, else the group's name. */
  readonly group: string | null;
  /** The options among which the customer chooses, of an item that offers some. */
  readonly choices: readonly { readonly name: string; readonly title: string | null }[];
}

const memory = new WeakMap<ManifestDocument, readonly ConfigOptionItem[]>();
const none: readonly ConfigOptionItem[] = [];

/** The options of a Config in their order, and those that they offer as a choice; none in any other document. */
export function configOptionsOf(document: ManifestDocument): readonly ConfigOptionItem[] {
  let options = memory.get(document);
  if (options === undefined) {
    options = isOfKind(document, 'Config') ? readOptions(document) : none;
    memory.set(document, options);
  }
  return options;
}

/** The options that a ConfigValues has values for, and where their names stand. */
export function valuedOptionsOf(document: ManifestDocument): readonly { name: string; nameSpan: Span }[] {
  if (!isOfKind(document, 'ConfigValues')) return [];
  const values = path(document.root, 'spec', 'values')?.node;
  return values?.kind === 'map'
    ? values.entries.map(({ key }) => ({ name: key.text, nameSpan: key.content }))
    : [];
}

const isOfKind = ({ root }: ManifestDocument, kind: string): boolean =>
  textAt(root, 'kind') === kind && (textAt(root, 'apiVersion') ?? '').startsWith('kots.io/');

function readOptions({ root }: ManifestDocument): ConfigOptionItem[] {
  const options: ConfigOptionItem[] = [];
  const add = (item: Found | null, group: string | null): void => {
    const found = asScalar(get(item, 'name'));
    const name = found?.node;
    const children = itemsOf(get(item, 'items'));
    if (item !== null && name !== undefined && name.text !== '')
      options.push({
        name: name.text,
        nameSpan: found?.via?.whole ? found.via.span : name.content,
        span: item.node.span,
        title: textAt(item, 'title'),
        type: textAt(item, 'type'),
        help: textAt(item, 'help_text'),
        default: textAt(item, 'default'),
        value: textAt(item, 'value'),
        when: textAt(item, 'when'),
        group,
        choices: children.flatMap((child) => {
          const own = textAt(child, 'name');
          return own === null || own === '' ? [] : [{ name: own, title: textAt(child, 'title') }];
        }),
      });
    for (const child of children) add(child, group);
  };
  for (const group of itemsOf(path(root, 'spec', 'groups')))
    for (const item of itemsOf(get(group, 'items')))
      add(item, textAt(group, 'title') ?? textAt(group, 'name'));
  return options;
}
