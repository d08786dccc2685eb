import assert from 'node:assert/strict';
import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCommand,
  CreateRepositoryCreationTemplateCommand,
  DeletePullThroughCacheRuleCommand,
  DeleteRepositoryCreationTemplateCommand,
  DescribeImageScanFindingsCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRegistryCommand,
  DescribeRepositoryCreationTemplatesCommand,
  PutReplicationConfigurationCommand,
} from '@aws-sdk/client-ecr';
import { testImage } from '../support/images.ts';
import type { Case } from '../support/suite.ts';
import { type ApiTarget, push, refused } from './target.ts';

/** What is set for a whole registry, and scans, by the ECR API reference. */
export const registryCases: readonly Case<ApiTarget>[] = [
  {
    name: 'a pull-through cache rule is made, described and taken away',
    run: async ({ client, accountId }) => {
      const ecrRepositoryPrefix = 'cache/quay';
      const made = await client.send(
        new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, upstreamRegistryUrl: 'quay.io' }),
      );
      assert.equal(made.upstreamRegistry, 'quay');
      assert.equal(made.upstreamRepositoryPrefix, 'ROOT');
      const { pullThroughCacheRules } = await client.send(new DescribePullThroughCacheRulesCommand({}));
      assert.deepEqual(
        pullThroughCacheRules?.map((rule) => [
          rule.ecrRepositoryPrefix,
          rule.upstreamRegistryUrl,
          rule.registryId,
        ]),
        [[ecrRepositoryPrefix, 'quay.io', accountId]],
      );
      assert.ok(pullThroughCacheRules?.[0]?.createdAt instanceof Date);
      await client.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix }));
      await refused(
        client.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix })),
        'PullThroughCacheRuleNotFoundException',
      );
      const ecrRepositoryPrefixes = [ecrRepositoryPrefix];
      await refused(
        client.send(new DescribePullThroughCacheRulesCommand({ ecrRepositoryPrefixes })),
        'PullThroughCacheRuleNotFoundException',
      );
    },
  },
  {
    name: 'a rule is refused where there is one, for an upstream that is not supported, and for a bad prefix',
    run: async ({ client }) => {
      const rule = (ecrRepositoryPrefix: string, upstreamRegistryUrl: string) =>
        client.send(new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, upstreamRegistryUrl }));
      await rule('twice', 'public.ecr.aws');
      await refused(rule('twice', 'quay.io'), 'PullThroughCacheRuleAlreadyExistsException');
      await refused(rule('other', 'registry.example.com'), 'UnsupportedUpstreamRegistryException');
      await refused(rule('a', 'quay.io'), 'InvalidParameterException');
      await refused(rule('Upper', 'quay.io'), 'InvalidParameterException');
    },
  },
  {
    name: 'a repository creation template is made, described and taken away',
    run: async ({ client }) => {
      const prefix = 'templates/new';
      await client.send(
        new CreateRepositoryCreationTemplateCommand({
          prefix,
          appliedFor: ['CREATE_ON_PUSH'],
          imageTagMutability: 'IMMUTABLE',
        }),
      );
      const { repositoryCreationTemplates } = await client.send(
        new DescribeRepositoryCreationTemplatesCommand({ prefixes: [prefix] }),
      );
      assert.deepEqual(
        repositoryCreationTemplates?.map((each) => [each.prefix, each.appliedFor, each.imageTagMutability]),
        [[prefix, ['CREATE_ON_PUSH'], 'IMMUTABLE']],
      );
      await client.send(new DeleteRepositoryCreationTemplateCommand({ prefix }));
      await refused(
        client.send(new DeleteRepositoryCreationTemplateCommand({ prefix })),
        'TemplateNotFoundException',
      );
    },
  },
  {
    name: 'a rule names a secret only below the prefix that ECR may read',
    run: async ({ client }) => {
      const rule = (ecrRepositoryPrefix: string, secret: string) =>
        client.send(
          new CreatePullThroughCacheRuleCommand({
            ecrRepositoryPrefix,
            upstreamRegistryUrl: 'registry-1.docker.io',
            credentialArn: `arn:aws:secretsmanager:us-east-2:123456789012:secret:${secret}`,
          }),
        );
      assert.match((await rule('hub', 'ecr-pullthroughcache/hub-AbCdEf')).credentialArn ?? '', /hub-AbCdEf$/);
      await refused(rule('hub-2', 'hub-AbCdEf'), 'InvalidParameterException');
    },
  },
  {
    name: 'a registry replicates nowhere until it is told, and then as it was told last',
    run: async ({ client, accountId }) => {
      const first = await client.send(new DescribeRegistryCommand({}));
      assert.equal(first.registryId, accountId);
      assert.deepEqual(first.replicationConfiguration, { rules: [] });
      const tell = (region: string) =>
        client.send(
          new PutReplicationConfigurationCommand({
            replicationConfiguration: {
              rules: [
                {
                  destinations: [{ region, registryId: accountId }],
                  repositoryFilters: [{ filter: 'team/', filterType: 'PREFIX_MATCH' }],
                },
              ],
            },
          }),
        );
      await tell('ap-south-1');
      const { replicationConfiguration } = await tell('eu-west-1');
      assert.deepEqual(
        replicationConfiguration?.rules?.map(({ destinations }) => destinations?.map(({ region }) => region)),
        [['eu-west-1']],
      );
      const then = await client.send(new DescribeRegistryCommand({}));
      assert.deepEqual(then.replicationConfiguration, replicationConfiguration);
    },
  },
  {
    name: 'a registry is no destination of its own',
    run: async ({ client, accountId, region }) => {
      const replicationConfiguration = { rules: [{ destinations: [{ region, registryId: accountId }] }] };
      const told = client.send(new PutReplicationConfigurationCommand({ replicationConfiguration }));
      assert.match(await refused(told, 'InvalidParameterException'), /same as the source registry/);
    },
  },
  {
    name: 'findings of an image that was never scanned are ScanNotFoundException',
    run: async (target) => {
      const repositoryName = 'scans/never';
      await target.client.send(new CreateRepositoryCommand({ repositoryName }));
      await push(target, repositoryName, testImage('never scanned'), '1');
      const findings = (imageTag: string) =>
        target.client.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag } }));
      assert.equal(
        await refused(findings('1'), 'ScanNotFoundException'),
        `Image scan does not exist for the image with '{imageDigest:'null', imageTag:'1'}' in the repository with ` +
          `name '${repositoryName}' in the registry with id '${target.accountId}'`,
      );
      assert.match(await refused(findings('2'), 'ImageNotFoundException'), /imageTag:'2'/);
    },
  },
];
