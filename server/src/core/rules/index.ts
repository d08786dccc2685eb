import { containerWithoutImage } from './container-without-image.ts';
import { digestNotFound } from './digest-not-found.ts';
import { dockerHubAlias } from './docker-hub-alias-not-rewritten.ts';
import { doubleProxy } from './double-proxy.ts';
import { functionNotInInstaller } from './function-not-in-installer.ts';
import { invalidConfig } from './invalid-config.ts';
import { invalidReference } from './invalid-reference.ts';
import { latestTag } from './latest-tag.ts';
import { linkedForAnotherApp } from './linked-for-another-app.ts';
import { malformedHost } from './malformed-ecr-host.ts';
import { platformMissing } from './platform-missing.ts';
import { privateImageInV1beta2Chart } from './private-image-in-v1beta2-chart.ts';
import { proxyWrongApp } from './proxy-wrong-app.ts';
import { publicImage } from './public-image.ts';
import { registryNotLinked } from './registry-not-linked.ts';
import { repositoryNotFound } from './repository-not-found.ts';
import type { DocumentRule, Rule, WorldRule } from './rule.ts';
import { tagNotFound } from './tag-not-found.ts';
import { templateBreaksYaml } from './template-breaks-yaml.ts';
import { templateSyntax } from './template-syntax.ts';
import { unknownConfigOption } from './unknown-config-option.ts';
import { unknownFunction } from './unknown-function.ts';
import { vulnerableImage } from './vulnerable-image.ts';

/** Every rule, in the order of the documentation. */
export const rules: readonly Rule[] = [
  invalidReference,
  containerWithoutImage,
  malformedHost,
  registryNotLinked,
  linkedForAnotherApp,
  repositoryNotFound,
  tagNotFound,
  digestNotFound,
  platformMissing,
  vulnerableImage,
  privateImageInV1beta2Chart,
  doubleProxy,
  proxyWrongApp,
  dockerHubAlias,
  latestTag,
  publicImage,
  templateSyntax,
  unknownFunction,
  functionNotInInstaller,
  unknownConfigOption,
  templateBreaksYaml,
  invalidConfig,
];

export const ruleNames: readonly string[] = rules.map((rule) => rule.name);
export const documentRules: readonly DocumentRule[] = rules.filter((rule) => rule.stage === 'document');
export const worldRules: readonly WorldRule[] = rules.filter((rule) => rule.stage === 'world');
