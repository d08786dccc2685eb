/** The pieces of a layout of Go's package time (`Jan`, `02`, `-0700`, …). */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly text: string }
  /** Fractions of a second: how many digits, and whether zeros at the end are left out. */
  | { readonly kind: 'fraction'; readonly text: string; readonly digits: number; readonly trims: boolean };

export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const weekDays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** Longest first where one is the start of another. */
const fields: Readonly<Record<string, readonly string[]>> = {
  '0': ['002', '01', '02', '03', '04', '05', '06'],
  '1': ['15', '1'],
  '2': ['2006', '2'],
  _: ['__2', '_2'],
  '3': ['3'],
  '4': ['4'],
  '5': ['5'],
  P: ['PM'],
  p: ['pm'],
  '-': ['-070000', '-07:00:00', '-0700', '-07:00', '-07'],
  Z: ['Z070000', 'Z07:00:00', 'Z0700', 'Z07:00', 'Z07'],
  J: ['January', 'Jan'],
  M: ['Monday', 'Mon', 'MST'],
};

/** The first field of a layout, with what stands before and behind it. */
export function nextField(layout: string): { before: string; field: Piece | null; rest: string } {
  for (let at = 0; at < layout.length; at++) {
    const found = fieldAt(layout, at);
    if (found !== null) {
      // In `_2006` the underscore is a text.
      const start = found.text === '2006' && layout[at] === '_' ? at + 1 : at;
      return { before: layout.slice(0, start), field: found, rest: layout.slice(start + found.text.length) };
    }
  }
  return { before: layout, field: null, rest: '' };
}

function fieldAt(layout: string, at: number): Piece | null {
  const letter = layout[at] as string;
  if (letter === '.' || letter === ',') return fractionAt(layout, at);
  if (layout.startsWith('_2006', at)) return { kind: 'field', text: '2006' };
  const text = (Object.hasOwn(fields, letter) ? fields[letter] : undefined)?.find((one) =>
    layout.startsWith(one, at),
  );
  if (text === undefined) return null;
  // `Jan` in `Janet` is no month.
  if ((text === 'Jan' || text === 'Mon') && /^[a-z]/.test(layout.slice(at + 3, at + 4))) return null;
  return { kind: 'field', text };
}

function fractionAt(layout: string, at: number): Piece | null {
  const digit = layout[at + 1];
  if (digit !== '0' && digit !== '9') return null;
  let end = at + 1;
  while (layout[end] === digit) end++;
  if (/^[0-9]$/.test(layout[end] ?? '')) return null;
  return { kind: 'fraction', text: layout.slice(at, end), digits: end - at - 1, trims: digit === '9' };
}
