import { Readable } from 'node:stream';
import type { Exchange } from './exchange.ts';
import type { Struck } from './quirks.ts';
import { readRange } from './range.ts';
import type { World } from './world.ts';

/** Sends a blob, or the range of it that is asked for, with the faults that strike bodies. */
export async function sendBlob(
  world: World,
  exchange: Exchange,
  call: Struck,
  digest: string,
  size: number,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const all = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', ...headers };
  const range = readRange(exchange.req.headers.range, size);
  if (range === 'unsatisfiable') {
    exchange.answer(416, { ...all, 'content-range': `bytes */${size}` });
    return;
  }
  const { start, end } = range ?? { start: 0, end: size };
  const partial = range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` };
  const reading = exchange.method === 'GET';
  const cut = reading ? world.strikes(world.quirks.cut, call) : null;
  const corrupt = reading ? world.strikes(world.quirks.corrupt, call) : null;
  let body = world.store.blobs.read(digest, start, end);
  if (corrupt !== null) body = Readable.from(corrupted(body));
  if (cut !== null) body = Readable.from(upTo(body, cut.afterBytes));
  await exchange.stream(
    range === null ? 200 : 206,
    { ...all, ...partial, 'content-length': end - start },
    body,
  );
}

async function* corrupted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of source) {
    const copy = Buffer.from(chunk);
    if (first) copy[0] = (copy[0] ?? 0) ^ 0xff;
    first = false;
    yield copy;
  }
}

async function* upTo(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of source) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) throw new Error('The body was cut on purpose.');
  }
}
