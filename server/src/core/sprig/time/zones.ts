import { utc, type Zone } from './moment.ts';

/**
 * time.LoadLocation: the zone that a name means at a moment; UTC for names that nobody knows, as Sprig has it.
 * `Local` is UTC, because that is what the app manager's container has.
 */
export function zoneNamed(name: string, nanos: bigint): Zone {
  if (name === '' || name === 'UTC' || name === 'Local') return utc;
  const date = new Date(Number(nanos / 1_000_000n));
  const offset = partOf(name, date, 'longOffset', 'en-US');
  if (offset === null) return utc;
  const match = /^GMT(?:([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?$/.exec(offset);
  if (match === null) return utc;
  const size = Number(match[2] ?? 0) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  const seconds = match[1] === '-' ? -size : size;
  return { name: abbreviation(name, date, seconds), offset: seconds };
}

/** Abbreviations are known only where they are in use. */
const locales = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA'];

function abbreviation(name: string, date: Date, seconds: number): string {
  for (const locale of locales) {
    const found = partOf(name, date, 'short', locale);
    if (found !== null && /^[A-Z]{3,5}$/.test(found) && (found !== 'GMT' || seconds === 0)) return found;
  }
  const size = Math.abs(seconds);
  const minutes = Math.floor(size / 60) % 60;
  const hours = String(Math.floor(size / 3600)).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : String(minutes).padStart(2, '0')}`;
}

function partOf(
  timeZone: string,
  date: Date,
  timeZoneName: 'longOffset' | 'short',
  locale: string,
): string | null {
  try {
    const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName }).formatToParts(date);
    return parts.find((part) => part.type === 'timeZoneName')?.value ?? null;
  } catch {
    return null;
  }
}
