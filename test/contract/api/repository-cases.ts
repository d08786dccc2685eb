import assert from 'node:assert/strict';
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { testImage } from '../support/images.ts';
import type { Case } from '../support/suite.ts';
import { type ApiTarget, push, refused } from './target.ts';

/** Repositories and registry tokens, by the ECR API reference. */
export const repositoryCases: readonly Case<ApiTarget>[] = [
  {
    name: 'a repository is made and described',
    run: async ({ client, accountId, region }) => {
      const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'made/one' }));
      assert.equal(repository?.repositoryName, 'made/one');
      assert.equal(repository?.registryId, accountId);
      assert.equal(repository?.repositoryArn, `arn:aws:ecr:${region}:${accountId}:repository/made/one`);
      assert.equal(repository?.repositoryUri, `${accountId}.dkr.ecr.${region}.amazonaws.com/made/one`);
      assert.equal(repository?.imageTagMutability, 'MUTABLE');
      assert.ok(repository?.createdAt instanceof Date);
      const described = await client.send(new DescribeRepositoriesCommand({ repositoryNames: ['made/one'] }));
      assert.deepEqual(
        described.repositories?.map((each) => each.repositoryUri),
        [repository?.repositoryUri],
      );
    },
  },
  {
    name: 'a repository is made once',
    run: async ({ client, accountId }) => {
      await client.send(new CreateRepositoryCommand({ repositoryName: 'made/twice' }));
      const again = client.send(new CreateRepositoryCommand({ repositoryName: 'made/twice' }));
      assert.equal(
        await refused(again, 'RepositoryAlreadyExistsException'),
        `The repository with name 'made/twice' already exists in the registry with id '${accountId}'`,
      );
    },
  },
  {
    name: 'a repository that is not there is RepositoryNotFoundException',
    run: async ({ client, accountId }) => {
      const asked = client.send(new DescribeRepositoriesCommand({ repositoryNames: ['made/never'] }));
      assert.equal(
        await refused(asked, 'RepositoryNotFoundException'),
        `The repository with name 'made/never' does not exist in the registry with id '${accountId}'`,
      );
    },
  },
  {
    name: 'a name outside the grammar is InvalidParameterException',
    run: async ({ client }) => {
      for (const repositoryName of ['Upper', 'a/', 'a//b', '-a', 'a_']) {
        const message = await refused(
          client.send(new CreateRepositoryCommand({ repositoryName })),
          'InvalidParameterException',
        );
        assert.match(message, /^Invalid parameter at 'repositoryName' failed to satisfy constraint: /);
      }
    },
  },
  {
    name: 'a name with two underscores or several hyphens is allowed',
    run: async ({ client }) => {
      for (const repositoryName of ['made/a__b', 'made/a--b']) {
        await client.send(new CreateRepositoryCommand({ repositoryName }));
      }
    },
  },
  {
    name: 'repositories are described in pages',
    run: async ({ client }) => {
      for (const each of ['a', 'b', 'c']) {
        await client.send(new CreateRepositoryCommand({ repositoryName: `pages/${each}` }));
      }
      const seen: string[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await client.send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken }));
        assert.ok((answer.repositories?.length ?? 0) <= 2);
        seen.push(...(answer.repositories ?? []).map((each) => each.repositoryName ?? ''));
        nextToken = answer.nextToken;
      } while (nextToken !== undefined);
      assert.equal(new Set(seen).size, seen.length);
      for (const each of ['a', 'b', 'c']) assert.ok(seen.includes(`pages/${each}`));
    },
  },
  {
    name: 'a repository with images is deleted only by force',
    run: async (target) => {
      const { client } = target;
      await client.send(new CreateRepositoryCommand({ repositoryName: 'made/full' }));
      await push(target, 'made/full', testImage('full'), '1');
      const asked = client.send(new DeleteRepositoryCommand({ repositoryName: 'made/full' }));
      await refused(asked, 'RepositoryNotEmptyException');
      await client.send(new DeleteRepositoryCommand({ repositoryName: 'made/full', force: true }));
      const gone = client.send(new DescribeRepositoriesCommand({ repositoryNames: ['made/full'] }));
      await refused(gone, 'RepositoryNotFoundException');
    },
  },
  {
    name: 'tags are made immutable and mutable again',
    run: async ({ client }) => {
      const repositoryName = 'made/setting';
      await client.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
      const setting = async () => {
        const answer = await client.send(
          new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
        );
        return answer.repositories?.[0]?.imageTagMutability;
      };
      assert.equal(await setting(), 'IMMUTABLE');
      await client.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'MUTABLE' }));
      assert.equal(await setting(), 'MUTABLE');
      await client.send(
        new PutImageTagMutabilityCommand({
          repositoryName,
          imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
          imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
        }),
      );
      assert.equal(await setting(), 'IMMUTABLE_WITH_EXCLUSION');
    },
  },
  {
    name: 'a repository keeps the settings that it is made with',
    run: async ({ client }) => {
      const repositoryName = 'made/with-settings';
      const settings = {
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION' as const,
        imageTagMutabilityExclusionFilters: [
          { filterType: 'WILDCARD' as const, filter: 'v*' },
          { filterType: 'WILDCARD' as const, filter: '*-release' },
        ],
        imageScanningConfiguration: { scanOnPush: true },
      };
      const made = await client.send(
        new CreateRepositoryCommand({
          repositoryName,
          ...settings,
          encryptionConfiguration: { encryptionType: 'KMS' },
        }),
      );
      const described = await client.send(
        new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
      );
      for (const each of [made.repository, described.repositories?.[0]]) {
        assert.equal(each?.imageTagMutability, settings.imageTagMutability);
        assert.deepEqual(
          each?.imageTagMutabilityExclusionFilters,
          settings.imageTagMutabilityExclusionFilters,
        );
        assert.equal(each?.imageScanningConfiguration?.scanOnPush, true);
        assert.equal(each?.encryptionConfiguration?.encryptionType, 'KMS');
      }
    },
  },
  {
    name: 'a repository that is made without settings is not scanned on push, and encrypted by S3',
    run: async ({ client }) => {
      const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'made/plain' }));
      assert.equal(repository?.imageScanningConfiguration?.scanOnPush, false);
      assert.equal(repository?.encryptionConfiguration?.encryptionType, 'AES256');
      assert.equal(repository?.imageTagMutabilityExclusionFilters, undefined);
    },
  },
  {
    name: 'exclusion filters without a setting that takes them are InvalidParameterException',
    run: async ({ client }) => {
      const made = client.send(
        new CreateRepositoryCommand({
          repositoryName: 'made/odd-filters',
          imageTagMutability: 'IMMUTABLE',
          imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
        }),
      );
      await refused(made, 'InvalidParameterException');
    },
  },
  {
    name: 'a registry token is the user AWS and a password',
    run: async ({ client }) => {
      const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
      const [data] = authorizationData ?? [];
      assert.match(Buffer.from(data?.authorizationToken ?? '', 'base64').toString(), /^AWS:.+/);
      assert.match(data?.proxyEndpoint ?? '', /^https?:\/\//);
    },
  },
  {
    name: 'a registry token is good for twelve hours',
    run: async ({ client }) => {
      const before = Date.now();
      const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
      const after = Date.now();
      const expiresAt = authorizationData?.[0]?.expiresAt?.getTime() ?? 0;
      const twelveHours = 12 * 60 * 60 * 1000;
      // The wire has fractions of a second, and a client may round them.
      assert.ok(expiresAt >= before + twelveHours - 1000 && expiresAt <= after + twelveHours + 1000);
    },
  },
];
