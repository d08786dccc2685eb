/** A number constant with all that it could be; what it becomes depends on where it is used. */
export interface NumberConstant {
  /** Its value as a signed integer of 64 bits; null if it is none. */
  readonly int: bigint | null;
  /** Its value as an unsigned integer of 64 bits; null if it is none. */
  readonly uint: bigint | null;
  readonly float: number | null;
}

const maxInt = 2n ** 63n - 1n;
const maxUint = 2n ** 64n - 1n;

/** A character constant: all three at once. */
export const runeConstant = (code: number): NumberConstant => ({
  int: BigInt(code),
  uint: BigInt(code),
  float: code,
});

/**
 * Reads a number as Go's template parser does (parse/node.go, newNumber), imaginary ones apart, which no template
 * needs. Gives the message of the error where there is one.
 */
export function parseNumber(text: string): NumberConstant | string {
  const integer = parseInteger(text);
  const signed = /^[+-]/.test(text);
  let int = integer !== null && integer >= -maxInt - 1n && integer <= maxInt ? integer : null;
  let uint =
    integer !== null && integer >= 0n && integer <= maxUint && (!signed || integer === 0n) ? integer : null;
  if (int !== null) return { int, uint, float: Number(int) };
  if (uint !== null) return { int, uint, float: Number(uint) };
  const float = parseFloatConstant(text);
  if (float === null) return `illegal number syntax: "${text}"`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: "${text}"`;
  if (Number.isInteger(float)) {
    const whole = BigInt(float);
    if (whole >= -maxInt - 1n && whole <= maxInt) int = whole;
    if (whole >= 0n && whole <= maxUint) uint = whole;
  }
  return { int, uint, float };
}

/** `strconv.ParseInt(text, 0, …)` without its bounds. */
function parseInteger(text: string): bigint | null {
  const match =
    /^([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB]_?[01]+(?:_[01]+)*|0[oO]_?[0-7]+(?:_[0-7]+)*|0(?:_?[0-7]+)*|[1-9][0-9]*(?:_[0-9]+)*)$/.exec(
      text,
    );
  if (match === null) return null;
  let digits = (match[2] as string).replaceAll('_', '').toLowerCase();
  if (/^0[0-7]/.test(digits)) digits = `0o${digits.slice(1)}`;
  const value = BigInt(digits);
  return match[1] === '-' ? -value : value;
}

/** `strconv.ParseFloat(text, 64)` for what the lexer lets through; infinite results are errors. */
function parseFloatConstant(text: string): number | null {
  const hexadecimal =
    /^([+-]?)0[xX](?:_?([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*))?(?:\.([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)?)?[pP]([+-]?[0-9]+(?:_[0-9]+)*)$/.exec(
      text,
    );
  let value: number;
  if (hexadecimal !== null) {
    const whole = (hexadecimal[2] ?? '').replaceAll('_', '');
    const fraction = (hexadecimal[3] ?? '').replaceAll('_', '');
    if (whole === '' && fraction === '') return null;
    const exponent = Number((hexadecimal[4] as string).replaceAll('_', '')) - 4 * fraction.length;
    value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** exponent;
    if (hexadecimal[1] === '-') value = -value;
  } else {
    const digits = '[0-9]+(?:_[0-9]+)*';
    const decimal = new RegExp(
      `^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:[eE][+-]?${digits})?$`,
    );
    if (!decimal.test(text)) return null;
    value = Number(text.replaceAll('_', ''));
  }
  return Number.isFinite(value) ? value : null;
}
