/** A file in a tar. */
export interface TarFile {
  /** With `/`. */
  readonly path: string;
  readonly bytes: Buffer;
}

const BLOCK = 512;
/** 1980-01-01: the same each time, and no time stamp that tools take for a mistake. Seconds since the epoch. */
const TIME = 315_532_800;

/**
 * A tar of files alone, which depends on nothing but their paths and bytes (POSIX.1-2017, "pax": ustar, with an extended
 * header for a path that does not fit).
 */
export function tarOf(files: readonly TarFile[]): Buffer {
  const parts: Buffer[] = [];
  for (const { path, bytes } of files) {
    const split = splitPath(path);
    if (split === null) {
      const record = paxRecord('path', path);
      parts.push(header('PaxHeader', '', record.length, 'x'), ...padded(record));
    }
    const [name, prefix] = split ?? [Buffer.from(path).subarray(0, 100).toString('latin1'), ''];
    parts.push(header(name, prefix, bytes.length, '0'), ...padded(bytes));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

const padded = (bytes: Buffer): Buffer[] => [bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))];

/** Name and prefix of an ASCII path; null where it does not fit into their fields. */
function splitPath(path: string): readonly [string, string] | null {
  if (!/^[\x20-\x7e]*$/.test(path)) return null;
  if (path.length <= 100) return [path, ''];
  for (let at = path.indexOf('/'); at !== -1 && at <= 155; at = path.indexOf('/', at + 1))
    if (at > 0 && path.length - at - 1 <= 100) return [path.slice(at + 1), path.slice(0, at)];
  return null;
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function header(name: string, prefix: string, size: number, type: '0' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  block.write(name, 0, 100, 'latin1');
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(TIME, 136, 12);
  block.fill(' ', 148, 156);
  block.write(type, 156, 'latin1');
  block.write('ustar\0' + '00', 257, 'latin1');
  block.write(prefix, 345, 155, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
