/** A member of a tar for a test, right or wrong. */
export interface Member {
  readonly name: string;
  /** `0`, a file, unless said otherwise. */
  readonly type?: string;
  readonly link?: string;
  readonly body?: Buffer | string;
  /** What the header says in place of the body's length: a number, or the twelve bytes themselves. */
  readonly size?: number | Buffer;
  /** The magic and version: POSIX's unless said otherwise. */
  readonly magic?: string;
  /** POSIX's field for the first part of a name. */
  readonly prefix?: string;
}

export const GNU_MAGIC = 'ustar  \0';
export const END = Buffer.alloc(1024);

/** A tar as it should be. */
export const tarOf = (...members: readonly Member[]): Buffer =>
  Buffer.concat([...members.map(memberOf), END]);

/** A header and what follows it, padded. */
export function memberOf(member: Member): Buffer {
  const body = Buffer.from(member.body ?? '');
  return Buffer.concat([tarHeader(member), body, Buffer.alloc(-body.length & 511)]);
}

export function tarHeader({
  name,
  type = '0',
  link = '',
  body = '',
  size,
  magic,
  prefix = '',
}: Member): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write('0000644\0' + '0000000\0' + '0000000\0', 100);
  if (Buffer.isBuffer(size)) size.copy(block, 124);
  else block.write(`${(size ?? Buffer.byteLength(body)).toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0' + '        ', 136);
  block.write(type, 156);
  block.write(link, 157, 100);
  block.write(magic ?? 'ustar\0' + '00', 257);
  block.write(prefix, 345, 155);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A pax header with these records. */
export const pax = (records: Readonly<Record<string, string>>): Member => ({
  name: 'pax',
  type: 'x',
  body: Object.entries(records).map(recordOf).join(''),
});

function recordOf([key, value]: [string, string]): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (length !== Buffer.byteLength(`${length}${rest}`)) length = Buffer.byteLength(`${length}${rest}`);
  return `${length}${rest}`;
}
