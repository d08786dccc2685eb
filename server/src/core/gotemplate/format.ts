import { byteLength, compareStrings, fromBytes, joinBytes, toBytes } from './bytes.ts';
import { formatFloat } from './float.ts';
import { canBackquote, isPrint, quote, quoteRune } from './quote.ts';
import {
  FunctionError,
  integer,
  type ListValue,
  type MapValue,
  type ObjectValue,
  structured,
  typeOf,
  type UnknownValue,
  type Value,
} from './value.ts';

/** What printing needs of whoever prints. */
export interface PrintContext {
  placeholder(unknown: UnknownValue): string;
  /** Told of what is printed, so that a value that prints without end can be stopped. */
  charge(units: number): void;
}

/** A value as an action prints it: nil has a text of its own, and a pointer is followed. */
export function printable(value: Value | undefined): Value {
  if (value === undefined || value === null) return '<no value>';
  const one = structured(value);
  return one?.kind === 'object' && one.type.startsWith('*') ? { ...one, type: one.type.slice(1) } : value;
}

/** `fmt.Sprint`: a space only between two operands that are no strings. */
export function sprint(values: readonly Value[], context: PrintContext): string {
  if (values.length === 1 && typeof values[0] === 'string') return values[0];
  const printer = new Printer(context);
  let previous = false;
  for (const [index, value] of values.entries()) {
    const isString = typeof value === 'string';
    if (index > 0 && !isString && !previous) printer.write(' ');
    printer.argument(value, 'v');
    previous = isString;
  }
  return joinBytes(printer.out);
}

/** `fmt.Sprintln` */
export function sprintln(values: readonly Value[], context: PrintContext): string {
  const printer = new Printer(context);
  for (const [index, value] of values.entries()) {
    if (index > 0) printer.write(' ');
    printer.argument(value, 'v');
  }
  return joinBytes(`${printer.out}\n`);
}

/** `fmt.Sprintf`, with its messages for verbs and arguments that do not fit. */
export function sprintf(format: string, values: readonly Value[], context: PrintContext): string {
  const printer = new Printer(context);
  printer.format(format, values);
  return joinBytes(printer.out);
}

const maxDepth = 200;

class Flags {
  sharp = false;
  zero = false;
  plus = false;
  minus = false;
  space = false;
  sharpV = false;
  plusV = false;
  width = 0;
  hasWidth = false;
  precision = 0;
  hasPrecision = false;
}

class Printer {
  out = '';
  #flags = new Flags();
  #reordered = false;
  #goodIndex = true;
  #erroring = false;
  readonly #context: PrintContext;

  constructor(context: PrintContext) {
    this.#context = context;
  }

  write(text: string): void {
    this.#context.charge(text.length);
    this.out += text;
  }

  // Formats

  format(format: string, args: readonly Value[]): void {
    const end = format.length;
    let argument = 0;
    let afterIndex = false;
    this.#reordered = false;
    let i = 0;
    while (i < end) {
      this.#goodIndex = true;
      let percent = format.indexOf('%', i);
      if (percent < 0) percent = end;
      if (percent > i) this.write(format.slice(i, percent));
      if (percent >= end) break;
      i = percent + 1;
      const flags = new Flags();
      this.#flags = flags;
      while (i < end && this.#flag(format[i] as string)) i++;

      [argument, i, afterIndex] = this.#index(argument, format, i, args.length);
      if (i < end && format[i] === '*') {
        i++;
        const width = numberArgument(args, argument);
        if (argument < args.length) argument++;
        flags.hasWidth = width !== null;
        flags.width = width ?? 0;
        if (width === null) this.write('%!(BADWIDTH)');
        if (flags.width < 0) {
          flags.width = -flags.width;
          flags.minus = true;
          flags.zero = false;
        }
        afterIndex = false;
      } else {
        const [width, found, next] = parseDigits(format, i);
        [flags.width, flags.hasWidth, i] = [width, found, next];
        if (afterIndex && found) this.#goodIndex = false;
      }

      if (i + 1 < end && format[i] === '.') {
        i++;
        if (afterIndex) this.#goodIndex = false;
        [argument, i, afterIndex] = this.#index(argument, format, i, args.length);
        if (i < end && format[i] === '*') {
          i++;
          const precision = numberArgument(args, argument);
          if (argument < args.length) argument++;
          flags.hasPrecision = precision !== null && precision >= 0;
          flags.precision = flags.hasPrecision ? (precision as number) : 0;
          if (!flags.hasPrecision) this.write('%!(BADPREC)');
          afterIndex = false;
        } else {
          const [precision, found, next] = parseDigits(format, i);
          flags.precision = found ? precision : 0;
          flags.hasPrecision = true;
          i = next;
        }
      }
      if (!afterIndex) [argument, i, afterIndex] = this.#index(argument, format, i, args.length);
      if (i >= end) {
        this.write('%!(NOVERB)');
        break;
      }
      const verb = String.fromCodePoint(format.codePointAt(i) as number);
      i += verb.length;
      if (verb === '%') this.write('%');
      else if (!this.#goodIndex) this.write(`%!${verb}(BADINDEX)`);
      else if (argument >= args.length) this.write(`%!${verb}(MISSING)`);
      else {
        if (verb === 'v') {
          [flags.sharpV, flags.sharp] = [flags.sharp, false];
          [flags.plusV, flags.plus] = [flags.plus, false];
        }
        this.argument(args[argument] as Value, verb);
        argument++;
      }
    }
    if (!this.#reordered && argument < args.length) this.#extra(args.slice(argument));
  }

  #flag(letter: string): boolean {
    const flags = this.#flags;
    if (letter === '#') flags.sharp = true;
    else if (letter === '0') flags.zero = true;
    else if (letter === '+') flags.plus = true;
    else if (letter === '-') flags.minus = true;
    else if (letter === ' ') flags.space = true;
    else return false;
    return true;
  }

  #extra(args: readonly Value[]): void {
    this.#flags = new Flags();
    this.write('%!(EXTRA ');
    for (const [index, value] of args.entries()) {
      if (index > 0) this.write(', ');
      if (value === null) this.write('<nil>');
      else {
        this.write(`${typeOf(value)}=`);
        this.argument(value, 'v');
      }
    }
    this.write(')');
  }

  /** An explicit index, `[3]`, if there is one. */
  #index(argument: number, format: string, at: number, count: number): [number, number, boolean] {
    if (format[at] !== '[') return [argument, at, false];
    this.#reordered = true;
    const close = format.indexOf(']', at);
    if (format.length - at < 3 || close < 0) {
      this.#goodIndex = false;
      return [argument, at + 1, false];
    }
    const [value, found, next] = parseDigits(format, at + 1, close);
    const ok = found && next === close;
    if (ok && value >= 1 && value <= count) return [value - 1, close + 1, true];
    this.#goodIndex = false;
    return [argument, close + 1, ok];
  }

  // Values

  argument(value: Value, verb: string): void {
    if (value === null) {
      if (verb === 'v' || verb === 'T') this.#pad('<nil>');
      else this.#badVerb(value, verb);
      return;
    }
    if (verb === 'T') {
      this.#string(typeOf(value), 's');
      return;
    }
    if (verb === 'w') {
      this.#badVerb(value, verb);
      return;
    }
    const one = structured(value);
    if (one?.kind === 'list' && one.element === 'uint8' && one.named === undefined) {
      if (verb === 'v' || verb === 'd') {
        this.#bytes(one, verb);
        return;
      }
    }
    this.#value(value, verb, 0);
  }

  #value(value: Value, verb: string, depth: number): void {
    if (depth > maxDepth) throw new FunctionError('value is nested too deeply to be printed');
    this.#context.charge(16);
    switch (typeof value) {
      case 'string':
        this.#string(value, verb, value);
        return;
      case 'boolean':
        if (verb === 't' || verb === 'v') {
          this.#pad(String(value));
          return;
        }
        this.#badVerb(value, verb);
        return;
      case 'number':
        this.#float(value, verb);
        return;
      case 'bigint':
        this.#integer(value, verb, true, value);
        return;
    }
    if (value === null) {
      if (verb === 'v') {
        this.write(this.#flags.sharpV ? 'interface {}(nil)' : '<nil>');
        return;
      }
      if (depth === 0) this.#badVerb(value, verb);
      else this.write('<nil>');
      return;
    }
    switch (value.kind) {
      case 'unknown':
        this.write(this.#context.placeholder(value));
        return;
      case 'int':
        this.#integer(value.value, verb, !value.type.startsWith('u'), value);
        return;
      case 'list':
        this.#list(value, verb, depth);
        return;
      case 'map':
        this.#map(value, verb, depth);
        return;
      case 'object':
        this.#object(value, verb, depth);
        return;
      case 'function':
        // An address, which differs each time in Go as well.
        if (verb === 'v') {
          this.write('0x0');
          return;
        }
        this.#badVerb(value, verb);
        return;
    }
  }

  #list(value: ListValue, verb: string, depth: number): void {
    const { sharpV } = this.#flags;
    if (value.element === 'uint8' && 'sqxX'.includes(verb) && verb !== '') {
      this.#bytes(value, verb);
      return;
    }
    if (sharpV) {
      this.write(typeOf(value));
      if (value.isNil === true) {
        this.write('(nil)');
        return;
      }
    }
    this.write(sharpV ? '{' : '[');
    for (const [index, item] of value.items.entries()) {
      if (index > 0) this.write(sharpV ? ', ' : ' ');
      this.#value(item, verb, depth + 1);
    }
    this.write(sharpV ? '}' : ']');
  }

  #map(value: MapValue, verb: string, depth: number): void {
    const { sharpV } = this.#flags;
    if (sharpV) {
      this.write(typeOf(value));
      if (value.isNil === true) {
        this.write('(nil)');
        return;
      }
    }
    this.write(sharpV ? '{' : 'map[');
    for (const [index, key] of sortedKeys(value).entries()) {
      if (index > 0) this.write(sharpV ? ', ' : ' ');
      this.#string(key, verb, key);
      this.write(':');
      this.#value(value.entries.get(key) ?? null, verb, depth + 1);
    }
    this.write(sharpV ? '}' : ']');
  }

  #object(value: ObjectValue, verb: string, depth: number): void {
    const { sharpV, plusV } = this.#flags;
    if (value.text !== undefined && !sharpV && !this.#erroring && 'vsxXq'.includes(verb)) {
      this.#string(value.text(), verb);
      return;
    }
    const pointer = value.type.startsWith('*');
    if (pointer && depth > 0) {
      // An address, which is another one each time in Go.
      if (verb === 'v') this.write('0xc000000000');
      else this.#badVerb(value, verb);
      return;
    }
    if (pointer) this.write('&');
    if (sharpV) this.write(pointer ? value.type.slice(1) : value.type);
    this.write('{');
    let index = 0;
    for (const [name, field] of value.fields) {
      if (index++ > 0) this.write(sharpV ? ', ' : ' ');
      if (sharpV || plusV) this.write(`${name}:`);
      this.#value(field, verb, depth + 1);
    }
    this.write('}');
  }

  #badVerb(value: Value, verb: string): void {
    this.#erroring = true;
    this.write(`%!${verb}(`);
    if (value === null) this.write('<nil>');
    else {
      this.write(`${typeOf(value)}=`);
      this.argument(value, 'v');
    }
    this.write(')');
    this.#erroring = false;
  }

  #string(text: string, verb: string, value: Value = text): void {
    const flags = this.#flags;
    switch (verb) {
      case 'v':
        if (flags.sharpV) {
          this.#quoted(text);
          return;
        }
        this.#pad(this.#truncate(text));
        return;
      case 's':
        this.#pad(this.#truncate(text));
        return;
      case 'q':
        this.#quoted(text);
        return;
      case 'x':
      case 'X':
        this.#hex(toBytes(text), verb);
        return;
      default:
        this.#badVerb(value, verb);
    }
  }

  #quoted(text: string): void {
    const short = this.#truncate(text);
    if (this.#flags.sharp && canBackquote(short)) this.#pad(`\`${short}\``);
    else this.#pad(quote(short, this.#flags.plus));
  }

  #bytes(value: ListValue, verb: string): void {
    const bytes = Uint8Array.from(value.items, (item) => Number(integer(item) ?? 0n));
    switch (verb) {
      case 'v':
      case 'd': {
        const { sharpV } = this.#flags;
        if (sharpV) {
          this.write('[]byte');
          if (value.isNil === true) {
            this.write('(nil)');
            return;
          }
        }
        this.write(sharpV ? '{' : '[');
        for (const [index, byte] of bytes.entries()) {
          if (index > 0) this.write(sharpV ? ', ' : ' ');
          if (sharpV) this.write(`0x${byte.toString(16)}`);
          else this.#digits(BigInt(byte), 10, verb);
        }
        this.write(sharpV ? '}' : ']');
        return;
      }
      case 'x':
      case 'X':
        this.#hex(bytes, verb);
        return;
      default:
        this.#string(fromBytes(bytes), verb, value);
        return;
    }
  }

  #hex(bytes: Uint8Array, verb: 'x' | 'X'): void {
    const flags = this.#flags;
    const length = flags.hasPrecision ? Math.min(flags.precision, bytes.length) : bytes.length;
    if (length === 0) {
      if (flags.hasWidth) this.#fill(flags.width);
      return;
    }
    let text = '';
    for (let i = 0; i < length; i++) {
      if (i > 0 && flags.space) text += ' ';
      if (flags.sharp && (i === 0 || flags.space)) text += '0x';
      text += (bytes[i] as number).toString(16).padStart(2, '0');
    }
    if (verb === 'X') text = text.toUpperCase();
    this.#pad(text);
  }

  #integer(value: bigint, verb: string, signed: boolean, whole: Value): void {
    switch (verb) {
      case 'v':
        if (this.#flags.sharpV && !signed) {
          const { sharp } = this.#flags;
          this.#flags.sharp = true;
          this.#digits(value, 16, verb);
          this.#flags.sharp = sharp;
          return;
        }
        this.#digits(value, 10, verb);
        return;
      case 'd':
        this.#digits(value, 10, verb);
        return;
      case 'b':
        this.#digits(value, 2, verb);
        return;
      case 'o':
      case 'O':
        this.#digits(value, 8, verb);
        return;
      case 'x':
      case 'X':
        this.#digits(value, 16, verb);
        return;
      case 'c':
        this.#pad(String.fromCodePoint(rune(value)));
        return;
      case 'q':
        this.#pad(quoteRune(rune(value), this.#flags.plus));
        return;
      case 'U':
        this.#unicode(value);
        return;
      default:
        this.#badVerb(whole, verb);
    }
  }

  #digits(value: bigint, base: number, verb: string): void {
    const flags = this.#flags;
    const negative = value < 0n;
    let text = (negative ? -value : value).toString(base);
    if (verb === 'X') text = text.toUpperCase();
    let precision = 0;
    if (flags.hasPrecision) {
      precision = flags.precision;
      if (precision === 0 && value === 0n) {
        this.#fillSpaces(flags.width);
        return;
      }
    } else if (flags.zero && !flags.minus && flags.hasWidth) {
      precision = flags.width - (negative || flags.plus || flags.space ? 1 : 0);
    }
    if (precision > text.length) this.#context.charge(precision);
    text = text.padStart(precision, '0');
    if (flags.sharp) {
      if (base === 2) text = `0b${text}`;
      else if (base === 8 && !text.startsWith('0')) text = `0${text}`;
      else if (base === 16) text = (verb === 'X' ? '0X' : '0x') + text;
    }
    if (verb === 'O') text = `0o${text}`;
    if (negative) text = `-${text}`;
    else if (flags.plus) text = `+${text}`;
    else if (flags.space) text = ` ${text}`;
    this.#padSpaces(text);
  }

  #unicode(value: bigint): void {
    const flags = this.#flags;
    const code = BigInt.asUintN(64, value);
    const width = flags.hasPrecision && flags.precision > 4 ? flags.precision : 4;
    let text = `U+${code.toString(16).toUpperCase().padStart(width, '0')}`;
    if (flags.sharp && code <= 0x10ffffn && isPrint(Number(code)))
      text += ` '${String.fromCodePoint(Number(code))}'`;
    this.#padSpaces(text);
  }

  #float(value: number, verb: string): void {
    switch (verb) {
      case 'v':
        this.#floatText(value, 'g', -1);
        return;
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        this.#floatText(value, verb, -1);
        return;
      case 'f':
      case 'e':
      case 'E':
        this.#floatText(value, verb, 6);
        return;
      case 'F':
        this.#floatText(value, 'f', 6);
        return;
      default:
        this.#badVerb(value, verb);
    }
  }

  #floatText(value: number, format: string, normal: number): void {
    const flags = this.#flags;
    const precision = flags.hasPrecision ? flags.precision : normal;
    if (precision > 1000) this.#context.charge(precision);
    let text = formatFloat(value, format, precision);
    if (!/^[+-]/.test(text)) text = `+${text}`;
    if (flags.space && text.startsWith('+') && !flags.plus) text = ` ${text.slice(1)}`;
    if (text[1] === 'I' || text[1] === 'N') {
      if (text[1] === 'N' && !flags.space && !flags.plus) text = text.slice(1);
      else if (text.startsWith('+') && !flags.plus) text = text.slice(text[1] === 'I' ? 0 : 1);
      this.#padSpaces(text);
      return;
    }
    if (flags.sharp && format !== 'b') text = withPoint(text, format, precision);
    if (!flags.plus && text.startsWith('+')) {
      this.#pad(text.slice(1));
      return;
    }
    if (flags.zero && !flags.minus && flags.hasWidth && flags.width > text.length) {
      this.write(text[0] as string);
      this.#fill(flags.width - text.length);
      this.write(text.slice(1));
      return;
    }
    this.#pad(text);
  }

  #truncate(text: string): string {
    const { hasPrecision, precision } = this.#flags;
    if (!hasPrecision || text.length <= precision) return text;
    return [...text].slice(0, precision).join('');
  }

  // Padding

  #pad(text: string): void {
    const { hasWidth, width, minus } = this.#flags;
    if (!hasWidth || width === 0) {
      this.write(text);
      return;
    }
    const missing = width - letters(text);
    if (!minus) this.#fill(missing);
    this.write(text);
    if (minus) this.#fill(missing);
  }

  #padSpaces(text: string): void {
    const { zero } = this.#flags;
    this.#flags.zero = false;
    this.#pad(text);
    this.#flags.zero = zero;
  }

  #fill(count: number): void {
    if (count <= 0) return;
    this.#context.charge(count);
    this.out += (this.#flags.zero && !this.#flags.minus ? '0' : ' ').repeat(count);
  }

  #fillSpaces(count: number): void {
    if (count <= 0) return;
    this.#context.charge(count);
    this.out += ' '.repeat(count);
  }
}

/** A map's keys as Go ranges over them and prints them. */
export function sortedKeys(value: MapValue): string[] {
  return [...value.entries.keys()].sort(compareStrings);
}

const letters = (text: string): number => (byteLength(text) === text.length ? text.length : [...text].length);

const rune = (value: bigint): number =>
  value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn) ? 0xfffd : Number(value);

const tooLarge = (value: number): boolean => value > 1e6 || value < -1e6;

function parseDigits(text: string, start: number, end = text.length): [number, boolean, number] {
  if (start >= end) return [0, false, end];
  let value = 0;
  let at = start;
  for (; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    if (tooLarge(value)) return [0, false, end];
    value = value * 10 + digit;
  }
  return [value, at > start, at];
}

/** A width or precision that is given as an argument (`*`). */
function numberArgument(args: readonly Value[], index: number): number | null {
  const value = integer(args[index]);
  if (value === null) return null;
  const number = Number(value);
  return tooLarge(number) ? null : number;
}

/** What the flag `#` does to a float: a point always, and the zeros that it keeps. */
function withPoint(text: string, format: string, precision: number): string {
  let digits = 0;
  if (format === 'g' || format === 'G' || format === 'x') digits = precision === -1 ? 6 : precision;
  const hex = format === 'x' || format === 'X';
  const tailAt = text.search(hex ? /[pP]/ : /[eE]/);
  const tail = tailAt < 0 ? '' : text.slice(tailAt);
  let body = tailAt < 0 ? text : text.slice(0, tailAt);
  let nonZero = false;
  for (const letter of body.slice(1)) {
    if (letter === '.') continue;
    if (letter !== '0') nonZero = true;
    if (nonZero) digits--;
  }
  if (!body.includes('.')) {
    if (body.length === 2 && body[1] === '0') digits--;
    body += '.';
  }
  return body + '0'.repeat(Math.max(digits, 0)) + tail;
}
