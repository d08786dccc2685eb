import { isDigest } from '../digest.ts';
import { referencesBlob } from '../store/repository.ts';
import type { Upload } from '../uploads.ts';
import { refuse, registryHeaders } from './errors.ts';
import type { RepositoryVisit } from './visit.ts';

/** POST: begins an upload, or finishes it at once by a mount (`?mount=&from=`) or with its body (`?digest=`). */
export async function startUpload(visit: RepositoryVisit): Promise<void> {
  const { world, exchange, repository } = visit;
  const query = exchange.url.searchParams;
  const mount = query.get('mount');
  if (mount !== null && canMount(visit, mount, query.get('from'))) {
    repository.blobs.add(mount);
    await world.store.saved();
    answerCreated(visit, mount);
    return;
  }
  const digest = query.get('digest');
  if (digest !== null && !checkDigest(visit, digest)) return;
  const upload = await world.uploads.start(repository);
  if (digest !== null) {
    await upload.writer.append(exchange.req);
    await finish(visit, upload, digest);
    return;
  }
  exchange.answer(202, { ...registryHeaders, ...placeOf(upload) });
}

/** GET: how far an upload is. */
export function getUpload(visit: RepositoryVisit): void {
  const upload = find(visit);
  if (upload !== null) visit.exchange.answer(204, { ...registryHeaders, ...placeOf(upload) });
}

/** PATCH: the next bytes. ECR answers 201, and throws away every body but the first. */
export async function patchUpload(visit: RepositoryVisit): Promise<void> {
  const { world, exchange } = visit;
  const upload = find(visit);
  if (upload === null || !checkRange(visit, upload)) return;
  upload.patches += 1;
  if (upload.patches > 1 && world.quirks.dropLaterPatches) exchange.req.resume();
  else await upload.writer.append(exchange.req);
  exchange.answer(world.quirks.patchAnswers201 ? 201 : 202, { ...registryHeaders, ...placeOf(upload) });
}

/** PUT: the last bytes, if any, and the digest of all. */
export async function putUpload(visit: RepositoryVisit): Promise<void> {
  const upload = find(visit);
  if (upload === null) return;
  const digest = visit.exchange.url.searchParams.get('digest') ?? '';
  if (!checkDigest(visit, digest) || !checkRange(visit, upload)) return;
  await upload.writer.append(visit.exchange.req);
  await finish(visit, upload, digest);
}

export async function deleteUpload(visit: RepositoryVisit): Promise<void> {
  const upload = find(visit);
  if (upload === null) return;
  visit.world.uploads.end(upload);
  await upload.writer.discard();
  visit.exchange.answer(204, registryHeaders);
}

function canMount(
  { world, registry, repository }: RepositoryVisit,
  digest: string,
  from: string | null,
): boolean {
  const source = from === null ? null : world.store.repository(registry.key, from);
  if (source === null || source === repository || !registry.mayRead(source) || !source.blobs.has(digest)) {
    return false;
  }
  switch (world.quirks.mount) {
    case 'never':
      return false;
    case 'known':
      return true;
    case 'referenced':
      return referencesBlob(source, digest);
  }
}

async function finish(visit: RepositoryVisit, upload: Upload, digest: string): Promise<void> {
  const { world, exchange, repository } = visit;
  world.uploads.end(upload);
  const actual = upload.writer.digest();
  if (actual !== digest) {
    await upload.writer.discard();
    refuse(exchange, 400, 'DIGEST_INVALID', `The uploaded bytes have the digest ${actual}, not ${digest}`);
    return;
  }
  await upload.writer.commit();
  repository.blobs.add(digest);
  await world.store.saved();
  answerCreated(visit, digest);
}

function find({ world, exchange, repository, route }: RepositoryVisit): Upload | null {
  const found = world.uploads.find(repository, route.reference);
  if (found === null)
    refuse(exchange, 404, 'BLOB_UPLOAD_UNKNOWN', 'There is no such upload, or it has ended');
  return found;
}

function checkDigest({ exchange }: RepositoryVisit, digest: string): boolean {
  if (isDigest(digest)) return true;
  refuse(exchange, 400, 'DIGEST_INVALID', `'${digest}' is no sha256 digest`);
  return false;
}

/** A chunk must begin where the last one ended (distribution-spec, "Pushing a blob in chunks"). */
function checkRange({ exchange }: RepositoryVisit, upload: Upload): boolean {
  const header = exchange.req.headers['content-range'];
  if (header === undefined) return true;
  const start = /^(?:bytes )?(\d+)-\d+/.exec(header)?.[1];
  if (start !== undefined && Number(start) === upload.writer.size) return true;
  exchange.answer(416, { ...registryHeaders, ...placeOf(upload) });
  return false;
}

function placeOf({ id, repository, writer }: Upload): Record<string, string> {
  return {
    location: `/v2/${repository.name}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, writer.size - 1)}`,
    'docker-upload-uuid': id,
  };
}

function answerCreated({ exchange, repository }: RepositoryVisit, digest: string): void {
  exchange.answer(201, {
    ...registryHeaders,
    location: `/v2/${repository.name}/blobs/${digest}`,
    'docker-content-digest': digest,
  });
}
