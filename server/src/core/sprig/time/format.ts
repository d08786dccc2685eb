import { months, nextField, type Piece, weekDays } from './layout.ts';
import { type Clock, clockOf, type Moment } from './moment.ts';

/** Time.Format. */
export function formatTime(moment: Moment, layout: string): string {
  const clock = clockOf(moment);
  let out = '';
  let rest = layout;
  while (rest !== '') {
    const next = nextField(rest);
    out += next.before;
    if (next.field === null) break;
    out += written(next.field, clock, moment);
    rest = next.rest;
  }
  return out;
}

/** Time.String. */
export const timeText = (moment: Moment): string =>
  formatTime(moment, '2006-01-02 15:04:05.999999999 -0700 MST');

/** Time.MarshalJSON, without quotes. */
export const timeJson = (moment: Moment): string => formatTime(moment, '2006-01-02T15:04:05.999999999Z07:00');

const two = (value: number): string => String(value).padStart(2, '0');

function written(field: Piece, clock: Clock, moment: Moment): string {
  if (field.kind === 'fraction') {
    const digits = String(clock.nano).padStart(9, '0').slice(0, field.digits).padEnd(field.digits, '0');
    const kept = field.trims ? digits.replace(/0+$/, '') : digits;
    return kept === '' ? '' : (field.text[0] as string) + kept;
  }
  const { year, month, day, yearDay, weekDay, hour, minute, second } = clock;
  const noon = hour % 12 === 0 ? 12 : hour % 12;
  switch (field.text) {
    case '2006':
      return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
    case '06':
      return two(((year % 100) + 100) % 100);
    case 'January':
      return months[month - 1] as string;
    case 'Jan':
      return (months[month - 1] as string).slice(0, 3);
    case '1':
      return String(month);
    case '01':
      return two(month);
    case 'Monday':
      return weekDays[weekDay] as string;
    case 'Mon':
      return (weekDays[weekDay] as string).slice(0, 3);
    case '2':
      return String(day);
    case '_2':
      return String(day).padStart(2, ' ');
    case '02':
      return two(day);
    case '__2':
      return String(yearDay).padStart(3, ' ');
    case '002':
      return String(yearDay).padStart(3, '0');
    case '15':
      return two(hour);
    case '3':
      return String(noon);
    case '03':
      return two(noon);
    case '4':
      return String(minute);
    case '04':
      return two(minute);
    case '5':
      return String(second);
    case '05':
      return two(second);
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return moment.zone.name !== '' ? moment.zone.name : offset(moment.zone.offset, '-0700');
    default:
      return field.kind === 'field' ? offset(moment.zone.offset, field.text) : field.text;
  }
}

function offset(seconds: number, form: string): string {
  if (form.startsWith('Z') && seconds === 0) return 'Z';
  const size = Math.abs(seconds);
  const parts = [two(Math.floor(size / 3600))];
  if (form.length > 3) parts.push(two(Math.floor(size / 60) % 60));
  if (form.length > 6) parts.push(two(size % 60));
  return (seconds < 0 ? '-' : '+') + parts.join(form.includes(':') ? ':' : '');
}
