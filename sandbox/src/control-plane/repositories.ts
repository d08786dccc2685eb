import type { Repository } from '../store/repository.ts';
import { type Call, checkRegistryId, type Operation, registryOf, repositoryOf, seconds } from './call.ts';
import { AwsError, constraint, invalidParameter, repositoryNotFound } from './errors.ts';
import { checkRepositoryName, optionalList, optionalObject, requiredText, serialization } from './input.ts';
import { page } from './pages.ts';
import { describeFilters, readEncryption, readMutability } from './repository-settings.ts';

export const createRepository: Operation = async (call) => {
  const { world, input } = call;
  const name = checkRepositoryName(requiredText(input, 'repositoryName'));
  checkRegistryId(call, `repository/${name}`);
  const mutability = readMutability(input);
  const encryption = readEncryption(input);
  const scanOnPush = optionalObject(input, 'imageScanningConfiguration')?.scanOnPush === true;
  if (world.store.repository(registryOf(call), name) !== null) {
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${world.accountId}'`,
    );
  }
  const repository = world.store.createRepository(registryOf(call), name, {
    createdAt: world.clock(),
    ...mutability,
    encryption,
    scanOnPush,
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
    imageTagMutabilityExclusionFilters: describeFilters(repository.exclusions),
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
    imageTagMutabilityExclusionFilters: describeFilters(repository.exclusions),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: repository.encryption },
  };
}
