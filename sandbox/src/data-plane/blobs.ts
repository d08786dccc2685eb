import { sendBlob } from '../send-blob.ts';
import { signedLayerUrl } from '../storage.ts';
import { refuse, registryHeaders } from './errors.ts';
import type { RepositoryVisit } from './visit.ts';

/** GET and HEAD of a blob. A GET goes to the storage host, unless that is switched off. */
export async function getBlob(visit: RepositoryVisit): Promise<void> {
  const { world, exchange, repository, route } = visit;
  const digest = route.reference;
  const size = repository.blobs.has(digest) ? world.store.blobs.size(digest) : null;
  if (size === null) {
    refuse(exchange, 404, 'BLOB_UNKNOWN', `The repository has no blob ${digest}`);
    return;
  }
  if (exchange.method === 'GET' && world.quirks.redirectBlobs) {
    exchange.answer(307, { ...registryHeaders, location: signedLayerUrl(world, repository.name, digest) });
    return;
  }
  const call = {
    plane: visit.registry.plane,
    operation: route.operation,
    action: route.action,
    repository: repository.name,
  };
  await sendBlob(world, exchange, call, digest, size, {
    ...registryHeaders,
    'docker-content-digest': digest,
  });
}

export async function deleteBlob({ world, exchange, repository, route }: RepositoryVisit): Promise<void> {
  if (!repository.blobs.delete(route.reference)) {
    refuse(exchange, 404, 'BLOB_UNKNOWN', `The repository has no blob ${route.reference}`);
    return;
  }
  await world.store.saved();
  exchange.answer(202, registryHeaders);
}
