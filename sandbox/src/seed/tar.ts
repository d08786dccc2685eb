const block = 512;

/** A POSIX ustar archive of text files and the folders above them, all owned by root and of the year 1970. */
export function tar(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const folders = new Set<string>();
  for (const [path, text] of Object.entries(files)) {
    const names = path.split('/').slice(0, -1);
    for (let depth = 1; depth <= names.length; depth += 1) {
      const folder = `${names.slice(0, depth).join('/')}/`;
      if (!folders.has(folder)) parts.push(header(folder, 0o755, 0, '5'));
      folders.add(folder);
    }
    const bytes = Buffer.from(text, 'utf8');
    parts.push(header(path, 0o644, bytes.length, '0'), bytes, Buffer.alloc(-bytes.length & (block - 1)));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(name: string, mode: number, size: number, kind: '0' | '5'): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  bytes.write(name, 0, 100, 'latin1');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write('        ', 148, 'latin1');
  bytes.write(kind, 156, 'latin1');
  bytes.write('ustar\0' + '00', 257, 'latin1');
  bytes.write('root', 265, 'latin1');
  bytes.write('root', 297, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}
