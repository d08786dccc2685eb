import { gunzipSync, gzipSync } from 'node:zlib';
import { isInside } from '../../../core/kots/layers/archive.ts';
import { gnuName, paxOf } from '../../../io/files/tar/extra.ts';
import { headerOf } from '../../../io/files/tar/header.ts';
import { type TarFile, tarOf } from './tar.ts';

const BLOCK = 512;
/** A chart holds text; what unpacks to more is no chart. Helm itself takes 100 MB. */
const MOST_BYTES = 128 * 1024 * 1024;

/** Byte 9 of gzip's header names the system; 255 is "unknown" on every one (RFC 1952). */
const SYSTEM = { at: 9, unknown: 255 } as const;

/** A tar of the files, compressed; depends on nothing but their paths and bytes. */
export function packArchive(files: readonly TarFile[]): Buffer {
  const packed = gzipSync(tarOf(files), { level: 9 });
  packed[SYSTEM.at] = SYSTEM.unknown;
  return packed;
}

/**
 * The files in a chart's archive, in their order; folders and links are left out, as Helm leaves them out.
 * @param name for messages
 * @throws Error with a sentence for people where it is no gzip, no tar, damaged, or unpacks to too much
 */
export function unpackArchive(bytes: Buffer, name: string): TarFile[] {
  let tar: Buffer;
  try {
    tar = gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new Error(
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `${name} unpacks to more than ${MOST_BYTES / 1024 / 1024} MB, which no chart does.`
        : `${name} is no gzip archive, or it is damaged.`,
    );
  }
  const files = new Map<string, TarFile>();
  let long: string | undefined;
  for (let at = 0; ; ) {
    if (at + BLOCK > tar.length) throw new Error(`${name} is damaged: its tar ends too early.`);
    const header = headerOf(name, tar.subarray(at, at + BLOCK), at);
    if (header === null) return [...files.values()];
    const start = at + BLOCK;
    const end = start + header.size;
    if (end > tar.length) throw new Error(`${name} is damaged: its tar ends too early.`);
    const content = tar.subarray(start, end);
    at = start + Math.ceil(header.size / BLOCK) * BLOCK;
    if (header.type === 'L') long = gnuName(content);
    else if (header.type === 'x') long = paxOf(name, content).name ?? long;
    else if (header.type !== 'g' && header.type !== 'K') {
      const path = (long ?? header.name).replace(/^(?:\.\/)+/, '');
      long = undefined;
      if (!/^[07\0]$/.test(header.type)) continue;
      if (!isInside(path)) throw new Error(`${name} holds "${path}", which leads out of it.`);
      files.set(path, { path, bytes: content });
    }
  }
}
