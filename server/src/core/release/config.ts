import { rewriteProblem } from '../image/private-path.ts';
import type { ManifestDocument, YamlNode, YamlScalar } from '../manifest/node.ts';
import type { Span } from '../text/span.ts';
import { asMap, asScalar, asSequence, entriesOf, type Found, itemsOf } from './tree.ts';

export const installers = ['kots', 'embedded-cluster-2', 'embedded-cluster-3', 'helm'] as const;
export type Installer = (typeof installers)[number];

/** How a rule's problems are shown, or that they are not. */
export const severities = ['error', 'warning', 'info', 'hint'] as const;
export type Severity = (typeof severities)[number];

export const vulnerabilityThresholds = ['critical', 'high', 'medium', 'low'] as const;
export type VulnerabilityThreshold = (typeof vulnerabilityThresholds)[number];

/** A registry of the vendor's that the proxy can pull from. */
export interface RegistryConfig {
  /** Host as in references, lower case. */
  readonly endpoint: string;
  /** Private path of a public image there; `{name}`, `{path}` and `{host}` are filled in. */
  readonly rewrite: string;
  readonly span: Span;
}

/** What `.waybill.yaml` says. Everything is optional there; what is missing or wrong is left at its default here. */
export interface WaybillConfig {
  readonly app: string | null;
  readonly channel: string | null;
  /** Channels that a release is promoted to only when their name is typed. */
  readonly protectedChannels: readonly string[];
  readonly proxyDomain: string | null;
  readonly registryDomain: string | null;
  readonly installers: readonly Installer[];
  readonly platforms: readonly string[];
  /** From which severity on a scan's findings are a problem. */
  readonly vulnerabilityThreshold: VulnerabilityThreshold;
  readonly registries: readonly RegistryConfig[];
  readonly rewrites: readonly { readonly from: string; readonly to: string }[];
  readonly keepPublic: readonly string[];
  readonly builtByUs: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  readonly ignore: readonly string[];
}

export const noConfig: WaybillConfig = {
  app: null,
  channel: null,
  protectedChannels: [],
  proxyDomain: null,
  registryDomain: null,
  installers: [],
  platforms: [],
  vulnerabilityThreshold: 'high',
  registries: [],
  rewrites: [],
  keepPublic: [],
  builtByUs: [],
  variables: {},
  rules: {},
  ignore: [],
};

/** Something in `.waybill.yaml` that Waybill does not understand and therefore does not use. */
export interface ConfigProblem {
  readonly span: Span;
  readonly message: string;
}

/**
 * Reads a `.waybill.yaml`. Never fails: what is wrong is left out and named.
 * @param ruleNames the rules that can be configured
 */
export function readConfig(
  document: ManifestDocument,
  ruleNames: readonly string[],
): { config: WaybillConfig; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const report = (at: YamlNode | Found | null, message: string, fallback: Span) => {
    const found = at !== null && 'node' in at ? at : at === null ? null : { node: at, via: null };
    const node = found?.node;
    problems.push({
      span: found?.via?.span ?? (node?.kind === 'scalar' ? node.content : (node?.span ?? fallback)),
      message,
    });
  };

  // What follows from a slip of the pen says nothing new.
  const [broken] = document.problems;
  if (broken !== undefined) problems.push({ span: broken.span, message: broken.message });
  if (document.root === null) return { config: noConfig, problems };
  const root = asMap(document.root);
  if (root === null) {
    report(document.root, 'A .waybill.yaml is a map of settings, such as "app: my-app".', document.root.span);
    return { config: noConfig, problems };
  }

  const text = (value: Found | null, key: YamlScalar, what: string): string | null => {
    const scalar = asScalar(value);
    if (scalar !== null && scalar.node.text !== '' && scalar.node.value !== null) return scalar.node.text;
    report(value, `"${key.text}" wants ${what}.`, key.content);
    return null;
  };
  const list = <T>(
    value: Found | null,
    key: YamlScalar,
    what: string,
    read: (item: Found) => T | null,
  ): T[] => {
    if (asSequence(value) === null) {
      report(value, `"${key.text}" wants a list of ${what}.`, key.content);
      return [];
    }
    return itemsOf(value).flatMap((item) => {
      const result = item === null ? null : read(item);
      return result === null ? [] : [result];
    });
  };
  const texts = (value: Found | null, key: YamlScalar, what: string): string[] =>
    list(value, key, what, (item) => {
      const scalar = asScalar(item);
      if (scalar !== null && scalar.node.text !== '' && scalar.node.value !== null) return scalar.node.text;
      report(item, `Each entry of "${key.text}" is one of ${what}, as text.`, key.content);
      return null;
    });
  /** The known keys of a map in a list; unknown ones are reported. */
  const fields = (item: Found, key: YamlScalar, known: readonly string[]): Map<string, string> => {
    const read = new Map<string, string>();
    if (asMap(item) === null)
      report(item, `Each entry of "${key.text}" is a map with ${known.join(' and ')}.`, key.content);
    for (const { entry, value } of entriesOf(item)) {
      if (!known.includes(entry.key.text)) {
        report(
          entry.key,
          `"${entry.key.text}" is not known in "${key.text}"; it has ${known.join(' and ')}.`,
          key.content,
        );
        continue;
      }
      const said = text(value, entry.key, 'text');
      if (said !== null) read.set(entry.key.text, said);
    }
    return read;
  };

  const config: { -readonly [K in keyof WaybillConfig]: WaybillConfig[K] } = { ...noConfig };
  for (const { entry, value } of entriesOf(root)) {
    const key = entry.key;
    switch (key.text) {
      case 'app':
        config.app = text(value, key, "the app's slug");
        break;
      case 'channel':
        config.channel = text(value, key, "a channel's name");
        break;
      case 'protectedChannels':
        config.protectedChannels = texts(value, key, 'names of channels, such as Stable');
        break;
      case 'proxyDomain':
      case 'registryDomain':
        config[key.text] = host(text(value, key, 'a host name, such as images.example.com'));
        break;
      case 'installers':
        config.installers = list(value, key, installers.join(', '), (item) => {
          const said = asScalar(item)?.node.text;
          const installer = installers.find((name) => name === said);
          if (installer === undefined)
            report(item, `An installer is one of ${installers.join(', ')}.`, key.content);
          return installer ?? null;
        });
        break;
      case 'platforms':
        config.platforms = list(value, key, 'platforms such as linux/amd64', (item) => {
          const said = asScalar(item)?.node.text ?? '';
          if (/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(said)) return said;
          report(item, 'A platform is written as system/architecture, such as linux/amd64.', key.content);
          return null;
        });
        break;
      case 'vulnerabilityThreshold': {
        const said = asScalar(value)?.node.text;
        const threshold = vulnerabilityThresholds.find((name) => name === said);
        if (threshold !== undefined) config.vulnerabilityThreshold = threshold;
        else report(value, `"${key.text}" is one of ${vulnerabilityThresholds.join(', ')}.`, key.content);
        break;
      }
      case 'registries':
        config.registries = list(value, key, 'registries, each with an endpoint', (item) => {
          const said = fields(item, key, ['endpoint', 'rewrite']);
          const endpoint = host(said.get('endpoint') ?? null);
          if (endpoint === null) {
            if (asMap(item) !== null)
              report(
                item,
                'A registry needs an endpoint, such as 123456789012.dkr.ecr.us-east-1.amazonaws.com.',
                key.content,
              );
            return null;
          }
          const rewrite = said.get('rewrite') ?? '{name}';
          const wrong = rewriteProblem(rewrite, endpoint);
          if (wrong !== null) {
            report(item, wrong, key.content);
            return null;
          }
          return { endpoint, rewrite, span: item.via?.span ?? item.node.span };
        });
        break;
      case 'rewrites':
        config.rewrites = list(value, key, 'rewrites, each with from and to', (item) => {
          const said = fields(item, key, ['from', 'to']);
          const from = said.get('from');
          const to = said.get('to');
          if (from !== undefined && to !== undefined) {
            const wrong = rewriteProblem(to, null);
            if (wrong !== null) report(item, wrong, key.content);
            return wrong === null ? { from, to } : null;
          }
          if (asMap(item) !== null) report(item, 'A rewrite needs both from and to.', key.content);
          return null;
        });
        break;
      case 'keepPublic':
      case 'builtByUs':
        config[key.text] = texts(value, key, 'image patterns such as quay.io/acme/**');
        break;
      case 'ignore':
        config.ignore = texts(value, key, 'path patterns such as charts/vendored/**');
        break;
      case 'variables': {
        if (asMap(value) === null) {
          report(value, '"variables" wants a map of names and values, such as TAG: "1.2.3".', key.content);
          break;
        }
        const variables: Record<string, string> = {};
        for (const { entry: variable, value: said } of entriesOf(value)) {
          const scalar = asScalar(said);
          if (scalar === null || scalar.node.value === null)
            report(said, `The variable "${variable.key.text}" wants a text.`, variable.key.content);
          else variables[variable.key.text] = scalar.node.text;
        }
        config.variables = variables;
        break;
      }
      case 'rules': {
        if (asMap(value) === null) {
          report(
            value,
            '"rules" wants a map of rule names and severities, such as latest-tag: off.',
            key.content,
          );
          break;
        }
        const rules: Record<string, Severity | 'off'> = {};
        for (const { entry: rule, value: said } of entriesOf(value)) {
          const name = rule.key.text;
          const severity = readSeverity(asScalar(said)?.node ?? null);
          if (!ruleNames.includes(name)) report(rule.key, `There is no rule "${name}".`, key.content);
          else if (severity === null)
            report(
              said,
              `A rule is set to off, ${severities.slice().reverse().join(', ')}.`,
              rule.key.content,
            );
          else rules[name] = severity;
        }
        config.rules = rules;
        break;
      }
      default:
        report(key, `"${key.text}" is no setting of .waybill.yaml.`, key.content);
    }
  }
  return { config, problems };
}

const host = (said: string | null): string | null =>
  said === null
    ? null
    : said
        .toLowerCase()
        .replace(/^https?:\/\//, '')
        .replace(/\/+$/, '');

function readSeverity(scalar: YamlScalar | null): Severity | 'off' | null {
  if (scalar === null) return null;
  if (scalar.text === 'off' || scalar.value === false) return 'off';
  return severities.find((name) => name === scalar.text) ?? null;
}
