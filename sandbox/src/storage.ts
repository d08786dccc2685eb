import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import { strikeConnection } from './faults.ts';
import { sendBlob } from './send-blob.ts';
import type { World } from './world.ts';

const lifetime = 60 * 60 * 1000;

/** A presigned URL of the storage host for one layer, good for an hour. */
export function signedLayerUrl(world: World, repository: string, digest: string): string {
  const path = `/layers/${encodeURIComponent(repository)}/${digest}`;
  const expires = world.clock() + lifetime;
  const signature = sign(world, path, expires);
  return (
    `${world.urls.storage}${path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=${expires}` +
    `&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`
  );
}

/** Answers what the registries redirect to. As S3 does, it refuses a second way of authorisation. */
export async function serveStorage(
  world: World,
  exchange: Exchange,
  identified: (repository: string | null) => void,
): Promise<void> {
  const path = exchange.url.pathname;
  const match = /^\/layers\/([^/]+)\/(sha256:[0-9a-f]{64})$/.exec(path);
  const repository = match?.[1] === undefined ? null : decodeURIComponent(match[1]);
  const digest = match?.[2];
  identified(repository);
  const call = { plane: 'storage', operation: 'GetBlob', action: null, repository } as const;
  const broken = (status: number) =>
    refuse(exchange, status, 'InternalError', 'We encountered an internal error.');
  if (await strikeConnection(world, call, exchange, broken)) return;
  if (exchange.req.headers.authorization !== undefined) {
    refuse(
      exchange,
      400,
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter ' +
        'or the Authorization header should be specified',
    );
    return;
  }
  const query = exchange.url.searchParams;
  const expires = Number(query.get('X-Amz-Expires'));
  if (!isEqual(query.get('X-Amz-Signature') ?? '', sign(world, path, expires))) {
    refuse(
      exchange,
      403,
      'SignatureDoesNotMatch',
      'The request signature does not match the one that was issued.',
    );
    return;
  }
  if (world.clock() >= expires) {
    refuse(exchange, 403, 'AccessDenied', 'Request has expired');
    return;
  }
  const size = digest === undefined ? null : world.store.blobs.size(digest);
  if (digest === undefined || size === null) {
    refuse(exchange, 404, 'NoSuchKey', 'The specified key does not exist.');
    return;
  }
  await sendBlob(world, exchange, call, digest, size, {});
}

function sign(world: World, path: string, expires: number): string {
  return createHmac('sha256', world.storageKey).update(`${path} ${expires}`).digest('hex');
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function refuse(exchange: Exchange, status: number, code: string, message: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  exchange.answer(status, { 'content-type': 'application/xml' }, body);
}
