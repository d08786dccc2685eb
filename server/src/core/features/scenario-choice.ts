import type { LocalRegistry, Scenario } from '../kots/scenario.ts';
import { type Installer, installers } from '../release/config.ts';
import { baseName } from '../release/role.ts';
import type { Customer } from './layers.ts';

/**
 * How a customer installs, as somebody says it: by the flags of `waybill preview` or in an editor. What is left out is
 * as the release and the defaults have it.
 */
export interface ScenarioChoice {
  readonly installer?: Installer;
  readonly airgap?: boolean;
  /** Whether conditions that only a customer can decide are shown as if they failed: the other branches. */
  readonly unknownsFail?: boolean;
  /** Host, with port: `registry.corp:5000`. */
  readonly localRegistry?: string;
  readonly localRegistryNamespace?: string;
  readonly localRegistryUsername?: string;
  readonly appSlug?: string;
  readonly proxyDomain?: string;
  readonly registryDomain?: string;
  readonly channel?: string;
  readonly versionLabel?: string;
  readonly namespace?: string;
  readonly downstream?: string;
  /** Files of the customer's: a ConfigValues, a License, an Installation. */
  readonly config?: string;
  readonly license?: string;
  readonly installation?: string;
}

/** Every field of a choice and what it takes. A flag of the command line is its name in kebab case. */
export const scenarioFields: Readonly<
  Record<keyof ScenarioChoice, 'installer' | 'switch' | 'text' | 'file'>
> = {
  installer: 'installer',
  airgap: 'switch',
  unknownsFail: 'switch',
  localRegistry: 'text',
  localRegistryNamespace: 'text',
  localRegistryUsername: 'text',
  appSlug: 'text',
  proxyDomain: 'text',
  registryDomain: 'text',
  channel: 'text',
  versionLabel: 'text',
  namespace: 'text',
  downstream: 'text',
  config: 'file',
  license: 'file',
  installation: 'file',
};

/** The fields that name a customer's file. */
export const customerFiles = ['config', 'license', 'installation'] as const;
export type CustomerFile = (typeof customerFiles)[number];

/**
 * Takes a choice from what somebody said, field by field. Empty texts and switches that are off say nothing; what
 * makes no sense is left out and among the problems, in words for people.
 * @param shown how the field is called where it was said
 */
export function readScenario(
  said: Readonly<Record<string, unknown>>,
  shown: (field: string) => string = (field) => field,
): { readonly choice: ScenarioChoice; readonly problems: readonly string[] } {
  const choice: Partial<Record<keyof ScenarioChoice, string | boolean>> = {};
  const problems: string[] = [];
  for (const [field, takes] of Object.entries(scenarioFields) as [keyof ScenarioChoice, string][]) {
    const value = said[field];
    if (value === undefined || value === null || value === '' || value === false) continue;
    if (takes === 'switch') {
      if (value === true) choice[field] = true;
      else problems.push(`${shown(field)} is true or false.`);
    } else if (typeof value !== 'string') problems.push(`${shown(field)} is a text.`);
    else if (takes === 'installer' && !installers.some((name) => name === value))
      problems.push(`${shown(field)} is one of ${installers.join(', ')}, not "${value}".`);
    else choice[field] = value;
  }
  if (choice.localRegistry === undefined)
    for (const field of ['localRegistryNamespace', 'localRegistryUsername'] as const) {
      if (choice[field] === undefined) continue;
      delete choice[field];
      problems.push(`${shown(field)} needs ${shown('localRegistry')}.`);
    }
  return { choice: choice as ScenarioChoice, problems };
}

/** What the choice changes in a release's default scenario. */
export function changesOf(choice: ScenarioChoice): Partial<Scenario> {
  const { installer, airgap, unknownsFail, appSlug, proxyDomain, registryDomain } = choice;
  const localRegistry = localRegistryOf(choice);
  return {
    ...(installer === undefined ? {} : { installer }),
    ...(airgap === undefined ? {} : { airgap }),
    ...(unknownsFail === undefined ? {} : { unknownsFail }),
    ...(localRegistry === null ? {} : { localRegistry }),
    ...(appSlug === undefined ? {} : { appSlug }),
    ...(proxyDomain === undefined ? {} : { proxyDomain }),
    ...(registryDomain === undefined ? {} : { registryDomain }),
  };
}

function localRegistryOf(choice: ScenarioChoice): LocalRegistry | null {
  const { localRegistry: host, localRegistryNamespace, localRegistryUsername } = choice;
  return host === undefined
    ? null
    : { host, namespace: localRegistryNamespace ?? '', username: localRegistryUsername ?? null };
}

/** The customer that the choice speaks of. @param texts of the files that it names, as far as they can be read */
export function customerOf(
  { namespace, downstream, channel, versionLabel }: ScenarioChoice,
  texts: Readonly<Partial<Record<CustomerFile, string>>>,
): Customer {
  const { config, license, installation } = texts;
  return {
    ...(config === undefined ? {} : { configValues: config }),
    ...(license === undefined ? {} : { license }),
    ...(installation === undefined ? {} : { installation }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(downstream === undefined ? {} : { downstream }),
    ...(channel === undefined ? {} : { channel }),
    ...(versionLabel === undefined ? {} : { versionLabel }),
  };
}

const installerNames: Readonly<Record<Installer, string>> = {
  kots: 'KOTS',
  'embedded-cluster-2': 'Embedded Cluster 2',
  'embedded-cluster-3': 'Embedded Cluster 3',
  helm: 'Helm',
};

/** A scenario in a few words, the important ones first: `KOTS · air gap · registry.corp/team`. */
export function scenarioWords({ installer, airgap, unknownsFail }: Scenario, choice: ScenarioChoice): string {
  const { localRegistry, localRegistryNamespace, proxyDomain, registryDomain } = choice;
  const files = customerFiles.map((field) => choice[field]).map((path) => path && baseName(path));
  return [
    installerNames[installer],
    airgap ? 'air gap' : 'online',
    localRegistry && [localRegistry, localRegistryNamespace].filter(Boolean).join('/'),
    choice.channel,
    choice.versionLabel,
    proxyDomain,
    registryDomain,
    ...files,
    unknownsFail && 'unknown conditions fail',
  ]
    .filter(Boolean)
    .join(' · ');
}
