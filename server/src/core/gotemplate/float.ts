/** The decimal digits of a positive finite number: 0.d₁d₂d₃… × 10^point. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

const zero: Digits = { digits: '', point: 0 };

/**
 * A number as Go's `strconv.FormatFloat(value, format, precision, 64)` writes it; the formats are those of fmt's verbs,
 * of which `b` is left out. A precision of -1 means as many digits as tell the number apart.
 */
export function formatFloat(value: number, format: string, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const positive = Math.abs(value);
  if (positive === Number.POSITIVE_INFINITY) return sign === '' ? '+Inf' : '-Inf';
  if (format === 'x' || format === 'X') return sign + hexFloat(positive, format, precision);
  if (format === 'b') return sign + binaryFloat(positive);
  const shortest = precision < 0;
  let digits: Digits;
  let digitCount = precision;
  if (shortest) {
    digits = shortestDigits(positive);
    if (format === 'e' || format === 'E') digitCount = Math.max(digits.digits.length - 1, 0);
    else if (format === 'f') digitCount = Math.max(digits.digits.length - digits.point, 0);
    else digitCount = digits.digits.length;
  } else if (format === 'f') digits = roundedDigits(positive, (exact) => exact.point + precision);
  else {
    if (format !== 'e' && format !== 'E' && precision === 0) digitCount = 1;
    const wanted = format === 'e' || format === 'E' ? precision + 1 : digitCount;
    digits = roundedDigits(positive, () => wanted);
  }
  switch (format) {
    case 'e':
    case 'E':
      return sign + exponential(digits, digitCount, format);
    case 'f':
      return sign + fixed(digits, digitCount);
    default: {
      let limit = digitCount;
      if (limit > digits.digits.length && digits.digits.length >= digits.point) limit = digits.digits.length;
      if (shortest) limit = 6;
      const exponent = digits.point - 1;
      if (exponent < -4 || exponent >= limit) {
        const count = digitCount > digits.digits.length ? digits.digits.length : digitCount;
        return sign + exponential(digits, Math.max(count - 1, 0), format === 'g' ? 'e' : 'E');
      }
      return sign + fixed(digits, Math.max(digits.digits.length - digits.point, 0));
    }
  }
}

function exponential({ digits, point }: Digits, count: number, letter: string): string {
  const first = digits[0] ?? '0';
  const rest = digits.slice(1, count + 1).padEnd(count, '0');
  const exponent = digits === '' ? 0 : point - 1;
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${first}${count > 0 ? `.${rest}` : ''}${letter}${exponent < 0 ? '-' : '+'}${size}`;
}

function fixed({ digits, point }: Digits, count: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (count <= 0) return whole;
  let fraction = '';
  for (let i = 0; i < count; i++) fraction += digits[point + i] ?? '0';
  return `${whole}.${fraction}`;
}

function shortestDigits(value: number): Digits {
  if (value === 0) return zero;
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return { digits: trimZeros(mantissa.replace('.', '')), point: Number(exponent) + 1 };
}

/** The exact decimal value, rounded half to even to so many digits. */
function roundedDigits(value: number, count: (exact: Digits) => number): Digits {
  const exact = exactDigits(value);
  const wanted = count(exact);
  if (wanted < 0) return zero;
  if (wanted >= exact.digits.length) return exact;
  const kept = exact.digits.slice(0, wanted);
  const rest = exact.digits.slice(wanted);
  const odd = wanted > 0 && Number(kept[wanted - 1]) % 2 === 1;
  const up = rest[0] === '5' && rest.length === 1 ? odd : (rest[0] as string) >= '5';
  if (!up) return { digits: trimZeros(kept), point: kept === '' ? 0 : exact.point };
  const raised = wanted === 0 ? '1' : (BigInt(kept) + 1n).toString();
  const grew = wanted === 0 || raised.length > wanted;
  return { digits: trimZeros(raised), point: exact.point + (grew ? 1 : 0) };
}

function exactDigits(value: number): Digits {
  if (value === 0) return zero;
  const { mantissa, exponent } = parts(value);
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return { digits: trimZeros(digits), point: digits.length };
  }
  // m / 2^k = m · 5^k / 10^k
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits: trimZeros(digits), point: digits.length + exponent };
}

const trimZeros = (digits: string): string => digits.replace(/0+$/, '');

/** The value as mantissa · 2^exponent with a whole mantissa. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function binaryFloat(value: number): string {
  if (value === 0) return '0p-1074';
  const { mantissa, exponent } = parts(value);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** `0x1.8p+01` */
function hexFloat(value: number, format: string, precision: number): string {
  let digits = '';
  let exponent = 0;
  let lead = 0n;
  if (value !== 0) {
    let { mantissa, exponent: power } = parts(value);
    while (mantissa < 1n << 52n) {
      mantissa <<= 1n;
      power--;
    }
    exponent = power + 52;
    if (precision >= 0 && precision < 13) {
      const shift = BigInt(52 - 4 * precision);
      const rest = mantissa & ((1n << shift) - 1n);
      mantissa >>= shift;
      const half = 1n << (shift - 1n);
      if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa++;
      mantissa <<= shift;
      if (mantissa >= 1n << 53n) {
        mantissa >>= 1n;
        exponent++;
      }
    }
    lead = 1n;
    digits = (mantissa - (1n << 52n)).toString(16).padStart(13, '0');
  }
  if (precision < 0) digits = trimZeros(digits);
  else digits = digits.slice(0, precision).padEnd(precision, '0');
  const size = String(Math.abs(exponent)).padStart(2, '0');
  const text = `0x${lead}${digits === '' ? '' : `.${digits}`}p${exponent < 0 ? '-' : '+'}${size}`;
  return format === 'X' ? text.toUpperCase() : text;
}
