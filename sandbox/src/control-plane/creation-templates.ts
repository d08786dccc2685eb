import type { AppliedFor, CreationTemplate } from '../store/settings.ts';
import { type Call, type Operation, registryOf, seconds } from './call.ts';
import { AwsError, constraint } from './errors.ts';
import { optionalList, optionalText, requiredText, serialization } from './input.ts';
import { page } from './pages.ts';
import { readPrefix } from './pull-through.ts';
import { describeFilters, readEncryption, readMutability } from './repository-settings.ts';

const occasions: readonly AppliedFor[] = ['PULL_THROUGH_CACHE', 'REPLICATION', 'CREATE_ON_PUSH'];

export const createRepositoryCreationTemplate: Operation = async (call) => {
  const { world, input } = call;
  const prefix = readPrefix(requiredText(input, 'prefix'), 'prefix');
  const appliedFor = optionalList(input, 'appliedFor', 3);
  if (appliedFor === null) throw constraint('appliedFor', 'must not be null');
  const templates = templatesOf(call);
  if (templates.has(prefix))
    throw new AwsError(
      'TemplateAlreadyExistsException',
      `The repository creation template with the prefix '${prefix}' already exists in the registry with id '${world.accountId}'`,
    );
  const template: CreationTemplate = {
    prefix,
    description: optionalText(input, 'description'),
    appliedFor: appliedFor.map((value) => {
      const known = occasions.find((each) => each === value);
      if (known === undefined)
        throw constraint('appliedFor', `must satisfy enum value set: [${occasions.join(', ')}]`);
      return known;
    }),
    ...readMutability(input),
    encryption: readEncryption(input),
    createdAt: world.clock(),
  };
  templates.set(prefix, template);
  await world.store.saved();
  return { registryId: world.accountId, repositoryCreationTemplate: describe(template) };
};

export const describeRepositoryCreationTemplates: Operation = (call) => {
  const { world, input } = call;
  const templates = templatesOf(call);
  const prefixes = optionalList(input, 'prefixes', 100);
  const wanted = (prefixes ?? [...templates.keys()]).flatMap((prefix) => {
    if (typeof prefix !== 'string') throw serialization('a prefix is no string');
    return templates.get(prefix) ?? [];
  });
  const { items, nextToken } = page(wanted, input);
  return { registryId: world.accountId, repositoryCreationTemplates: items.map(describe), nextToken };
};

export const deleteRepositoryCreationTemplate: Operation = async (call) => {
  const { world, input } = call;
  const prefix = requiredText(input, 'prefix');
  const template = templatesOf(call).get(prefix);
  if (template === undefined)
    throw new AwsError(
      'TemplateNotFoundException',
      `The repository creation template with the prefix '${prefix}' does not exist in the registry with id '${world.accountId}'`,
    );
  templatesOf(call).delete(prefix);
  await world.store.saved();
  return { registryId: world.accountId, repositoryCreationTemplate: describe(template) };
};

const templatesOf = (call: Call): Map<string, CreationTemplate> =>
  call.world.store.settings(registryOf(call)).templates;

function describe(template: CreationTemplate): object {
  return {
    prefix: template.prefix,
    description: template.description ?? undefined,
    encryptionConfiguration: { encryptionType: template.encryption ?? 'AES256' },
    imageTagMutability: template.mutability,
    imageTagMutabilityExclusionFilters: describeFilters(template.exclusions ?? []),
    appliedFor: template.appliedFor,
    createdAt: seconds(template.createdAt),
    updatedAt: seconds(template.createdAt),
  };
}
