import { FunctionError } from '../../gotemplate/value.ts';
import { months, nextField, type Piece, weekDays } from './layout.ts';
import { daysIn, isLeap, type Moment, nanosOf, utc, type Zone } from './moment.ts';
import { quoted } from './quoted.ts';

/** What was read so far. */
interface Read {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nano: number;
  half: 'am' | 'pm' | null;
  isUtc: boolean;
  offset: number | null;
  zone: string;
}

/** A value that does not fit its field. */
class Bad extends Error {}
/** A field whose value is no such one: `month`, `hour`. */
class OutOfRange extends Error {}

/** time.ParseInLocation in UTC; fails with its words. */
export function parseTime(layout: string, value: string): Moment {
  const error = (message: string): never => {
    throw new FunctionError(`parsing time ${quoted(value)}${message}`);
  };
  const cannot = (element: string, piece: string): never =>
    error(` as ${quoted(layout)}: cannot parse ${quoted(element)} as ${quoted(piece)}`);
  const read: Read = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nano: 0,
    half: null,
    isUtc: false,
    offset: null,
    zone: '',
  };
  let rest = value;
  let pattern = layout;
  for (;;) {
    const next = nextField(pattern);
    const skipped = withoutPrefix(rest, next.before);
    if (typeof skipped === 'string') rest = skipped;
    else cannot(skipped.left, next.before);
    if (next.field === null) {
      if (rest !== '') error(`: extra text: ${quoted(rest)}`);
      break;
    }
    pattern = next.rest;
    try {
      rest = field(next.field, rest, read, pattern);
    } catch (wrong) {
      if (wrong instanceof OutOfRange) error(`: ${wrong.message} out of range`);
      if (!(wrong instanceof Bad)) throw wrong;
      cannot(rest, next.field.text);
    }
  }
  return finished(read, (message) => error(message));
}

function withoutPrefix(value: string, prefix: string): string | { left: string } {
  let [left, wanted] = [value, prefix];
  while (wanted !== '') {
    if (wanted[0] === ' ') {
      if (left !== '' && left[0] !== ' ') return { left };
      wanted = wanted.replace(/^ +/, '');
      left = left.replace(/^ +/, '');
      continue;
    }
    if (left === '' || left[0] !== wanted[0]) return { left };
    left = left.slice(1);
    wanted = wanted.slice(1);
  }
  return left;
}

const bad = (): never => {
  throw new Bad();
};
const outOfRange = (what: string): never => {
  throw new OutOfRange(what);
};

/** One or two digits; always two with `fixed`. */
function number(value: string, fixed: boolean): [number, string] {
  const match = (fixed ? /^[0-9]{2}/ : /^[0-9]{1,2}/).exec(value);
  return match === null ? bad() : [Number(match[0]), value.slice(match[0].length)];
}

function named(names: readonly string[], value: string): [number, string] {
  const lower = value.toLowerCase();
  const found = names.findIndex((name) => lower.startsWith(name.toLowerCase()));
  return found < 0 ? bad() : [found, value.slice((names[found] as string).length)];
}

const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3));

/** Reads one field from the start of `value`; gives what is left. */
function field(piece: Piece, value: string, read: Read, following: string): string {
  if (piece.kind === 'fraction') return fraction(piece.digits, piece.trims, value, read);
  let rest: string;
  switch (piece.text) {
    case '06': {
      if (!/^[0-9]{2}/.test(value)) bad();
      const year = Number(value.slice(0, 2));
      read.year = year + (year >= 69 ? 1900 : 2000);
      return value.slice(2);
    }
    case '2006':
      if (!/^[0-9]{4}/.test(value)) bad();
      read.year = Number(value.slice(0, 4));
      return value.slice(4);
    case 'Jan':
    case 'January':
      [read.month, rest] = named(piece.text === 'Jan' ? short(months) : months, value);
      read.month++;
      return rest;
    case '1':
    case '01':
      [read.month, rest] = number(value, piece.text === '01');
      if (read.month <= 0 || read.month > 12) outOfRange('month');
      return rest;
    case 'Mon':
    case 'Monday':
      return named(piece.text === 'Mon' ? short(weekDays) : weekDays, value)[1];
    case '2':
    case '_2':
    case '02':
      [read.day, rest] = number(
        piece.text === '_2' && value.startsWith(' ') ? value.slice(1) : value,
        piece.text === '02',
      );
      return rest;
    case '002':
    case '__2': {
      const match = (piece.text === '002' ? /^()([0-9]{3})/ : /^( {0,2})([0-9]{1,3})/).exec(value);
      if (match === null) return bad();
      read.yearDay = Number(match[2]);
      return value.slice(match[0].length);
    }
    case '15':
      [read.hour, rest] = number(value, false);
      if (read.hour >= 24) outOfRange('hour');
      return rest;
    case '3':
    case '03':
      [read.hour, rest] = number(value, piece.text === '03');
      if (read.hour > 12) outOfRange('hour');
      return rest;
    case '4':
    case '04':
      [read.minute, rest] = number(value, piece.text === '04');
      if (read.minute >= 60) outOfRange('minute');
      return rest;
    case '5':
    case '05':
      [read.second, rest] = number(value, piece.text === '05');
      if (read.second >= 60) outOfRange('second');
      // A fraction may follow that the layout does not name.
      if (/^[.,][0-9]/.test(rest) && nextField(following).field?.kind !== 'fraction')
        return fraction(9, true, rest, read);
      return rest;
    case 'PM':
    case 'pm': {
      const half = value.slice(0, 2);
      const lower = half.toLowerCase();
      if (
        (lower !== 'am' && lower !== 'pm') ||
        (piece.text === 'PM' ? half !== half.toUpperCase() : half !== lower)
      )
        bad();
      read.half = lower as 'am' | 'pm';
      return value.slice(2);
    }
    case 'MST':
      return zoneName(value, read);
    default:
      return offset(piece.text, value, read);
  }
}

function fraction(wanted: number, trims: boolean, value: string, read: Read): string {
  let length = wanted + 1;
  if (trims) {
    const match = /^[.,][0-9]+/.exec(value);
    if (match === null) return value;
    length = match[0].length;
  } else if (value.length < length || !/^[.,][0-9]+$/.test(value.slice(0, length))) bad();
  read.nano = Number(value.slice(1, Math.min(length, 10)).padEnd(9, '0'));
  return value.slice(length);
}

function offset(form: string, value: string, read: Read): string {
  if (form.startsWith('Z') && value.startsWith('Z')) {
    read.isUtc = true;
    return value.slice(1);
  }
  const colon = form.includes(':') ? ':' : '';
  const parts = form.length <= 3 ? 1 : form.length <= 6 ? 2 : 3;
  const expression = new RegExp(`^([+-])([0-9]{2})${`${colon}([0-9]{2})`.repeat(parts - 1)}`);
  const match = expression.exec(value);
  if (match === null) return bad();
  const [hours, minutes, seconds] = [2, 3, 4].map((group) => Number(match[group] ?? 0)) as [
    number,
    number,
    number,
  ];
  if (hours > 24) outOfRange('time zone offset hour');
  if (minutes > 60) outOfRange('time zone offset minute');
  if (seconds > 60) outOfRange('time zone offset second');
  read.offset = ((hours * 60 + minutes) * 60 + seconds) * (match[1] === '-' ? -1 : 1);
  return value.slice(match[0].length);
}

function zoneName(value: string, read: Read): string {
  if (value.startsWith('UTC')) {
    read.isUtc = true;
    return value.slice(3);
  }
  const length = zoneNameLength(value);
  if (length === 0) bad();
  read.zone = value.slice(0, length);
  return value.slice(length);
}

function zoneNameLength(value: string): number {
  if (value.length < 3) return 0;
  if (/^(ChST|MeST)/.test(value)) return 4;
  if (value.startsWith('GMT')) return 3 + signedOffset(value.slice(3));
  if (/^[+-]/.test(value)) return signedOffset(value);
  const upper = /^[A-Z]{0,6}/.exec(value)?.[0] ?? '';
  if (upper.length === 5 && upper[4] === 'T') return 5;
  if (upper.length === 4 && (upper[3] === 'T' || upper === 'WITA')) return 4;
  return upper.length === 3 ? 3 : 0;
}

function signedOffset(value: string): number {
  const match = /^[+-]([0-9]+)/.exec(value);
  return match === null || Number(match[1]) > 23 ? 0 : match[0].length;
}

function finished(read: Read, error: (message: string) => never): Moment {
  let { month, day, hour } = read;
  if (read.half === 'pm' && hour < 12) hour += 12;
  if (read.half === 'am' && hour === 12) hour = 0;
  if (read.yearDay >= 0) {
    if (read.yearDay < 1 || read.yearDay > (isLeap(read.year) ? 366 : 365))
      error(': day-of-year out of range');
    let [m, d] = [1, read.yearDay];
    while (d > daysIn(m, read.year)) d -= daysIn(m++, read.year);
    if (month >= 0 && month !== m) error(': day-of-year does not match month');
    if (day >= 0 && day !== d) error(': day-of-year does not match day');
    [month, day] = [m, d];
  } else {
    if (month < 0) month = 1;
    if (day < 0) day = 1;
  }
  if (day < 1 || day > daysIn(month, read.year)) error(': day out of range');
  const nanos = nanosOf(read.year, month, day, hour, read.minute, read.second, read.nano);
  if (read.isUtc) return { nanos, zone: utc };
  if (read.offset !== null) {
    const local = read.offset === 0 && (read.zone === '' || read.zone === 'UTC');
    const zone: Zone = local ? utc : { name: read.zone, offset: read.offset };
    return { nanos: nanos - BigInt(read.offset) * 1_000_000_000n, zone };
  }
  if (read.zone === '') return { nanos, zone: utc };
  // Where a zone is only named, Go reads the clock as UTC and then shows it in that zone.
  const hours = read.zone.startsWith('GMT') ? Number(read.zone.slice(3)) || 0 : 0;
  return { nanos, zone: { name: read.zone, offset: hours * 3600 } };
}
