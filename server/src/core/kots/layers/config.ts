import {
  isPlainList,
  isPlainMap,
  type Plain,
  type PlainMap,
  plainAt,
  plainMap,
  textAt,
} from '../../manifest/plain.ts';

/** What a customer has entered, by option: the values of a ConfigValues. */
export type EnteredValues = Readonly<Record<string, Plain>>;

/** The values of a ConfigValues, or null where there is none. */
export function enteredValues(configValues: Plain | null): EnteredValues | null {
  if (configValues === null) return null;
  const values = plainAt(configValues, 'spec', 'values');
  return isPlainMap(values) ? values : {};
}

/**
 * A rendered Config as the app manager keeps it: every option with its value and default as texts, the value being
 * what the customer entered.
 */
export function configWithValues(config: Plain, entered: EnteredValues): Plain {
  if (!isPlainMap(config)) return config;
  const groups = plainAt(config, 'spec', 'groups');
  if (!isPlainList(groups)) return { ...config, status: {} };
  const spec = plainAt(config, 'spec') as PlainMap;
  return {
    ...config,
    spec: { ...spec, groups: groups.map((group) => withItems(group, (item) => withValue(item, entered))) },
    status: {},
  };
}

/**
 * The ConfigValues that the app manager writes beside a version: an entry for every option of the rendered Config,
 * and what was entered for options that it does not know.
 */
export function configValuesOf(config: Plain, entered: EnteredValues, name: string): Plain {
  const values = new Map<string, Plain>(Object.entries(entered));
  const groups = plainAt(config, 'spec', 'groups');
  for (const group of isPlainList(groups) ? groups : [])
    for (const item of itemsOf(group))
      for (const option of [item, ...itemsOf(item)]) {
        const own = textAt(option, 'name');
        if (own === '' || (option === item && itemsOf(item).length > 0 && isHeading(item))) continue;
        values.set(own, entryOf(option, values.get(own)));
      }
  return {
    apiVersion: 'kots.io/v1beta1',
    kind: 'ConfigValues',
    metadata: { name },
    spec: { values: plainMap(values) },
    status: {},
  };
}

const isHeading = (item: Plain): boolean => ['heading', 'label'].includes(textAt(item, 'type'));

function entryOf(option: Plain, before: Plain | undefined): Plain {
  const value = scalarText(plainAt(before, 'value')) || scalarText(plainAt(option, 'value'));
  const fallback = scalarText(plainAt(option, 'default'));
  const kept = isPlainMap(before) ? before : {};
  const { value: _, default: __, ...rest } = kept;
  return { ...rest, ...(value === '' ? {} : { value }), ...(fallback === '' ? {} : { default: fallback }) };
}

function withValue(item: Plain, entered: EnteredValues): Plain {
  if (!isPlainMap(item)) return item;
  const name = textAt(item, 'name');
  const own = Object.hasOwn(entered, name) ? plainAt(entered[name], 'value') : undefined;
  const texts = {
    value: boolOrText(own ?? plainAt(item, 'value')),
    default: boolOrText(plainAt(item, 'default')),
  };
  const items = plainAt(item, 'items');
  return {
    ...item,
    ...texts,
    ...(isPlainList(items) ? { items: items.map((child) => withValue(child, entered)) } : {}),
  };
}

const withItems = (group: Plain, change: (item: Plain) => Plain): Plain =>
  isPlainMap(group) && isPlainList(group.items) ? { ...group, items: group.items.map(change) } : group;

function itemsOf(value: Plain): readonly Plain[] {
  const items = plainAt(value, 'items');
  return isPlainList(items) ? items : [];
}

const boolOrText = (value: Plain | undefined): Plain =>
  typeof value === 'boolean' ? value : scalarText(value);

const scalarText = (value: Plain | undefined): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);
