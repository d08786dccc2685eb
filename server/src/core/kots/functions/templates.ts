import type { TemplateFunction } from '../../gotemplate/value.ts';
import { isPlainList, isPlainMap, type Plain, parsePlain, plainAt, textAt } from '../../manifest/plain.ts';
import type { Installation, ReleaseContext, RenderAttempt, Templates } from '../../release/context.ts';
import type { TemplateFacts } from '../../release/template-facts.ts';
import { yamlBreaks } from '../inspection/breaks.ts';
import { inspectUnit } from '../inspection/inspect.ts';
import { optionNames } from '../inspection/option-names.ts';
import { catalogue } from './catalogue.ts';
import type { ConfigOption } from './context.ts';
import { kotsFunctions } from './functions.ts';
import { renderKots } from './render.ts';

/** A release names the same templates again and again; what is typed meanwhile must not pile up. */
const MOST_REMEMBERED = 5000;

/**
 * Templates as they come out with the default installation: online, no local registry, the Config's defaults. Nothing
 * is made of them before the first one is rendered, because a context is compared at each key and mostly thrown away.
 */
export function templatesOf(
  context: Omit<ReleaseContext, 'templates'>,
  configs: readonly string[],
  installation: Installation = {
    installer: context.installers[0] ?? 'kots',
    airgap: false,
    localRegistry: null,
  },
): Templates {
  let functions: ReadonlyMap<string, TemplateFunction> | null = null;
  const made = new Map<string, RenderAttempt>();
  const inspected = new Map<string, TemplateFacts>();
  let options: { readonly names: ReadonlySet<string> | null } | null = null;
  const known = (): ReadonlyMap<string, TemplateFunction> => {
    functions ??= functionsFor(context, configs, installation);
    return functions;
  };
  const attempt = (text: string): RenderAttempt => {
    let result = made.get(text);
    if (result === undefined) {
      if (made.size >= MOST_REMEMBERED) made.clear();
      result = renderKots('image', text, known());
      made.set(text, result);
    }
    return result;
  };
  return {
    key: configs.join('\n---\n'),
    installation,
    attempt,
    render(text) {
      const { text: rendered, error, unknown } = attempt(text);
      return error !== null || unknown.length > 0 ? null : rendered;
    },
    under: (other) => templatesOf(context, configs, other),
    inspect: (unit) => inspectUnit(unit, inspected),
    breaks: (unit, raw) => yamlBreaks(unit, raw, { functions: known, attempt }),
    functions: catalogue,
    optionNames() {
      options ??= { names: optionNames(configs) };
      return options.names;
    },
  };
}

function functionsFor(
  { app, proxyDomain, registryDomain }: Omit<ReleaseContext, 'templates'>,
  configs: readonly string[],
  { installer, airgap, localRegistry }: Installation,
): ReadonlyMap<string, TemplateFunction> {
  return kotsFunctions({
    appSlug: app,
    namespace: 'default',
    installer,
    airgap,
    localRegistry,
    proxyDomain,
    registryDomain,
    options: new Map(configs.flatMap((text) => [...optionsIn(text)])),
    license: null,
    licenseDockerConfig: null,
    channel: null,
    version: null,
  });
}

/** The fields of a licence that templates ask for, its entitlements among them; null for a text that is none. */
export function licenseFields(text: string): ReadonlyMap<string, string> | null {
  const parsed = parsePlain(text);
  const spec = parsed.ok ? plainAt(parsed.value, 'spec') : undefined;
  if (!isPlainMap(spec)) return null;
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(spec)) {
    const own = value === null || isPlainList(value) || isPlainMap(value) ? null : String(value);
    if (own !== null) fields.set(name, own);
  }
  // The one field that templates may spell in two ways.
  const id = fields.get('licenseID');
  if (id !== undefined) fields.set('licenseId', id);
  const entitlements = plainAt(spec, 'entitlements');
  for (const [name, value] of Object.entries(isPlainMap(entitlements) ? entitlements : {}))
    fields.set(name, plainText(plainAt(value, 'value')));
  return fields;
}

/** What a customer has entered, by the ConfigValues; each goes before the release's default. */
export function enteredIn(text: string): ReadonlyMap<string, ConfigOption> {
  const parsed = parsePlain(text);
  const values = parsed.ok ? plainAt(parsed.value, 'spec', 'values') : undefined;
  return new Map(
    Object.entries(isPlainMap(values) ? values : {}).flatMap(([name, entry]) => {
      const value = scalar(plainAt(entry, 'value')) ?? scalar(plainAt(entry, 'default'));
      return value === null ? [] : [[name, { value, filename: scalar(plainAt(entry, 'filename')) }] as const];
    }),
  );
}

/** The options of a Config with their defaults, those that are themselves templates left to the customer. */
export function optionsIn(text: string): ReadonlyMap<string, ConfigOption> {
  const parsed = parsePlain(text);
  const found = new Map<string, ConfigOption>();
  if (!parsed.ok) return found;
  const add = (item: Plain): void => {
    const name = textAt(item, 'name');
    const value = scalar(plainAt(item, 'value')) ?? scalar(plainAt(item, 'default'));
    if (name !== '') found.set(name, { value, filename: null });
    for (const child of listAt(item, 'items')) add(child);
  };
  for (const group of listAt(parsed.value, 'spec', 'groups'))
    for (const item of listAt(group, 'items')) add(item);
  return found;
}

function listAt(value: Plain | undefined, ...path: readonly string[]): readonly Plain[] {
  const found = plainAt(value, ...path);
  return isPlainList(found) ? found : [];
}

const plainText = (value: Plain | undefined): string =>
  value === undefined || value === null || isPlainList(value) || isPlainMap(value) ? '' : String(value);

function scalar(value: Plain | undefined): string | null {
  if (value === undefined || value === null || isPlainList(value) || isPlainMap(value)) return null;
  // The app manager keeps a checkbox as a text.
  const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  return text === '' || /repl\s*\{\{|\{\{\s*repl/.test(text) ? null : text;
}
