import type { Mutability, Repository } from '../store/repository.ts';
import { type Call, checkRegistryId, type Operation, registryOf, repositoryOf, seconds } from './call.ts';
import { AwsError, constraint, invalidParameter, repositoryNotFound } from './errors.ts';
import {
  checkRepositoryName,
  type Input,
  isObject,
  oneOf,
  optionalList,
  requiredText,
  serialization,
} from './input.ts';
import { page } from './pages.ts';

const mutabilities: readonly Mutability[] = [
  'MUTABLE',
  'IMMUTABLE',
  'IMMUTABLE_WITH_EXCLUSION',
  'MUTABLE_WITH_EXCLUSION',
];

export const createRepository: Operation = async (call) => {
  const { world, input } = call;
  const name = checkRepositoryName(requiredText(input, 'repositoryName'));
  checkRegistryId(call, `repository/${name}`);
  const mutability = readMutability(input);
  if (world.store.repository(registryOf(call), name) !== null) {
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${world.accountId}'`,
    );
  }
  const repository = world.store.createRepository(registryOf(call), name, {
    createdAt: world.clock(),
    ...mutability,
  });
  await world.store.saved();
  return { repository: describe(call, repository) };
};

export const deleteRepository: Operation = async (call) => {
  const repository = repositoryOf(call);
  if (repository.manifests.size > 0 && call.input.force !== true) {
    throw new AwsError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${call.world.accountId}' cannot be deleted ` +
        'because it still contains images',
    );
  }
  call.world.store.deleteRepository(repository);
  await call.world.store.saved();
  return { repository: describe(call, repository) };
};

export const describeRepositories: Operation = (call) => {
  const { world, input } = call;
  checkRegistryId(call, 'repository/*');
  const names = optionalList(input, 'repositoryNames', 100);
  if (names === null) {
    const { items, nextToken } = page(world.store.repositories(registryOf(call)), input);
    return { repositories: items.map((each) => describe(call, each)), nextToken };
  }
  if (input.maxResults !== undefined || input.nextToken !== undefined) {
    throw invalidParameter('Invalid request parameters: paging cannot be used together with repositoryNames');
  }
  const repositories = names.map((value) => {
    if (typeof value !== 'string') throw serialization('a repository name is no string');
    const name = checkRepositoryName(value, 'repositoryNames');
    const found = world.store.repository(registryOf(call), name);
    if (found === null) throw repositoryNotFound(name, world.accountId);
    return found;
  });
  return { repositories: repositories.map((each) => describe(call, each)) };
};

export const putImageTagMutability: Operation = async (call) => {
  const repository = repositoryOf(call);
  const { mutability, exclusions } = readMutability(call.input);
  if (call.input.imageTagMutability === undefined) throw constraint('imageTagMutability', 'must not be null');
  repository.mutability = mutability;
  repository.exclusions = exclusions;
  await call.world.store.saved();
  return {
    registryId: call.world.accountId,
    repositoryName: repository.name,
    imageTagMutability: mutability,
    imageTagMutabilityExclusionFilters: filtersOf(repository),
  };
};

function describe({ world, region }: Call, repository: Repository): object {
  const { accountId } = world;
  return {
    repositoryArn: `arn:aws:ecr:${region}:${accountId}:repository/${repository.name}`,
    registryId: accountId,
    repositoryName: repository.name,
    repositoryUri: `${accountId}.dkr.ecr.${region}.amazonaws.com/${repository.name}`,
    createdAt: seconds(repository.createdAt),
    imageTagMutability: repository.mutability,
    imageTagMutabilityExclusionFilters: filtersOf(repository),
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  };
}

function filtersOf(repository: Repository): object[] | undefined {
  if (repository.exclusions.length === 0) return undefined;
  return repository.exclusions.map((filter) => ({ filterType: 'WILDCARD', filter }));
}

function readMutability(input: Input): { mutability: Mutability; exclusions: string[] } {
  const mutability = oneOf(input, 'imageTagMutability', mutabilities) ?? 'MUTABLE';
  const field = 'imageTagMutabilityExclusionFilters';
  const exclusions = (optionalList(input, field, 5) ?? []).map((value) => {
    if (!isObject(value)) throw serialization('an exclusion filter is no structure');
    const filter = requiredText(value, 'filter');
    if (requiredText(value, 'filterType') !== 'WILDCARD') {
      throw constraint('filterType', 'must satisfy enum value set: [WILDCARD]');
    }
    if (!/^[0-9a-zA-Z._*-]{1,128}$/.test(filter)) {
      throw constraint('filter', "must satisfy regular expression '^[0-9a-zA-Z._*-]{1,128}$'");
    }
    return filter;
  });
  if (mutability.endsWith('_WITH_EXCLUSION') !== exclusions.length > 0) {
    throw invalidParameter(
      `Invalid parameter at '${field}': it is needed with a setting that ends in _WITH_EXCLUSION, and only there`,
    );
  }
  return { mutability, exclusions };
}
