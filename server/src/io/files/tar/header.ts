import { TarError } from './error.ts';

/** A header block of a tar, as it stands there. */
export interface Header {
  readonly name: string;
  readonly link: string;
  /** One character: `0` for a file. */
  readonly type: string;
  /** Bytes that follow, without padding. */
  readonly size: number;
}

const CHECKSUM = { at: 148, length: 8 } as const;

/**
 * Reads a block of 512 bytes.
 * @param name of the tar, for messages
 * @param at where in the tar the block is
 * @returns null for a block of zeros, which ends a tar
 * @throws TarError where the block is no header
 */
export function headerOf(name: string, block: Buffer, at: number): Header | null {
  if (block.every((byte) => byte === 0)) return null;
  if (!isSummed(block))
    throw new TarError(
      'corrupt',
      at === 0
        ? `${name} is no tar archive.`
        : `${name} is damaged: at byte ${at} there is no header of a tar entry.`,
    );
  // Only POSIX has a prefix here; GNU, whose magic ends with spaces, keeps times in its place.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? textAt(block, 345, 155) : '';
  const own = textAt(block, 0, 100);
  return {
    name: prefix === '' ? own : `${prefix}/${own}`,
    link: textAt(block, 157, 100),
    type: String.fromCharCode(block[156] ?? 0),
    size: sizeAt(name, block, at),
  };
}

/** Whether the header's sum is right; some old programs summed signed bytes. */
function isSummed(block: Buffer): boolean {
  const said = octal(block.toString('latin1', CHECKSUM.at, CHECKSUM.at + CHECKSUM.length));
  let unsigned = 0;
  let signed = 0;
  for (const [index, byte] of block.entries()) {
    const inSum = index >= CHECKSUM.at && index < CHECKSUM.at + CHECKSUM.length;
    unsigned += inSum ? 32 : byte;
    signed += inSum ? 32 : (byte << 24) >> 24;
  }
  return said !== null && (said === unsigned || said === signed);
}

/** Octal digits, or from 8 GiB on a number of 95 bits: GNU tar, "Numeric fields". */
function sizeAt(name: string, block: Buffer, at: number): number {
  const field = block.subarray(124, 136);
  const first = field[0] ?? 0;
  let size: number | null;
  if ((first & 0x80) === 0) size = octal(field.toString('latin1'));
  else {
    size = 0;
    for (const [index, byte] of field.entries()) size = size * 256 + (index === 0 ? byte & 0x7f : byte);
  }
  if (size === null || !Number.isSafeInteger(size))
    throw new TarError('corrupt', `${name} is damaged: the tar entry at byte ${at} has no size.`);
  return size;
}

/** The number in a field, which blanks and zero bytes may surround; 0 for an empty one, null for no number. */
function octal(field: string): number | null {
  const digits = field.replaceAll(/^[\0 ]+|[\0 ]+$/g, '');
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : null;
}

function textAt(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}
