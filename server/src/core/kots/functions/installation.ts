import type { TemplateFunction } from '../../gotemplate/value.ts';
import { plainIn } from '../../manifest/plain.ts';
import type { Scenario } from '../scenario.ts';
import { configItems, type EnteredValue, enteredIn } from './config-items.ts';
import type { TemplateContext } from './context.ts';
import { kotsFunctions } from './functions.ts';
import { licenseFields } from './license.ts';
import { resolveOptions } from './options.ts';
import { versionOf } from './version.ts';

/** What templates can call in an installation. */
export interface ConfiguredFunctions {
  readonly functions: ReadonlyMap<string, TemplateFunction>;
  /** Why the app manager would refuse the version for its Config; null where it would not. */
  readonly problem: string | null;
}

/**
 * The functions of templates under a scenario, with what they give to its customer.
 * @param configs texts of the release's Configs
 */
export function installationFunctions(scenario: Scenario, configs: readonly string[]): ConfiguredFunctions {
  const { configValues, license, installation, namespace, channel, versionLabel, localRegistryPassword } =
    scenario.customer ?? {};
  const installed = plainIn(installation);
  const fields = license === undefined ? null : licenseFields(license);
  const version = versionOf(installed);
  return configuredFunctions(
    {
      appSlug: scenario.installedSlug ?? scenario.appSlug,
      namespace: namespace ?? 'default',
      installer: scenario.installer,
      airgap: scenario.airgap,
      localRegistry: scenario.localRegistry,
      localRegistryPassword: localRegistryPassword ?? null,
      proxyDomain: scenario.proxyDomain,
      registryDomain: scenario.registryDomain,
      proxyPublicImages: scenario.proxyPublicImages,
      isPrivate: scenario.isPrivate,
      license: fields,
      version: {
        ...version,
        channelName: channel ?? version.channelName ?? (fields?.get('channelName') || null),
        versionLabel: versionLabel ?? version.versionLabel,
      },
    },
    configs,
    configValues === undefined ? new Map() : enteredIn(configValues),
  );
}

/** The functions of an installation with the options of its release's Configs. */
export function configuredFunctions(
  context: Omit<TemplateContext, 'options'>,
  configs: readonly string[],
  entered: ReadonlyMap<string, EnteredValue>,
): ConfiguredFunctions {
  const items = configs.flatMap((text) => [...configItems(text)]);
  const { options, problem } = resolveOptions(items, entered, (filled) =>
    kotsFunctions({ ...context, options: filled }),
  );
  return { functions: kotsFunctions({ ...context, options }), problem };
}
