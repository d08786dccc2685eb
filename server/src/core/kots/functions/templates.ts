import type { TemplateFunction } from '../../gotemplate/value.ts';
import type { Installation, ReleaseContext, RenderAttempt, Templates } from '../../release/context.ts';
import type { TemplateFacts } from '../../release/template-facts.ts';
import { yamlBreaks } from '../inspection/breaks.ts';
import { inspectUnit } from '../inspection/inspect.ts';
import { optionNames } from '../inspection/option-names.ts';
import { scenarioOf } from '../scenario.ts';
import { catalogue } from './catalogue.ts';
import { installationFunctions } from './installation.ts';
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
  changes: Partial<Installation> = {},
): Templates {
  const scenario = scenarioOf(context, changes);
  let functions: ReadonlyMap<string, TemplateFunction> | null = null;
  const made = new Map<string, RenderAttempt>();
  const inspected = new Map<string, TemplateFacts>();
  let options: { readonly names: ReadonlySet<string> | null } | null = null;
  const known = (): ReadonlyMap<string, TemplateFunction> => {
    functions ??= installationFunctions(scenario, configs).functions;
    return functions;
  };
  const others = new Map<string, Templates>();
  const attempt = (text: string): RenderAttempt => {
    let result = made.get(text);
    if (result === undefined) {
      if (made.size >= MOST_REMEMBERED) made.clear();
      result = renderKots('image', text, known(), scenario.unknownsFail);
      made.set(text, result);
    }
    return result;
  };
  return {
    key: configs.join('\n---\n'),
    installation: scenario,
    attempt,
    render(text) {
      const { text: rendered, error, unknown } = attempt(text);
      return error !== null || unknown.length > 0 ? null : rendered;
    },
    under(other) {
      const key = keyOf(other);
      let templates = others.get(key);
      if (templates === undefined) {
        if (others.size >= MOST_INSTALLATIONS) others.clear();
        templates = templatesOf(context, configs, other);
        others.set(key, templates);
      }
      return templates;
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

/** All that templates can tell one installation from another by. */
const keyOf = (changes: Partial<Installation>): string =>
  JSON.stringify([
    changes.installer,
    changes.airgap,
    changes.unknownsFail,
    changes.localRegistry,
    changes.proxyDomain,
    changes.registryDomain,
    changes.appSlug,
    changes.installedSlug,
    changes.customer,
  ]);
