import { ecrRegistry, upstreamRegistry } from '../store/repository.ts';
import type { Store } from '../store/store.ts';
import { sandboxAccount, sandboxRegion, seededRepositories } from './contents.ts';
import { type BuiltManifest, buildImage, seededAt } from './image.ts';

/** One image of a repository is pushed a day after the other, so that there is a newest one. */
const day = 86_400_000;

/** Fills an empty store with the repositories of seed/contents.ts. */
export async function seed(store: Store): Promise<void> {
  for (const { registry, name, immutable, images, ...rest } of seededRepositories) {
    const repository = store.createRepository(
      registry === 'ecr' ? ecrRegistry(sandboxAccount, sandboxRegion) : upstreamRegistry,
      name,
      {
        createdAt: seededAt,
        anonymous: registry === 'upstream' && rest.private !== true,
        mutability: immutable === true ? 'IMMUTABLE' : 'MUTABLE',
      },
    );
    for (const [index, { tags, recipe, archived, scan }] of images.entries()) {
      const image = buildImage(recipe);
      for (const blob of image.blobs) await store.putBlob(repository, blob);
      const put = (each: BuiltManifest) =>
        store.putManifest(repository, { ...each, tag: null, pushedAt: seededAt + index * day });
      const children = image.children.map(put);
      const root = put(image.root);
      const { digest } = root;
      if (scan !== undefined)
        for (const each of children.length > 0 ? children : [root])
          each.scan = { ...scan, completedAt: seededAt };
      for (const tag of tags) repository.tags.set(tag, digest);
      if (archived === true) for (const each of repository.manifests.values()) each.status = 'ARCHIVED';
    }
  }
  await store.saved();
}
