/** Bytes as people read them, in decimal units: `24 MB`, `1.3 GB`. */
export function sizeInWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** The day of a moment, in UTC: `2026-11-25`. Null where the number names no moment. */
export function dayOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 10);
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const steps: readonly (readonly [until: number, size: number, unit: string])[] = [
  [hour, minute, 'minute'],
  [day, hour, 'hour'],
  [30 * day, day, 'day'],
  [365 * day, 30 * day, 'month'],
  [Number.POSITIVE_INFINITY, 365 * day, 'year'],
];

/** How long ago something was, in words that stay true for a while: `3 days ago`. */
export function longAgo(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < minute) return 'just now';
  for (const [until, size, unit] of steps) {
    if (seconds >= until) continue;
    const count = Math.floor(seconds / size);
    return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  }
  return 'long ago';
}

/** How long ago something was, to the second where it was just now. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} minute${minutes === 1 ? '' : 's'} ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} hour${hours === 1 ? '' : 's'} ago`;
  return `${Math.round(hours / 24)} days ago`;
}
