import { isRepositoryName } from '../names.ts';
import type { Repository } from '../store/repository.ts';
import { mostSpecific } from '../store/settings.ts';
import type { NewRepository } from '../store/store.ts';
import { deleteBlob, getBlob } from './blobs.ts';
import { refuse, registryHeaders } from './errors.ts';
import { deleteManifest, getManifest, listReferrers, putManifest } from './manifests.ts';
import type { RegistryOperation } from './route.ts';
import { listTags } from './tags.ts';
import { deleteUpload, getUpload, patchUpload, putUpload, startUpload } from './uploads.ts';
import type { RepositoryVisit, Visit } from './visit.ts';

const handlers: Readonly<
  Record<Exclude<RegistryOperation, 'Ping' | 'Unknown'>, (visit: RepositoryVisit) => void | Promise<void>>
> = {
  HeadManifest: getManifest,
  GetManifest: getManifest,
  PutManifest: putManifest,
  DeleteManifest: deleteManifest,
  HeadBlob: getBlob,
  GetBlob: getBlob,
  DeleteBlob: deleteBlob,
  StartUpload: startUpload,
  GetUpload: getUpload,
  PatchUpload: patchUpload,
  PutUpload: putUpload,
  DeleteUpload: deleteUpload,
  ListTags: listTags,
  ListReferrers: listReferrers,
};

/** Answers an authorised request by the rules of OCI's distribution-spec 1.1. */
export async function serveRegistry(visit: Visit): Promise<void> {
  const { world, exchange, route, registry } = visit;
  if (route.operation === 'Ping') {
    exchange.answer(200, { ...registryHeaders, 'content-type': 'application/json' }, '{}');
    return;
  }
  if (route.operation === 'Unknown' || route.repository === null) {
    refuse(exchange, 404, 'UNSUPPORTED', 'The registry has no such path and method');
    return;
  }
  const name = route.repository;
  if (!isRepositoryName(name)) {
    refuse(exchange, 400, 'NAME_INVALID', `'${name}' is no repository name that a registry takes`);
    return;
  }
  const repository = world.store.repository(registry.key, name) ?? createOnPush(visit, name);
  if (repository === null) {
    const where = registry.plane === 'registry' ? ` in the registry with id '${world.accountId}'` : '';
    refuse(exchange, 404, 'NAME_UNKNOWN', `The repository with name '${name}' does not exist${where}`);
    return;
  }
  await handlers[route.operation]({ ...visit, repository });
}

/** The public registry makes a repository at its first push; ECR where a template says so. */
function createOnPush({ world, registry, route }: Visit, name: string): Repository | null {
  if (route.operation !== 'StartUpload' && route.operation !== 'PutManifest') return null;
  const create = (settings: NewRepository): Repository =>
    world.store.createRepository(registry.key, name, { ...settings, createdAt: world.clock() });
  if (registry.plane === 'upstream' || world.quirks.createOnPush) return create({});
  const template = mostSpecific(world.store.settings(registry.key).templates, name);
  if (!template?.appliedFor.includes('CREATE_ON_PUSH')) return null;
  const { mutability, exclusions = [], encryption = 'AES256' } = template;
  return create({ mutability, exclusions, encryption });
}
