import { crc32 } from 'node:zlib';

const largestStored = 65_535;

/**
 * A gzip file (RFC 1952) whose content is stored, not compressed. What zlib's compressor writes differs between
 * its versions and processors; this is the same everywhere, and so are the digests of the seeded layers.
 */
export function gzipStored(bytes: Buffer): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let at = 0; at === 0 || at < bytes.length; at += largestStored) {
    const block = bytes.subarray(at, at + largestStored);
    const header = Buffer.alloc(5);
    header.writeUInt8(at + largestStored >= bytes.length ? 1 : 0, 0);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(header, block);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([...parts, trailer]);
}
