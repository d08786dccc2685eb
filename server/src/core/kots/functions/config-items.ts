import { isPlainList, isPlainMap, type Plain, parsePlain, plainAt, textAt } from '../../manifest/plain.ts';

/** An option as the release's Config has it, its templates not rendered yet. */
export interface ConfigItem {
  readonly name: string;
  /** Whether nobody can change it: marked so, or of a kind that is only shown, as headings are. */
  readonly isReadOnly: boolean;
  /** Whether it is one of another option's choices. */
  readonly isChoice: boolean;
  /** '' where there is none, as for the two below. */
  readonly value: string;
  readonly fallback: string;
  readonly filename: string;
}

/** What a customer has entered for an option, by a ConfigValues. */
export interface EnteredValue {
  readonly value: string;
  readonly fallback: string;
  readonly filename: string;
}

/** Kinds that can be changed; one that is not named is a text (isReadOnly in KOTS, pkg/template/config_context.go). */
const editable: ReadonlySet<string> = new Set([
  '',
  ...['bool', 'file', 'password', 'text', 'textarea'],
  ...['select', 'select_many', 'select_one', 'radio', 'dropdown'],
]);

/** The options of a Config's text in their order; none where it cannot be read. */
export function configItems(text: string): readonly ConfigItem[] {
  const parsed = parsePlain(text);
  if (!parsed.ok) return [];
  const found: ConfigItem[] = [];
  const add = (item: Plain, isChoice: boolean): void => {
    const name = textAt(item, 'name');
    if (name !== '')
      found.push({
        name,
        isReadOnly: plainAt(item, 'readonly') === true || !(isChoice || editable.has(textAt(item, 'type'))),
        isChoice,
        value: scalarAt(item, 'value'),
        fallback: scalarAt(item, 'default'),
        filename: scalarAt(item, 'filename'),
      });
    for (const choice of listAt(item, 'items')) add(choice, true);
  };
  for (const group of listAt(parsed.value, 'spec', 'groups'))
    for (const item of listAt(group, 'items')) add(item, false);
  return found;
}

/** What a customer has entered, by the text of a ConfigValues. */
export function enteredIn(text: string): ReadonlyMap<string, EnteredValue> {
  const parsed = parsePlain(text);
  const values = parsed.ok ? plainAt(parsed.value, 'spec', 'values') : undefined;
  return new Map(
    Object.entries(isPlainMap(values) ? values : {}).map(([name, entry]) => [
      name,
      {
        value: scalarAt(entry, 'value') || scalarAt(entry, 'valuePlaintext'),
        fallback: scalarAt(entry, 'default'),
        filename: scalarAt(entry, 'filename'),
      },
    ]),
  );
}

function listAt(value: Plain | undefined, ...path: readonly string[]): readonly Plain[] {
  const found = plainAt(value, ...path);
  return isPlainList(found) ? found : [];
}

/** A scalar as the app manager keeps it: a truth as 1 or 0 (BoolOrString in kotskinds, multitype). */
function scalarAt(value: Plain | undefined, key: string): string {
  const found = plainAt(value, key);
  if (found === undefined || found === null || isPlainList(found) || isPlainMap(found)) return '';
  return typeof found === 'boolean' ? (found ? '1' : '0') : String(found);
}
