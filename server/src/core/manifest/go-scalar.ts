/** What an unquoted YAML text is to a reader: JSON's scalars, whole numbers beyond 2⁵³ exactly. */
export type PlainScalar = string | number | bigint | boolean | null;

/**
 * The value of an unquoted text as Go's YAML reader (go-yaml v3) resolves it, in the form in which kustomize and the
 * Kubernetes API write it as JSON. It is neither YAML 1.1 nor 1.2: `yes` is a string, `0755` is octal, `1_000` is a
 * number, and what looks like a date becomes a moment (`2020-01-01` → `2020-01-01T00:00:00Z`).
 */
export function goScalar(text: string): PlainScalar {
  const first = text.charCodeAt(0);
  if (Number.isNaN(first)) return null;
  const digit = first >= 48 && first <= 57;
  if (digit || first === 43 || first === 45 || first === 46) return goNumber(text, digit);
  switch (text) {
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    default:
      return text;
  }
}

function goNumber(text: string, digit: boolean): PlainScalar {
  const moment = digit ? goMoment(text) : null;
  if (moment !== null) return moment;
  const plain = text.replaceAll('_', '');
  const whole = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(plain);
  if (whole !== null) {
    const [, sign, digits = ''] = whole;
    const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
    const value = sign === '-' ? -magnitude : magnitude;
    if (Number.isSafeInteger(Number(value))) return Number(value);
    if (value >= -(1n << 63n) && value < 1n << 64n) return value;
    return Number(value);
  }
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(plain))
    // Beyond every number it is none.
    return Number.isFinite(Number.parseFloat(plain)) ? Number.parseFloat(plain) : text;
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : text;
}

const moment =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?)?$/;

/** A date or moment as RFC 3339, or null for what is none or only looks like one. */
export function goMoment(text: string): string | null {
  const found = moment.exec(text);
  if (found === null) return null;
  const [, year = '', month = '', day = '', hour, minute, second, fraction = '', zone] = found;
  const separator = text.charAt(year.length + month.length + day.length + 2);
  // With a T there has to be a zone, with a space there may be none.
  if (hour !== undefined && (separator === ' ') !== (zone === undefined)) return null;
  const two = (digits = '0'): string => digits.padStart(2, '0');
  const inRange =
    between(month, 1, 12) &&
    between(day, 1, daysIn(Number(year), Number(month))) &&
    between(hour ?? '0', 0, 23) &&
    between(minute ?? '0', 0, 59) &&
    between(second ?? '0', 0, 59);
  if (!inRange) return null;
  const rest = fraction.slice(0, 10).replace(/\.?0+$/, '');
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${rest}${zone === '+00:00' ? 'Z' : (zone ?? 'Z')}`;
}

const between = (digits: string, low: number, high: number): boolean =>
  Number(digits) >= low && Number(digits) <= high;

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
