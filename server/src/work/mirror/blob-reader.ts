import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { brokenOff } from '../../io/net/connection.ts';
import { pour, type Take } from '../../io/net/pour.ts';
import { isPassing, mirrorErrorOf } from './failures.ts';
import { type Descriptor, type ImageSource, MirrorError } from './model.ts';

/** So often in a row a source may break off without having sent anything. */
const MOST_FAILURES = 6;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;
/** Whom a source refused is told by the source itself. */
const NOBODY = { access: 'anonymous', as: 'anonymously' } as const;

/**
 * Gives the bytes of a blob to `take`, in pieces as they come; each may be used until the promise of `take` settles. A
 * source that breaks off or falls silent is asked for the rest by Range. The last piece is only given when all bytes
 * together have the blob's digest, so that whoever passes them on never completes a wrong blob.
 * @param onBytes hears how many bytes came
 * @throws MirrorError where the bytes are other ones, or the source breaks off too often; what `take` throws; the
 * reason of `signal`
 */
export async function readBlob(
  source: ImageSource,
  blob: Descriptor,
  signal: AbortSignal,
  take: Take,
  onBytes: (count: number) => void = () => {},
): Promise<void> {
  const host = source.host ?? 'the file';
  const hash = createHash('sha256');
  let received = 0;
  let failures = 0;
  let refused: { readonly error: unknown } | null = null;
  const check = async (chunk: Buffer): Promise<void> => {
    if (chunk.length === 0) return;
    if (received + chunk.length > blob.size)
      throw corrupt(source, blob, `more bytes came than the ${blob.size} of its manifest`);
    hash.update(chunk);
    received += chunk.length;
    failures = 0;
    onBytes(chunk.length);
    if (received === blob.size && !isRight(hash.digest('hex'), blob))
      throw corrupt(source, blob, 'its bytes have another digest');
    try {
      await take(chunk);
    } catch (error) {
      // That is not the source's failure, however it looks.
      refused ??= { error };
      throw error;
    }
  };
  while (received < blob.size || blob.size === 0) {
    try {
      const body = await source.openBlob(blob, received, signal);
      await pour(body, check);
      if (received === blob.size) {
        if (blob.size === 0 && !isRight(hash.digest('hex'), blob))
          throw corrupt(source, blob, 'its bytes have another digest');
        return;
      }
      throw brokenOff();
    } catch (error) {
      signal.throwIfAborted();
      if (refused !== null) throw error;
      if (!isPassing(error))
        throw mirrorErrorOf(error, { end: 'source', host, what: `${source.name}: ${blob.digest}` }, NOBODY);
      if (++failures === MOST_FAILURES)
        throw new MirrorError(
          'network',
          `${source.name}: ${source.host ?? 'the file'} broke off ${failures} times in a row while it sent ${blob.digest}, at byte ${received} of ${blob.size}.`,
          { cause: error },
        );
      if (failures > 1)
        await pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 2)), undefined, { signal });
    }
  }
}

const isRight = (hex: string, { digest }: Descriptor): boolean => digest === `sha256:${hex}`;

const corrupt = (source: ImageSource, { digest }: Descriptor, why: string): MirrorError =>
  new MirrorError(
    'corrupt',
    `${source.name}: ${source.host ?? 'the file'} gave something else for ${digest}: ${why}. Nothing was tagged.`,
  );

/** A whole blob in memory, checked. */
export async function wholeBlob(
  source: ImageSource,
  blob: Descriptor,
  signal: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(blob.size);
  let filled = 0;
  // Copied, as a piece's memory is only lent.
  const keep = async (chunk: Buffer): Promise<void> => {
    filled += chunk.copy(whole, filled);
  };
  await readBlob(source, blob, signal, keep, onBytes);
  return whole;
}
