/** A moment with the zone that it is shown in, as Go's time.Time. */
export interface Moment {
  /** Nanoseconds since 1970 in UTC. */
  readonly nanos: bigint;
  readonly zone: Zone;
}

export interface Zone {
  /** The abbreviation, '' where it has none. */
  readonly name: string;
  /** Seconds east of UTC. */
  readonly offset: number;
}

export const utc: Zone = { name: 'UTC', offset: 0 };

const SECOND = 1_000_000_000n;
const DAY = 86_400n;

/** What a clock on the wall shows. */
export interface Clock {
  readonly year: number;
  /** From 1 on. */
  readonly month: number;
  readonly day: number;
  /** From 1 on. */
  readonly yearDay: number;
  /** 0 is Sunday. */
  readonly weekDay: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
}

const floorDivide = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));

export const unixSeconds = (moment: Moment): bigint => floorDivide(moment.nanos, SECOND);

export function clockOf(moment: Moment): Clock {
  const local = moment.nanos + BigInt(moment.zone.offset) * SECOND;
  const seconds = floorDivide(local, SECOND);
  const days = floorDivide(seconds, DAY);
  const inDay = Number(seconds - days * DAY);
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    yearDay: Number(days - daysBefore(year, 1, 1)) + 1,
    weekDay: Number((((days + 4n) % 7n) + 7n) % 7n),
    hour: Math.floor(inDay / 3600),
    minute: Math.floor(inDay / 60) % 60,
    second: inDay % 60,
    nano: Number(local - seconds * SECOND),
  };
}

/** The date of a day counted from 1970 on (the proleptic Gregorian calendar). */
function dateOf(days: bigint): { year: number; month: number; day: number } {
  const shifted = days + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const dayOfEra = Number(shifted - era * 146_097n);
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + Number(era) * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Days from 1970 to a date. */
function daysBefore(year: number, month: number, day: number): bigint {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return BigInt(era * 146_097 + dayOfEra - 719_468);
}

/** Nanoseconds since 1970 of a date and time in UTC; what is too large for its place carries over, as in time.Date. */
export function nanosOf(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  nano = 0,
): bigint {
  const months = month - 1;
  const carried = year + Math.floor(months / 12);
  const days = daysBefore(carried, (((months % 12) + 12) % 12) + 1, 1) + BigInt(day - 1);
  return (days * DAY + BigInt(hour * 3600 + minute * 60 + second)) * SECOND + BigInt(nano);
}

export const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const daysIn = (month: number, year: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Go's zero time. */
export const zeroMoment: Moment = { nanos: nanosOf(1, 1, 1), zone: utc };
