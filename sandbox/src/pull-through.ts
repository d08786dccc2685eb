import { ecrRegistry, type Repository, upstreamRegistry } from './store/repository.ts';
import { mostSpecific } from './store/settings.ts';
import type { World } from './world.ts';

/**
 * What a pull does below the prefix of a pull-through cache rule: an image that the account's registry does not have is
 * fetched from the upstream (the sandbox's public registry), and its repository made where there is none.
 */
export async function importUpstream(
  world: World,
  region: string,
  name: string,
  reference: string,
): Promise<void> {
  const key = ecrRegistry(world.accountId, region);
  const rule = mostSpecific(world.store.settings(key).pullThroughRules, name);
  if (rule === null || has(world.store.repository(key, name), reference)) return;
  const rest = rule.prefix === 'ROOT' ? name : name.slice(rule.prefix.length + 1);
  const path = rule.upstreamPrefix === 'ROOT' ? rest : `${rule.upstreamPrefix}/${rest}`;
  const upstream = world.store.repository(upstreamRegistry, path);
  const digest = upstream === null ? undefined : digestIn(upstream, reference);
  if (upstream === null || digest === undefined) return;
  const repository =
    world.store.repository(key, name) ??
    world.store.createRepository(key, name, { createdAt: world.clock() });
  copy(world, upstream, repository, digest);
  if (!reference.includes(':')) repository.tags.set(reference, digest);
  await world.store.saved();
}

const has = (repository: Repository | null, reference: string): boolean =>
  repository !== null && digestIn(repository, reference) !== undefined;

function digestIn(repository: Repository, reference: string): string | undefined {
  const digest = reference.includes(':') ? reference : repository.tags.get(reference);
  return digest !== undefined && repository.manifests.has(digest) ? digest : undefined;
}

function copy(world: World, from: Repository, to: Repository, digest: string): void {
  const manifest = from.manifests.get(digest);
  if (manifest === undefined) return;
  const { config, layers, children } = manifest.content;
  for (const child of children) copy(world, from, to, child.digest);
  for (const blob of config === null ? layers : [config, ...layers]) to.blobs.add(blob.digest);
  const { bytes, mediaType } = manifest;
  world.store.putManifest(to, { bytes, mediaType, tag: null, pushedAt: world.clock() });
}
