import type { World } from '../world.ts';
import type { Input } from './input.ts';

/** Actions that are about no resource in particular, so that only a policy for `*` allows them. */
const aboutNothing: ReadonlySet<string> = new Set([
  'CreatePullThroughCacheRule',
  'CreateRepositoryCreationTemplate',
  'DeletePullThroughCacheRule',
  'DeleteRepositoryCreationTemplate',
  'DescribePullThroughCacheRules',
  'DescribeRegistry',
  'DescribeRepositoryCreationTemplates',
  'GetAccountSetting',
  'GetAuthorizationToken',
  'PutAccountSetting',
  'PutReplicationConfiguration',
]);

/**
 * The ARNs that a call of the ECR API needs to be allowed for, each of them. Source: "Actions, resources, and condition
 * keys for Amazon Elastic Container Registry" of the service authorization reference.
 */
export function resourcesOf(world: World, operation: string, region: string, input: Input): string[] {
  if (aboutNothing.has(operation)) return ['*'];
  const { repositoryName, repositoryNames } = input;
  const names = Array.isArray(repositoryNames) ? repositoryNames : [repositoryName];
  return names.map((name) => repositoryArn(world, region, typeof name === 'string' ? name : '*'));
}

export const repositoryArn = (world: World, region: string, name: string): string =>
  `arn:aws:ecr:${region}:${world.accountId}:repository/${name}`;
