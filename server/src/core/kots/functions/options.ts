import { partlyKnown, type TemplateFunction, unknown, type Value } from '../../gotemplate/value.ts';
import type { ConfigItem, EnteredValue } from './config-items.ts';
import type { ConfigOption } from './context.ts';
import { renderOrder } from './dependencies.ts';
import { hasTemplates } from './passes.ts';
import { placeholderOf } from './placeholder.ts';
import { renderKots } from './render.ts';

export interface ResolvedOptions {
  readonly options: ReadonlyMap<string, ConfigOption>;
  /** Why the app manager would refuse the version, in its words; null where it would not. */
  readonly problem: string | null;
}

/**
 * What each option is for templates (newConfigContext in KOTS, pkg/template/config_context.go): what the customer
 * entered, else the release's value, else its default, both rendered behind the options that they ask about. What
 * nobody can change is always the release's. The choices of an option come last, as the admin console keeps them.
 *
 * An option that has neither is empty only where the customer left it so or cannot enter it; else it is unknown.
 *
 * @param functionsOf functions that read these options while they are being filled in
 */
export function resolveOptions(
  items: readonly ConfigItem[],
  entered: ReadonlyMap<string, EnteredValue>,
  functionsOf: (options: ReadonlyMap<string, ConfigOption>) => ReadonlyMap<string, TemplateFunction>,
): ResolvedOptions {
  const options = new Map<string, ConfigOption>();
  for (const [name, { value, fallback, filename }] of entered)
    options.set(name, { value: value || fallback, filename });
  let functions: ReadonlyMap<string, TemplateFunction> | null = null;
  const render = (name: string, text: string): Value => {
    if (!hasTemplates(text)) return text;
    functions ??= functionsOf(options);
    return rendered(name, text, functions);
  };
  const last = new Map(items.map((item) => [item.name, item]));
  const order = renderOrder([...last.values()].filter(({ isChoice }) => !isChoice));
  const choices = [...last.values()].filter(({ isChoice }) => isChoice);
  for (const item of [...order.items, ...choices])
    options.set(
      item.name,
      optionOf(item, entered.get(item.name), (text) => render(item.name, text)),
    );
  for (const { name } of last.values()) if (!options.has(name)) options.set(name, unknownOption(name, ''));
  return { options, problem: order.ok ? null : order.problem };
}

function optionOf(
  { name, isReadOnly, value, fallback, filename }: ConfigItem,
  entered: EnteredValue | undefined,
  render: (text: string) => Value,
): ConfigOption {
  const isEntered = entered !== undefined && !isReadOnly;
  const own = isEntered ? entered.value : render(value);
  const isSettled = isEntered || isReadOnly || value !== '' || fallback !== '';
  if (!isSettled) return unknownOption(name, render(filename));
  return {
    value: own === '' ? render(fallback) : own,
    filename: isEntered ? entered.filename : render(filename),
  };
}

const unknownOption = (name: string, filename: Value): ConfigOption => ({
  value: unknown(labelOf(name)),
  filename: filename === '' ? unknown(`ConfigOptionFilename ${JSON.stringify(name)}`) : filename,
});

const labelOf = (name: string): string => `ConfigOption ${JSON.stringify(name)}`;

/** A text that cannot be rendered counts as none. */
function rendered(name: string, text: string, functions: ReadonlyMap<string, TemplateFunction>): Value {
  const { error, text: made, unknown: labels } = renderKots(name, text, functions);
  if (error !== null) return '';
  const [label] = labels;
  if (label === undefined) return made;
  // Where an unknown chose a branch, what was written is only one of the possible texts.
  const isShown = labels.every((one) => made.includes(placeholderOf(one)));
  if (!isShown || made === placeholderOf(label)) return unknown(labelOf(name));
  return partlyKnown(labels.length === 1 ? label : labelOf(name), made);
}
