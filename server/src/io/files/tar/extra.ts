import { TarError } from './error.ts';

/** What extended headers say of the next entry in place of its own header. */
export interface Extra {
  readonly name?: string;
  readonly link?: string;
  /** Bytes. */
  readonly size?: number;
}

const LONGEST_NAME = 4096;

/** A long name of GNU tar, which ends with a zero byte. */
export function gnuName(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

/**
 * The records of a pax header, `<length> <key>=<value>\n` each; of those that are not read here nothing is kept.
 * @param name of the tar, for messages
 */
export function paxOf(name: string, bytes: Buffer): Extra {
  const damaged = (): TarError =>
    new TarError('corrupt', `${name} is damaged: an extended header is no such.`);
  let extra: Extra = {};
  for (let at = 0; at < bytes.length; ) {
    const digits = /^(\d{1,8}) /.exec(bytes.toString('latin1', at, at + 9))?.[1];
    const end = at + Number(digits);
    if (digits === undefined || end > bytes.length || bytes[end - 1] !== 0x0a) throw damaged();
    const record = bytes.toString('utf8', at + digits.length + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals < 1) throw damaged();
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key.startsWith('GNU.sparse.'))
      throw new TarError('refused', `${name} has a sparse file in it. Make the tar anew without --sparse.`);
    if (key === 'path' || key === 'linkpath') {
      if (Buffer.byteLength(value) > LONGEST_NAME)
        throw new TarError('refused', `${name} has a name of more than ${LONGEST_NAME} bytes.`);
      if (value.includes('\0')) throw damaged();
      // An empty value takes the record back.
      if (value !== '') extra = { ...extra, [key === 'path' ? 'name' : 'link']: value };
    } else if (key === 'size' && value !== '') {
      const size = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
      if (!Number.isSafeInteger(size)) throw damaged();
      extra = { ...extra, size };
    }
    at = end;
  }
  return extra;
}
