import { abbreviationAt } from './abbreviations.ts';
import { utc, type Zone } from './moment.ts';

/**
 * time.LoadLocation: the zone that a name means at a moment; UTC for names that nobody knows, as Sprig has it.
 * `Local` is UTC, because that is what the app manager's container has.
 */
export function zoneNamed(name: string, nanos: bigint): Zone {
  if (name === '' || name === 'UTC' || name === 'Local') return utc;
  const date = new Date(Number(nanos / 1_000_000n));
  const offset = offsetAt(name, date);
  if (offset === null) return utc;
  const match = /^GMT(?:([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?$/.exec(offset);
  if (match === null) return utc;
  const size = Number(match[2] ?? 0) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  const seconds = match[1] === '-' ? -size : size;
  return { name: abbreviationAt(name, seconds) ?? figures(seconds), offset: seconds };
}

/** What a zone without letters is called: `+04`, `+0545`. */
function figures(seconds: number): string {
  const size = Math.abs(seconds);
  const minutes = Math.floor(size / 60) % 60;
  const hours = String(Math.floor(size / 3600)).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : String(minutes).padStart(2, '0')}`;
}

/** `GMT+04:00`; null for a name that is no zone's. */
function offsetAt(timeZone: string, date: Date): string | null {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    return format.formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? null;
  } catch {
    return null;
  }
}
