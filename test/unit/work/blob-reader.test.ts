import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { readBlob } from '../../../server/src/work/mirror/blob-reader.ts';
import { type Descriptor, type ImageSource, MirrorError } from '../../../server/src/work/mirror/model.ts';

const bytes = Buffer.from('the bytes of a blob');
const blob: Descriptor = {
  mediaType: 'application/octet-stream',
  digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  size: bytes.length,
};
const reset = (): Error => Object.assign(new Error('reset'), { code: 'ECONNRESET' });
const { signal } = new AbortController();

/** A source whose blob is what `open` makes of it; `asked` gets the offsets. */
const sourceOf = (asked: number[], open: (from: number) => Iterable<Buffer>): ImageSource => ({
  name: 'a',
  host: 'from.example',
  resolve: () => assert.fail(),
  manifest: () => assert.fail(),
  referrers: () => assert.fail(),
  async openBlob(_, from) {
    asked.push(from);
    return Readable.from(open(from));
  },
});

test('what breaks off is gone on with where it broke off', async () => {
  const asked: number[] = [];
  const came: Buffer[] = [];
  const source = sourceOf(asked, function* (from) {
    yield bytes.subarray(from, from + 7);
    if (from + 7 < bytes.length) throw reset();
  });
  await readBlob(source, blob, signal, async (chunk) => void came.push(chunk));
  assert.deepEqual(Buffer.concat(came), bytes);
  assert.deepEqual(asked, [0, 7, 14]);
});

test('the last piece of wrong bytes is never given', async () => {
  const came: Buffer[] = [];
  const source = sourceOf([], () => [bytes.subarray(0, 9), Buffer.alloc(bytes.length - 9)]);
  const reading = readBlob(source, blob, signal, async (chunk) => void came.push(chunk));
  await assert.rejects(reading, (error) => error instanceof MirrorError && error.why === 'corrupt');
  assert.deepEqual(came, [bytes.subarray(0, 9)]);
});

test('more bytes than there should be are refused, and none of them given', async () => {
  const came: Buffer[] = [];
  const source = sourceOf([], () => [Buffer.concat([bytes, bytes])]);
  const reading = readBlob(source, blob, signal, async (chunk) => void came.push(chunk));
  await assert.rejects(reading, (error) => error instanceof MirrorError && error.why === 'corrupt');
  assert.equal(came.length, 0);
});

test('a target that breaks off is not taken for the source', async () => {
  const asked: number[] = [];
  const source = sourceOf(asked, () => [bytes.subarray(0, 9), bytes.subarray(9)]);
  const broken = reset();
  const reading = readBlob(source, blob, signal, () => Promise.reject(broken));
  await assert.rejects(reading, (error) => error === broken);
  assert.deepEqual(asked, [0]);
});
