import {
  FunctionError,
  int64,
  isObject,
  type ObjectValue,
  structured,
  type Value,
} from '../gotemplate/value.ts';
import { count, define, type Functions, given, objectOf, text, whole } from './define.ts';
import { parseInt64 } from './go/numbers.ts';
import type { SprigHost } from './host.ts';
import {
  durationText,
  HOUR,
  MINUTE,
  parseDuration,
  roundedToSeconds,
  SECOND,
  saturated,
} from './time/duration.ts';
import { formatTime, timeJson, timeText } from './time/format.ts';
import { clockOf, type Moment, nanosOf, unixSeconds, utc, zeroMoment } from './time/moment.ts';
import { parseTime } from './time/parse.ts';
import { zoneNamed } from './time/zones.ts';

const TIME = 'time.Time';

/** A moment as templates have it: a time.Time with the methods that people use. */
export function timeValue(moment: Moment): ObjectValue {
  const clock = clockOf(moment);
  const int = (value: number) => define('', 'int', () => BigInt(value));
  const long = (value: bigint) => define('', 'int64', () => int64(value));
  const time = (changed: Moment) => define('', 'time', () => timeValue(changed));
  const compared = (test: (other: bigint) => boolean) =>
    define('time', 'bool', (a) => test(momentOf(a[0]).nanos));
  return {
    kind: 'object',
    type: TIME,
    fields: new Map(),
    data: moment,
    text: () => timeText(moment),
    isZero: moment.nanos === zeroMoment.nanos,
    methods: new Map([
      ['Year', int(clock.year)],
      ['Day', int(clock.day)],
      ['YearDay', int(clock.yearDay)],
      ['Hour', int(clock.hour)],
      ['Minute', int(clock.minute)],
      ['Second', int(clock.second)],
      ['Nanosecond', int(clock.nano)],
      ['Unix', long(unixSeconds(moment))],
      ['UnixNano', long(moment.nanos)],
      ['UnixMilli', long(moment.nanos / 1_000_000n)],
      ['Format', define('string', 'string', (a) => formatTime(moment, text(a[0])))],
      ['String', define('', 'string', () => timeText(moment))],
      ['MarshalJSON', define('', '[]uint8', () => `"${timeJson(moment)}"`)],
      ['UTC', time({ ...moment, zone: utc })],
      ['IsZero', define('', 'bool', () => moment.nanos === zeroMoment.nanos)],
      [
        'AddDate',
        define('int int int', 'time', (a) => {
          const { year, month, day, hour, minute, second, nano } = clock;
          const [years, months, days] = [count(a[0]), count(a[1]), count(a[2])];
          const local = nanosOf(year + years, month + months, day + days, hour, minute, second, nano);
          return timeValue({ ...moment, nanos: local - BigInt(moment.zone.offset) * SECOND });
        }),
      ],
      [
        'Add',
        define('time.Duration', 'time', (a) => timeValue({ ...moment, nanos: moment.nanos + whole(a[0]) })),
      ],
      ['Before', compared((other) => moment.nanos < other)],
      ['After', compared((other) => moment.nanos > other)],
      ['Equal', compared((other) => moment.nanos === other)],
    ]),
  };
}

const momentOf = (value: Value | undefined): Moment => objectOf(value).data as Moment;

const isTime = (value: Value): boolean =>
  isObject(value) && (value.type === TIME || value.type === `*${TIME}`) && value.data !== undefined;

/** Seconds since 1970 in one of the types that Sprig takes for that; null for another value. */
function secondsIn(value: Value, types: readonly string[]): bigint | null {
  if (typeof value === 'bigint') return value;
  const one = structured(value);
  return one?.kind === 'int' && types.includes(one.type) ? one.value : null;
}

const durationOf = (source: string): bigint | null => {
  try {
    return parseDuration(source);
  } catch (error) {
    if (error instanceof FunctionError) return null;
    throw error;
  }
};

/** The largest unit of a duration alone: `3mo`. */
function rounded(nanos: bigint): string {
  const size = BigInt.asUintN(64, nanos < 0n ? -nanos : nanos);
  const day = 24n * HOUR;
  for (const [unit, name] of [
    [365n * day, 'y'],
    [30n * day, 'mo'],
    [day, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [SECOND, 's'],
  ] as const)
    if (size > unit) return size / unit + name;
  return '0s';
}

/** Dates and durations; the clock is the host's. */
export function dates(host: SprigHost): Functions {
  const now: Moment = { nanos: host.now, zone: utc };

  const inZone = (layout: string, date: Value, zone: string): string => {
    const seconds = secondsIn(date, ['int64', 'int32']);
    const moment = isTime(date)
      ? momentOf(date)
      : seconds === null
        ? now
        : { nanos: seconds * SECOND, zone: utc };
    return formatTime({ ...moment, zone: zoneNamed(zone, moment.nanos) }, layout);
  };
  const since = (moment: Moment): bigint => saturated(now.nanos - moment.nanos);

  const dateInZone = define('string any string', 'string', (a) =>
    inZone(text(a[0]), given(a, 1), text(a[2])),
  );
  const dateModify = define('string time', 'time', (a) => {
    const moment = momentOf(a[1]);
    return timeValue({ ...moment, nanos: moment.nanos + (durationOf(text(a[0])) ?? 0n) });
  });
  const mustDateModify = define('string time', 'time', (a) => {
    const moment = momentOf(a[1]);
    return timeValue({ ...moment, nanos: moment.nanos + parseDuration(text(a[0])) });
  });

  return {
    now: define('', 'time', () => timeValue(now)),
    date: define('string any', 'string', (a) => inZone(text(a[0]), given(a, 1), 'Local')),
    dateInZone,
    date_in_zone: dateInZone,
    htmlDate: define('any', 'string', (a) => inZone('2006-01-02', given(a, 0), 'Local')),
    htmlDateInZone: define('any string', 'string', (a) => inZone('2006-01-02', given(a, 0), text(a[1]))),
    dateModify,
    date_modify: dateModify,
    mustDateModify,
    must_date_modify: mustDateModify,
    ago: define('any', 'string', (a) => {
      const date = given(a, 0);
      const seconds = secondsIn(date, ['int64']);
      if (isTime(date) && isObject(date) && date.type === TIME)
        return durationText(roundedToSeconds(since(momentOf(date))));
      if (seconds === null) return '0s';
      return durationText(roundedToSeconds(since({ nanos: seconds * SECOND, zone: utc })));
    }),
    duration: define('any', 'string', (a) => {
      const value = given(a, 0);
      const one = structured(value);
      let seconds = 0n;
      if (typeof value === 'string') seconds = parseInt64(value, 10).value;
      else if (one?.kind === 'int' && one.type === 'int64') seconds = one.value;
      return durationText(BigInt.asIntN(64, seconds * SECOND));
    }),
    durationRound: define('any', 'string', (a) => {
      const value = given(a, 0);
      const one = structured(value);
      if (typeof value === 'string') return rounded(durationOf(value) ?? 0n);
      if (one?.kind === 'int' && one.type === 'int64') return rounded(one.value);
      if (isObject(value) && value.type === TIME) return rounded(since(momentOf(value)));
      return '0s';
    }),
    toDate: define('string string', 'time', (a) => {
      try {
        return timeValue(parseTime(text(a[0]), text(a[1])));
      } catch (error) {
        if (error instanceof FunctionError) return timeValue(zeroMoment);
        throw error;
      }
    }),
    mustToDate: define('string string', 'time', (a) => timeValue(parseTime(text(a[0]), text(a[1])))),
    unixEpoch: define('time', 'string', (a) => String(unixSeconds(momentOf(a[0])))),
  };
}
