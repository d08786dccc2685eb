import { compareStrings } from '../../gotemplate/bytes.ts';
import { type CallContext, FunctionError, list, map, typeOf, type Value } from '../../gotemplate/value.ts';
import { base64 } from './base64.ts';
import { printedFloat } from './print.ts';

const MAX_DEPTH = 1000;

/** encoding/json's Marshal. With `html`, `<`, `>` and `&` are escaped, as it does unless told otherwise. */
export function marshal(value: Value, html: boolean, context: CallContext, depth = 0): string {
  if (depth > MAX_DEPTH)
    throw new FunctionError(`json: unsupported value: encountered a cycle via ${typeOf(value)}`);
  const inner = (one: Value): string => marshal(one, html, context, depth + 1);
  switch (typeof value) {
    case 'string':
      return jsonString(value, html);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new FunctionError(`json: unsupported value: ${printedFloat(value)}`);
      return Object.is(value, -0) ? '-0' : String(value);
  }
  if (value === null) return 'null';
  switch (value.kind) {
    case 'int':
      return String(value.value);
    case 'list':
      if (value.isNil === true) return 'null';
      if (value.element === 'uint8') return `"${base64(value.items.map((item) => Number(inner(item))))}"`;
      return `[${value.items.map(inner).join(',')}]`;
    case 'map': {
      if (value.isNil === true) return 'null';
      const keys = [...value.entries.keys()].sort(compareStrings);
      const pairs = keys.map((key) => `${jsonString(key, html)}:${inner(value.entries.get(key) ?? null)}`);
      return `{${pairs.join(',')}}`;
    }
    case 'object': {
      const json = value.methods?.get('MarshalJSON');
      if (json !== undefined) return String(json.call([], context));
      return `{${[...value.fields].map(([name, field]) => `${jsonString(name, html)}:${inner(field)}`).join(',')}}`;
    }
    case 'function':
      throw new FunctionError(`json: unsupported type: ${typeOf(value)}`);
    case 'unknown':
      return jsonString(context.placeholder(value), html);
  }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function jsonString(value: string, html: boolean): string {
  let out = '"';
  for (const rune of value) {
    const code = rune.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) out += '\\ufffd';
    else if (escapes[rune] !== undefined) out += escapes[rune];
    else if (code < 0x20 || code === 0x2028 || code === 0x2029 || (html && /[<>&]/.test(rune)))
      out += `\\u${code.toString(16).padStart(4, '0')}`;
    else out += rune;
  }
  return `${out}"`;
}

/** encoding/json's Indent with two spaces. */
export function indentJson(json: string): string {
  let out = '';
  let depth = 0;
  let inString = false;
  const newLine = (): string => `\n${'  '.repeat(depth)}`;
  for (let i = 0; i < json.length; i++) {
    const letter = json[i] as string;
    if (inString) {
      out += letter;
      if (letter === '\\') out += json[++i] ?? '';
      else if (letter === '"') inString = false;
    } else if (letter === '{' || letter === '[') {
      const close = json[i + 1] as string;
      if (close === '}' || close === ']') {
        out += letter + close;
        i++;
      } else {
        depth++;
        out += letter + newLine();
      }
    } else if (letter === '}' || letter === ']') {
      depth--;
      out += newLine() + letter;
    } else if (letter === ',') out += letter + newLine();
    else if (letter === ':') out += ': ';
    else {
      out += letter;
      inString = letter === '"';
    }
  }
  return out;
}

/** encoding/json's Unmarshal into an `any`. */
export function unmarshal(text: string): Value {
  return new Reader(text).document();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Value {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
    return value;
  }

  /** Within a token Go reads on behind the end, as if a space stood there. */
  #failWithin(where: string): never {
    if (this.#at >= this.#text.length) throw new FunctionError(`invalid character ' ' ${where}`);
    return this.#fail(where);
  }

  #fail(where: string): never {
    const rune = this.#text.codePointAt(this.#at);
    if (rune === undefined) throw new FunctionError('unexpected end of JSON input');
    throw new FunctionError(`invalid character ${quotedByte(rune)} ${where}`);
  }

  #space(): void {
    while (/^[ \t\r\n]$/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #value(depth: number): Value {
    if (depth > 10_000) throw new FunctionError('exceeded max depth');
    this.#space();
    const letter = this.#text[this.#at];
    switch (letter) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
    }
    if (letter === '-' || (letter !== undefined && letter >= '0' && letter <= '9')) return this.#number();
    return this.#fail('looking for beginning of value');
  }

  #word(word: string, value: Value): Value {
    this.#at++;
    for (const letter of word.slice(1)) {
      if (this.#text[this.#at] !== letter) this.#failWithin(`in literal ${word} (expecting '${letter}')`);
      this.#at++;
    }
    return value;
  }

  #number(): Value {
    const start = this.#at;
    const digits = (where: string): void => {
      if (!isDigit(this.#text[this.#at])) this.#failWithin(where);
      while (isDigit(this.#text[this.#at])) this.#at++;
    };
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at++;
      digits('after decimal point in numeric literal');
    }
    if (/^[eE]$/.test(this.#text[this.#at] ?? '')) {
      this.#at++;
      if (/^[+-]$/.test(this.#text[this.#at] ?? '')) this.#at++;
      digits('in exponent of numeric literal');
    }
    const literal = this.#text.slice(start, this.#at);
    const value = Number(literal);
    if (!Number.isFinite(value))
      throw new FunctionError(`json: cannot unmarshal number ${literal} into Go value of type float64`);
    return value;
  }

  #string(): string {
    let out = '';
    this.#at++;
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === 0x22) {
        this.#at++;
        return out.replaceAll(loneSurrogates, '\ufffd');
      }
      if (unit === 0x5c) out += this.#escape();
      else if (Number.isNaN(unit) || unit < 0x20) this.#fail('in string literal');
      else {
        // A byte that is no UTF-8 becomes U+FFFD, as half a pair does; both end up so above.
        out += this.#text[this.#at++];
      }
    }
  }

  #escape(): string {
    const letter = this.#text[++this.#at] ?? '';
    if (letter === 'u') {
      let code = '';
      while (code.length < 4) {
        this.#at++;
        const digit = this.#text[this.#at] ?? '';
        if (!/^[0-9a-fA-F]$/.test(digit)) this.#failWithin('in \\u hexadecimal character escape');
        code += digit;
      }
      this.#at++;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    const plain = unescapes[letter];
    if (letter === '' || plain === undefined) this.#failWithin('in string escape code');
    this.#at++;
    return plain as string;
  }

  #array(depth: number): Value {
    const items: Value[] = [];
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === ']') {
      this.#at++;
      return list(items);
    }
    for (;;) {
      items.push(this.#value(depth + 1));
      this.#space();
      const letter = this.#text[this.#at];
      if (letter !== ',' && letter !== ']') this.#fail('after array element');
      this.#at++;
      if (letter === ']') return list(items);
    }
  }

  #object(depth: number): Value {
    const entries = new Map<string, Value>();
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === '}') {
      this.#at++;
      return map(entries);
    }
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string');
      const key = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ':') this.#fail('after object key');
      this.#at++;
      entries.set(key, this.#value(depth + 1));
      this.#space();
      const letter = this.#text[this.#at];
      if (letter !== ',' && letter !== '}') this.#fail('after object key:value pair');
      this.#at++;
      if (letter === '}') return map(entries);
    }
  }
}

const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const isDigit = (letter: string | undefined): boolean =>
  letter !== undefined && letter >= '0' && letter <= '9';

const unescapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** How encoding/json quotes the byte that it does not like. */
function quotedByte(rune: number): string {
  if (rune === 0x27) return `'\\''`;
  if (rune === 0x22) return `'"'`;
  // It looks at bytes, so that of other letters it names the first byte as a letter of Latin 1.
  const byte =
    rune < 0x80 ? rune : rune < 0x800 ? 0xc0 | (rune >> 6) : rune < 0x10000 ? 0xe0 | (rune >> 12) : 0xf0;
  const names: Readonly<Record<number, string>> = {
    7: 'a',
    8: 'b',
    9: 't',
    10: 'n',
    11: 'v',
    12: 'f',
    13: 'r',
    92: '\\',
  };
  const name = names[byte];
  if (name !== undefined) return `'\\${name}'`;
  return byte < 0x20 || byte === 0x7f
    ? `'\\x${byte.toString(16).padStart(2, '0')}'`
    : `'${String.fromCharCode(byte)}'`;
}
