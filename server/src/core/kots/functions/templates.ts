import type { TemplateFunction } from '../../gotemplate/value.ts';
import type { Installation, ReleaseContext, RenderAttempt, Templates } from '../../release/context.ts';
import type { TemplateFacts } from '../../release/template-facts.ts';
import { yamlBreaks } from '../inspection/breaks.ts';
import { inspectUnit } from '../inspection/inspect.ts';
import { optionNames } from '../inspection/option-names.ts';
import { assumedPrivacy } from '../scenario.ts';
import { catalogue } from './catalogue.ts';
import { configItems, type EnteredValue } from './config-items.ts';
import { type TemplateContext, unknownVersion } from './context.ts';
import { kotsFunctions } from './functions.ts';
import { resolveOptions } from './options.ts';
import { renderKots } from './render.ts';

/** A release names the same templates again and again; what is typed meanwhile must not pile up. */
const MOST_REMEMBERED = 5000;

/** Somebody tries a few, one after the other. */
const MOST_INSTALLATIONS = 8;

/**
 * Templates as they come out with an installation; by default online, with no local registry and the Config's defaults.
 * Nothing is made of them before the first one is rendered, because a context is compared at each key and mostly thrown
 * away.
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
  const others = new Map<string, Templates>();
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
    under({ installer, airgap, localRegistry }) {
      const key = JSON.stringify([installer, airgap, localRegistry]);
      let made = others.get(key);
      if (made === undefined) {
        if (others.size >= MOST_INSTALLATIONS) others.clear();
        made = templatesOf(context, configs, { installer, airgap, localRegistry });
        others.set(key, made);
      }
      return made;
    },
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
  { app, proxyDomain, registryDomain, proxyPublicImages }: Omit<ReleaseContext, 'templates'>,
  configs: readonly string[],
  { installer, airgap, localRegistry }: Installation,
): ReadonlyMap<string, TemplateFunction> {
  const context = {
    appSlug: app,
    namespace: 'default',
    installer,
    airgap,
    localRegistry,
    localRegistryPassword: null,
    proxyDomain,
    registryDomain,
    proxyPublicImages,
    isPrivate: (image: string) => assumedPrivacy(image, { proxyDomain, registryDomain }),
    license: null,
    version: unknownVersion,
  };
  return configuredFunctions(context, configs, new Map()).functions;
}

/**
 * The functions of an installation with the options of its release's Configs.
 * @returns also why the app manager would refuse the version for its Config; null where it would not
 */
export function configuredFunctions(
  context: Omit<TemplateContext, 'options'>,
  configs: readonly string[],
  entered: ReadonlyMap<string, EnteredValue>,
): { readonly functions: ReadonlyMap<string, TemplateFunction>; readonly problem: string | null } {
  const items = configs.flatMap((text) => [...configItems(text)]);
  const { options, problem } = resolveOptions(items, entered, (filled) =>
    kotsFunctions({ ...context, options: filled }),
  );
  return { functions: kotsFunctions({ ...context, options }), problem };
}
