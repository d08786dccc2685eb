import { goMoment, goScalar } from './go-scalar.ts';
import { isPlainMap, type Plain, type PlainMap } from './plain.ts';

/** Lines are folded at the first space behind this column. */
const WIDTH = 80;

/**
 * Writes a value as Kubernetes' tools do (sigs.k8s.io/yaml, go-yaml v2): keys sorted, lists not indented below their
 * key, quotes only where a reader would see no string without them, long texts folded.
 */
export function emitYaml(value: Plain): string {
  const out = new Writer();
  if (isPlainMap(value) && Object.keys(value).length > 0) out.map(value, 0);
  else if (Array.isArray(value) && value.length > 0) out.list(value, 0);
  else out.scalar(value, 2);
  return out.text;
}

class Writer {
  text = '';

  map(value: PlainMap, indent: number): void {
    let first = true;
    for (const key of Object.keys(value).sort(byGoKey)) {
      if (!first) this.text += ' '.repeat(indent);
      first = false;
      this.#key(key);
      this.text += ':';
      this.#member(value[key] ?? null, indent);
    }
  }

  list(items: readonly Plain[], indent: number): void {
    let first = true;
    for (const item of items) {
      if (!first) this.text += ' '.repeat(indent);
      first = false;
      this.text += '-';
      if (isPlainMap(item) && Object.keys(item).length > 0) {
        this.text += ' ';
        this.map(item, indent + 2);
      } else if (Array.isArray(item) && item.length > 0) {
        this.text += ' ';
        this.list(item, indent + 2);
      } else {
        this.text += ' ';
        this.scalar(item, indent + 2);
      }
    }
  }

  #member(value: Plain, indent: number): void {
    if (isPlainMap(value) && Object.keys(value).length > 0) {
      this.text += `\n${' '.repeat(indent + 2)}`;
      this.map(value, indent + 2);
    } else if (Array.isArray(value) && value.length > 0) {
      this.text += `\n${' '.repeat(indent)}`;
      this.list(value, indent);
    } else {
      this.text += ' ';
      this.scalar(value, indent + 2);
    }
  }

  /** @param indent of lines that the scalar goes on in */
  scalar(value: Plain, indent: number): void {
    if (typeof value === 'string') this.#string(value, indent);
    else if (Array.isArray(value)) this.text += '[]\n';
    else if (isPlainMap(value)) this.text += '{}\n';
    else this.text += `${numberText(value as number | bigint | boolean | null)}\n`;
  }

  #key(key: string): void {
    const style = styleOf(key, true);
    if (style === 'plain') this.text += key;
    else if (style === 'single') this.text += `'${key.replaceAll("'", "''")}'`;
    else this.text += doubleQuoted(key);
  }

  #string(value: string, indent: number): void {
    const style = styleOf(value, false);
    const column = this.text.length - (this.text.lastIndexOf('\n') + 1);
    const pad = ' '.repeat(indent);
    if (style === 'plain') this.text += fold(value, column, pad);
    else if (style === 'single') this.text += `'${fold(value.replaceAll("'", "''"), column + 1, pad)}'`;
    else if (style === 'double') this.text += foldDouble(doubleQuoted(value), column, pad);
    else {
      this.text += literal(value, pad);
      return;
    }
    this.text += '\n';
  }
}

const numberText = (value: number | bigint | boolean | null): string => {
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value < 0 ? '-.inf' : '.inf';
  return String(value).replace(/e([-+])([0-9])$/, 'e$10$2');
};

type Style = 'plain' | 'single' | 'double' | 'literal';

function styleOf(text: string, key: boolean): Style {
  const special = hasSpecial(text);
  if (text.includes('\n')) return key || special || !literalHolds(text) ? 'double' : 'literal';
  if (special || !isStringPlain(text)) return 'double';
  return plainHolds(text) ? 'plain' : 'single';
}

/** Whether a reader finds a string where a text stands without quotes, readers of YAML 1.1 too. */
export const isStringPlain = (text: string): boolean =>
  goScalar(text) === text && text !== '' && goMoment(text) === null && !oldMeanings.test(text);

/** What YAML 1.1 takes for truth or for a number in sixties. */
const oldMeanings =
  /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$/;

/** Line ends and what a terminal would not show make every style but double quotes unfit. */
const hasSpecial = (text: string): boolean =>
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]/.test(text);

/** A block keeps no text with a space before a line end or at its end. */
const literalHolds = (text: string): boolean => !/ \n| $/.test(text);

const plainHolds = (text: string): boolean =>
  !/^[ ,[\]{}#&*!|>'"%@`]|^[-?:](?: |$)|: |:$| #| $/.test(text) &&
  !text.startsWith('---') &&
  !text.startsWith('...');

/** Breaks at single spaces once a line is long. */
function fold(text: string, column: number, pad: string): string {
  if (column + text.length <= WIDTH) return text;
  let out = '';
  let at = column;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i);
    const breaks =
      unit === ' ' &&
      at > WIDTH &&
      i > 0 &&
      i < text.length - 1 &&
      text.charAt(i + 1) !== ' ' &&
      text.charAt(i - 1) !== ' ';
    if (breaks) {
      out += `\n${pad}`;
      at = pad.length;
    } else {
      out += unit;
      at++;
    }
  }
  return out;
}

/** As {@link fold}, for a text in double quotes, in which a line must not start with a space unescaped. */
function foldDouble(quoted: string, column: number, pad: string): string {
  if (column + quoted.length <= WIDTH) return quoted;
  let out = '';
  let at = column;
  for (let i = 0; i < quoted.length; i++) {
    const unit = quoted.charAt(i);
    if (unit === ' ' && at > WIDTH && i > 1 && i < quoted.length - 2 && quoted.charAt(i - 1) !== ' ') {
      out += `\n${pad}`;
      at = pad.length;
      if (quoted.charAt(i + 1) === ' ') {
        out += '\\';
        at++;
      }
    } else {
      out += unit;
      at++;
    }
  }
  return out;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/** A text in YAML's double quotes, as go-yaml escapes it. */
export function doubleQuoted(text: string): string {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const known = escapes[character];
    if (known !== undefined) out += known;
    else if (code < 0x20 || (code >= 0x7f && code <= 0xa0)) out += `\\x${hex(code, 2)}`;
    else if (code > 0xffff) out += `\\U${hex(code, 8)}`;
    else if ((code >= 0xd800 && code <= 0xdfff) || code >= 0xfffe || code === 0xfeff)
      out += `\\u${hex(code, 4)}`;
    else out += character;
  }
  return `${out}"`;
}

const hex = (code: number, digits: number): string => code.toString(16).toUpperCase().padStart(digits, '0');

function literal(text: string, pad: string): string {
  const header = /^[ \n]/.test(text) ? '|2' : '|';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `${header}${chomp}\n${lines.map((line) => (line === '' ? '' : pad + line)).join('\n')}\n`;
}

/** The order in which go-yaml v2 writes keys: letters behind the rest, numbers inside of a key by what they count. */
function byGoKey(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [one = '', other = ''] = [left[i], right[i]];
    if (one === other) continue;
    const letters = [isLetter(one), isLetter(other)];
    if (letters[0] && letters[1]) return one < other ? -1 : 1;
    if (letters[0] || letters[1]) return letters[1] ? -1 : 1;
    const first = numberAt(left, i);
    const second = numberAt(right, i);
    // Behind other digits a zero is one digit more, not the start of a number.
    const inside = (one === '0' || other === '0') && isInNumber(left, i) ? 1 : 0;
    const difference =
      first.value + inside * 10 ** first.digits - (second.value + inside * 10 ** second.digits);
    if (difference !== 0) return difference;
    if (first.digits !== second.digits) return first.digits - second.digits;
    return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

const isDigit = (character: string): boolean => /^\p{Nd}$/u.test(character);
const isLetter = (character: string): boolean => /^\p{L}$/u.test(character);

function numberAt(characters: readonly string[], start: number): { value: number; digits: number } {
  let value = 0;
  let at = start;
  for (; isDigit(characters[at] ?? ''); at++) value = value * 10 + Number(characters[at]);
  return { value, digits: at - start };
}

function isInNumber(characters: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && isDigit(characters[i] ?? ''); i--) if (characters[i] !== '0') return true;
  return false;
}
