const MAGICS: readonly (readonly [program: string, bytes: readonly (number | null)[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2', [0x42, 0x5a, 0x68, null, 0x31, 0x41]],
];

/** The program that compressed what starts with these bytes; null for none. Nothing is ever unpacked. */
export function compressionOf(start: Uint8Array): string | null {
  return (
    MAGICS.find(([, magic]) => magic.every((byte, index) => byte === null || start[index] === byte))?.[0] ??
    null
  );
}
