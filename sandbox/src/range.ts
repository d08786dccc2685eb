/** Which bytes a request wants: from `start` up to and without `end`. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Reads a Range header (RFC 9110, section 14). Null: send everything, because there is none, or one that a server
 * may ignore (several ranges, another unit). `unsatisfiable`: 416.
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}
