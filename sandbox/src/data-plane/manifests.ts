import { isDigest } from '../digest.ts';
import { readBody } from '../exchange.ts';
import { maxManifestBytes, mediaTypes } from '../manifest.ts';
import { isTag } from '../names.ts';
import { checkPush, immutableMessage, type PushProblem } from '../push.ts';
import type { StoredManifest } from '../store/repository.ts';
import { refuse, registryHeaders } from './errors.ts';
import type { RepositoryVisit } from './visit.ts';

/** GET and HEAD of a manifest, by tag or digest: the very bytes that were pushed. */
export async function getManifest(visit: RepositoryVisit): Promise<void> {
  const { exchange, world } = visit;
  const found = find(visit);
  if (found === null) {
    refuse(exchange, 404, 'MANIFEST_UNKNOWN', 'Requested image not found');
    return;
  }
  if (found.status !== 'ACTIVE') {
    refuse(exchange, 404, 'MANIFEST_UNKNOWN', 'The image is archived. Restore it before it is pulled');
    return;
  }
  if (exchange.method === 'GET') {
    found.lastPulledAt = world.clock();
    await world.store.saved();
  }
  exchange.answer(
    200,
    { ...registryHeaders, 'content-type': found.mediaType, 'docker-content-digest': found.digest },
    found.bytes,
  );
}

/** PUT of a manifest: everything that it names must be in the repository already. */
export async function putManifest(visit: RepositoryVisit): Promise<void> {
  const { exchange, world, repository, route } = visit;
  const bytes = await readBody(exchange.req, maxManifestBytes);
  if (bytes === null) {
    refuse(exchange, 413, 'SIZE_INVALID', `A manifest may have ${maxManifestBytes} bytes at most`);
    return;
  }
  const byDigest = route.reference.includes(':');
  const tag = byDigest ? null : route.reference;
  if (tag !== null && !isTag(tag)) {
    refuse(exchange, 400, 'MANIFEST_INVALID', `'${tag}' is no tag that a registry takes`);
    return;
  }
  const push = checkPush(repository, bytes, tag);
  if ('kind' in push) {
    if (push.kind !== 'immutable' || !push.same || world.quirks.refuseSameImmutable) {
      refusePush(visit, push);
      return;
    }
    answerPushed(visit, repository.tags.get(push.tag) ?? '', null);
    return;
  }
  if (byDigest && push.digest !== route.reference) {
    refuse(
      exchange,
      400,
      'DIGEST_INVALID',
      `The manifest's digest is ${push.digest}, not ${route.reference}`,
    );
    return;
  }
  const type = exchange.req.headers['content-type']?.split(';')[0]?.trim() ?? null;
  if (push.content.mediaType !== null && type !== null && type !== push.content.mediaType) {
    refuse(
      exchange,
      400,
      'MANIFEST_INVALID',
      `The manifest says it is ${push.content.mediaType}, its header ${type}`,
    );
    return;
  }
  if (push.content.subject !== null && world.quirks.refuseReferrers) {
    refuse(exchange, 405, 'UNSUPPORTED', 'Manifests with a subject are not supported');
    return;
  }
  const mediaType = push.content.mediaType ?? (type === null || type === 'application/json' ? null : type);
  const stored = world.store.putManifest(repository, { bytes, mediaType, tag, pushedAt: world.clock() });
  await world.store.saved();
  answerPushed(visit, stored.digest, push.content.subject);
}

/** DELETE: a digest takes the image and its tags away, a tag only itself. */
export async function deleteManifest(visit: RepositoryVisit): Promise<void> {
  const { exchange, world, repository, route } = visit;
  const found = find(visit);
  if (found === null) {
    refuse(exchange, 404, 'MANIFEST_UNKNOWN', 'Requested image not found');
    return;
  }
  if (isDigest(route.reference)) {
    repository.manifests.delete(found.digest);
    for (const [tag, digest] of repository.tags) if (digest === found.digest) repository.tags.delete(tag);
  } else {
    repository.tags.delete(route.reference);
  }
  await world.store.saved();
  exchange.answer(202, registryHeaders);
}

/** The manifests whose subject is a digest, as an index (distribution-spec, "Listing Referrers"). */
export function listReferrers({ exchange, repository, route }: RepositoryVisit): void {
  if (!isDigest(route.reference)) {
    refuse(exchange, 400, 'DIGEST_INVALID', `'${route.reference}' is no sha256 digest`);
    return;
  }
  const type = exchange.url.searchParams.get('artifactType');
  const manifests = [...repository.manifests.values()]
    .filter((each) => each.content.subject === route.reference)
    .map((each) => ({
      mediaType: each.mediaType,
      digest: each.digest,
      size: each.bytes.length,
      artifactType: each.content.artifactType ?? each.content.config?.mediaType,
    }))
    .filter((each) => type === null || each.artifactType === type);
  const filtered = type === null ? {} : { 'oci-filters-applied': 'artifactType' };
  exchange.answer(
    200,
    { ...registryHeaders, 'content-type': mediaTypes.ociIndex, ...filtered },
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
  );
}

function find({ repository, route }: RepositoryVisit): StoredManifest | null {
  const digest = route.reference.includes(':') ? route.reference : repository.tags.get(route.reference);
  return (digest === undefined ? undefined : repository.manifests.get(digest)) ?? null;
}

function answerPushed(
  { exchange, repository }: RepositoryVisit,
  digest: string,
  subject: string | null,
): void {
  exchange.answer(201, {
    ...registryHeaders,
    location: `/v2/${repository.name}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(subject === null ? {} : { 'oci-subject': subject }),
  });
}

function refusePush({ exchange, repository }: RepositoryVisit, problem: PushProblem): void {
  switch (problem.kind) {
    case 'unreadable':
      refuse(exchange, 400, 'MANIFEST_INVALID', 'The manifest is no JSON of schema version 2');
      return;
    case 'missing-blobs':
    case 'missing-manifests': {
      const what = problem.kind === 'missing-blobs' ? 'Blobs' : 'Manifests';
      const message = `${what} that the manifest names are not in the repository: ${problem.digests.join(', ')}`;
      refuse(exchange, 400, 'MANIFEST_BLOB_UNKNOWN', message);
      return;
    }
    case 'immutable':
      refuse(exchange, 400, 'TAG_INVALID', immutableMessage(repository.name, problem.tag));
  }
}
