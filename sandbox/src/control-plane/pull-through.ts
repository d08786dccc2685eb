import type { PullThroughRule } from '../store/settings.ts';
import { type Call, checkRegistryId, type Operation, registryOf, seconds } from './call.ts';
import { AwsError, constraint } from './errors.ts';
import { optionalList, optionalText, requiredText, serialization } from './input.ts';
import { page } from './pages.ts';

/** The grammar of prefixes in the API's model; 2 to 30 characters, or ROOT. */
const prefixPattern = '^((?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*/?|ROOT)$';
const prefixRegex = new RegExp(prefixPattern);

/** Secrets that ECR may read for a rule: of Secrets Manager, with a prefix of their own. */
const credentialRegex =
  /^arn:aws(-\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/;

/** The upstream registries that ECR caches, by the URL that a rule gives. */
const upstreams: readonly (readonly [RegExp, string])[] = [
  [/^public\.ecr\.aws$/, 'ecr-public'],
  [/^quay\.io$/, 'quay'],
  [/^registry\.k8s\.io$/, 'k8s'],
  [/^registry-1\.docker\.io$/, 'docker-hub'],
  [/^ghcr\.io$/, 'github-container-registry'],
  [/^registry\.gitlab\.com$/, 'gitlab-container-registry'],
  [/^cgr\.dev$/, 'chainguard'],
  [/^[a-z0-9-]+\.azurecr\.io$/, 'azure-container-registry'],
  [/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/, 'ecr'],
];

export const createPullThroughCacheRule: Operation = async (call) => {
  const { world, input } = call;
  checkRegistryId(call, '*');
  const prefix = readPrefix(requiredText(input, 'ecrRepositoryPrefix'), 'ecrRepositoryPrefix');
  const upstreamUrl = requiredText(input, 'upstreamRegistryUrl');
  const upstreamRegistry = upstreams.find(([pattern]) => pattern.test(upstreamUrl))?.[1];
  if (upstreamRegistry === undefined)
    throw new AwsError(
      'UnsupportedUpstreamRegistryException',
      `The specified upstream registry '${upstreamUrl}' is not supported`,
    );
  const credentialArn = optionalText(input, 'credentialArn');
  if (credentialArn !== null && !credentialRegex.test(credentialArn))
    throw constraint('credentialArn', `must satisfy regular expression '${credentialRegex.source}'`);
  const rules = rulesOf(call);
  if (rules.has(prefix))
    throw new AwsError(
      'PullThroughCacheRuleAlreadyExistsException',
      `A pull through cache rule with the prefix '${prefix}' already exists in the registry with id '${world.accountId}'`,
    );
  const rule: PullThroughRule = {
    prefix,
    upstreamUrl,
    upstreamRegistry,
    upstreamPrefix: optionalText(input, 'upstreamRepositoryPrefix') ?? 'ROOT',
    credentialArn,
    createdAt: world.clock(),
  };
  rules.set(prefix, rule);
  await world.store.saved();
  return describe(call, rule);
};

export const describePullThroughCacheRules: Operation = (call) => {
  checkRegistryId(call, '*');
  const rules = rulesOf(call);
  const prefixes = optionalList(call.input, 'ecrRepositoryPrefixes', 100);
  if (prefixes !== null) {
    const named = prefixes.map((prefix) => {
      if (typeof prefix !== 'string') throw serialization('a prefix is no string');
      return rules.get(prefix) ?? notFound(call, prefix);
    });
    return { pullThroughCacheRules: named.map((rule) => describe(call, rule)) };
  }
  const { items, nextToken } = page([...rules.values()], call.input);
  return { pullThroughCacheRules: items.map((rule) => describe(call, rule)), nextToken };
};

export const deletePullThroughCacheRule: Operation = async (call) => {
  checkRegistryId(call, '*');
  const rules = rulesOf(call);
  const prefix = requiredText(call.input, 'ecrRepositoryPrefix');
  const rule = rules.get(prefix) ?? notFound(call, prefix);
  rules.delete(prefix);
  await call.world.store.saved();
  return describe(call, rule);
};

export function readPrefix(prefix: string, field: string): string {
  if (prefix.length < 2 || prefix.length > 30) throw constraint(field, 'must have length between 2 and 30');
  if (!prefixRegex.test(prefix))
    throw constraint(field, `must satisfy regular expression '${prefixPattern}'`);
  return prefix.replace(/\/$/, '');
}

const rulesOf = (call: Call): Map<string, PullThroughRule> =>
  call.world.store.settings(registryOf(call)).pullThroughRules;

function notFound({ world }: Call, prefix: string): never {
  throw new AwsError(
    'PullThroughCacheRuleNotFoundException',
    `The pull through cache rule with the prefix '${prefix}' does not exist in the registry with id '${world.accountId}'`,
  );
}

function describe({ world }: Call, rule: PullThroughRule): object {
  return {
    ecrRepositoryPrefix: rule.prefix,
    upstreamRegistryUrl: rule.upstreamUrl,
    upstreamRegistry: rule.upstreamRegistry,
    upstreamRepositoryPrefix: rule.upstreamPrefix,
    credentialArn: rule.credentialArn ?? undefined,
    createdAt: seconds(rule.createdAt),
    updatedAt: seconds(rule.createdAt),
    registryId: world.accountId,
  };
}
