import { Finder } from './finder.ts';
import { isPrint } from './quote.ts';

export interface Delimiters {
  readonly left: string;
  readonly right: string;
}

export const plainDelimiters: Delimiters = { left: '{{', right: '}}' };

export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'comment'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'keyword';

export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  /** Its text; of an error its message. */
  readonly value: string;
}

const keywords: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

/** Go's lexer for templates (text/template/parse/lex.go), which can go on behind an error. */
export class Lexer {
  readonly #text: string;
  readonly #left: string;
  readonly #right: string;
  /** Keywords that are functions of the caller's instead. */
  readonly #plainWords: ReadonlySet<string>;
  readonly #feeds: Finder;
  readonly #commentEnds: Finder;
  #at = 0;
  #insideAction = false;
  #parentheses = 0;
  #actionStart = 0;
  #failure: Token | null = null;

  constructor(text: string, delimiters: Delimiters, plainWords: ReadonlySet<string>) {
    this.#text = text;
    this.#left = delimiters.left === '' ? '{{' : delimiters.left;
    this.#right = delimiters.right === '' ? '}}' : delimiters.right;
    this.#plainWords = plainWords;
    this.#feeds = new Finder(text, '\n');
    this.#commentEnds = new Finder(text, '*/');
  }

  /** The next token. An error is given again and again until `recover` is called. */
  next(): Token {
    if (this.#failure !== null) return this.#failure;
    return this.#insideAction ? this.#action() : this.#body();
  }

  /**
   * Leaves a broken action: behind the next right delimiter of the line, or at the line's end. An error on a later
   * line than the action's first is taken for an action that nobody closed on its first line.
   */
  recover(): void {
    const text = this.#text;
    const failed = this.#failure?.start ?? this.#at;
    const inside = Math.min(this.#actionStart + this.#left.length, text.length);
    const lineEnd = this.#endOfLine(this.#actionStart);
    const from = failed > lineEnd || failed < inside ? inside : failed;
    const close = text.slice(from, lineEnd).indexOf(this.#right);
    this.#at = close >= 0 ? from + close + this.#right.length : Math.max(lineEnd, from);
    this.#insideAction = false;
    this.#failure = null;
  }

  /** Whether a left delimiter stands at an offset. */
  opensAction(at: number): boolean {
    return this.#text.startsWith(this.#left, at);
  }

  #endOfLine(from: number): number {
    const feed = this.#feeds.next(from);
    if (feed < 0) return this.#text.length;
    return feed > from && this.#text[feed - 1] === '\r' ? feed - 1 : feed;
  }

  #token(type: TokenType, start: number): Token {
    return { type, start, end: this.#at, value: this.#text.slice(start, this.#at) };
  }

  #error(start: number, message: string): Token {
    this.#failure = { type: 'error', start, end: Math.max(this.#at, start), value: message };
    return this.#failure;
  }

  #body(): Token {
    const text = this.#text;
    for (;;) {
      const start = this.#at;
      const found = text.indexOf(this.#left, start);
      if (found < 0) {
        this.#at = text.length;
        return this.#token(start < text.length ? 'text' : 'eof', start);
      }
      const inside = found + this.#left.length;
      const trims = text[inside] === '-' && isSpace(text.charCodeAt(inside + 1));
      if (found > start) {
        let end = found;
        if (trims) while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
        this.#at = found;
        if (end > start) return { type: 'text', start, end, value: text.slice(start, end) };
      }
      this.#actionStart = found;
      const body = inside + (trims ? 2 : 0);
      if (text.startsWith('/*', body)) {
        const comment = this.#comment(body);
        return comment;
      }
      this.#at = inside;
      const token = this.#token('leftDelim', found);
      this.#at = body;
      this.#insideAction = true;
      this.#parentheses = 0;
      return token;
    }
  }

  #comment(start: number): Token {
    const text = this.#text;
    const close = this.#commentEnds.next(start + 2);
    if (close < 0) {
      this.#at = text.length;
      return this.#error(start, 'unclosed comment');
    }
    this.#at = close + 2;
    if (!this.#atRightDelim(this.#at)) return this.#error(start, 'comment ends before closing delimiter');
    const first = this.#actionStart;
    this.#passRightDelim();
    const end = this.#delimEnd;
    return { type: 'comment', start: first, end, value: text.slice(start, close + 2) };
  }

  #atRightDelim(at: number): boolean {
    return this.#text.startsWith(this.#right, at) || this.#atTrimmedRightDelim(at);
  }

  #atTrimmedRightDelim(at: number): boolean {
    const text = this.#text;
    return text[at + 1] === '-' && isSpace(text.charCodeAt(at)) && text.startsWith(this.#right, at + 2);
  }

  #delimEnd = 0;

  /** Steps over a right delimiter with its marker and the space that this trims. */
  #passRightDelim(): void {
    const trims = this.#atTrimmedRightDelim(this.#at);
    this.#at += (trims ? 2 : 0) + this.#right.length;
    this.#delimEnd = this.#at;
    if (trims) while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
    this.#insideAction = false;
  }

  #rightDelim(): Token {
    const start = this.#at + (this.#atTrimmedRightDelim(this.#at) ? 2 : 0);
    this.#passRightDelim();
    return { type: 'rightDelim', start, end: this.#delimEnd, value: this.#right };
  }

  #action(): Token {
    const text = this.#text;
    const start = this.#at;
    if (this.#atRightDelim(start)) {
      return this.#parentheses === 0 ? this.#rightDelim() : this.#error(start, 'unclosed left paren');
    }
    const code = text.codePointAt(start);
    if (code === undefined) return this.#error(start, 'unclosed action');
    const letter = String.fromCodePoint(code);
    if (isSpace(code)) return this.#space(start);
    this.#at += letter.length;
    switch (letter) {
      case '=':
        return this.#token('assign', start);
      case ':':
        if (text[this.#at] !== '=') return this.#error(start, 'expected :=');
        this.#at++;
        return this.#token('declare', start);
      case '|':
        return this.#token('pipe', start);
      case '"':
        return this.#quoted(start, '"', 'string', 'unterminated quoted string');
      case "'":
        return this.#quoted(start, "'", 'charConstant', 'unterminated character constant');
      case '`': {
        const close = text.indexOf('`', this.#at);
        if (close < 0) return this.#error(start, 'unterminated raw quoted string');
        this.#at = close + 1;
        return this.#token('rawString', start);
      }
      case '$':
        return this.#fieldOrVariable(start, 'variable');
      case '(':
        this.#parentheses++;
        return this.#token('leftParen', start);
      case ')':
        if (--this.#parentheses < 0) return this.#error(start, 'unexpected right paren');
        return this.#token('rightParen', start);
      case '.':
        if (this.#at < text.length && !isDigit(text.charCodeAt(this.#at)))
          return this.#fieldOrVariable(start, 'field');
        break;
    }
    if (letter === '.' || letter === '+' || letter === '-' || isDigit(code)) {
      this.#at = start;
      return this.#number(start);
    }
    if (isWordLetter(letter)) return this.#identifier(start);
    if (code < 0x80 && isPrint(code)) return this.#token('char', start);
    return this.#error(start, `unrecognized character in action: ${unicodeName(code)}`);
  }

  #space(start: number): Token {
    const text = this.#text;
    while (isSpace(text.charCodeAt(this.#at))) this.#at++;
    if (this.#atTrimmedRightDelim(this.#at - 1)) {
      this.#at--;
      if (this.#at === start) return this.#rightDelim();
    }
    return this.#token('space', start);
  }

  #quoted(start: number, mark: string, type: 'string' | 'charConstant', message: string): Token {
    const text = this.#text;
    for (;;) {
      const letter = text[this.#at++];
      if (letter === mark) return this.#token(type, start);
      if (letter === '\\') {
        const next = text[this.#at++];
        if (next !== undefined && next !== '\n') continue;
      }
      if (letter === undefined || letter === '\n' || letter === '\\') {
        this.#at = Math.min(this.#at, text.length);
        return this.#error(start, message);
      }
    }
  }

  #identifier(start: number): Token {
    this.#passWord();
    const word = this.#text.slice(start, this.#at);
    if (!this.#atTerminator()) return this.#badCharacter(start);
    if (keywords.has(word)) return this.#token(this.#plainWords.has(word) ? 'identifier' : 'keyword', start);
    if (word === 'nil') return this.#token('nil', start);
    return this.#token(word === 'true' || word === 'false' ? 'bool' : 'identifier', start);
  }

  #fieldOrVariable(start: number, type: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.#token(type === 'variable' ? 'variable' : 'dot', start);
    this.#passWord();
    return this.#atTerminator() ? this.#token(type, start) : this.#badCharacter(start);
  }

  #badCharacter(start: number): Token {
    const code = this.#text.codePointAt(this.#at) as number;
    return this.#error(start, `bad character ${unicodeName(code)}`);
  }

  #passWord(): void {
    const text = this.#text;
    for (;;) {
      const unit = text.charCodeAt(this.#at);
      if (unit < 0x80) {
        if (!isAsciiWord(unit)) return;
        this.#at++;
      } else {
        const code = text.codePointAt(this.#at);
        if (code === undefined) return;
        const letter = String.fromCodePoint(code);
        if (!isWordLetter(letter)) return;
        this.#at += letter.length;
      }
    }
  }

  #atTerminator(): boolean {
    const text = this.#text;
    if (this.#at >= text.length || isSpace(text.charCodeAt(this.#at))) return true;
    return '.,|:)('.includes(text[this.#at] as string) || text.startsWith(this.#right, this.#at);
  }

  #number(start: number): Token {
    const bad = (): Token => this.#error(start, `bad number syntax: "${this.#text.slice(start, this.#at)}"`);
    if (!this.#scanNumber()) return bad();
    const sign = this.#text[this.#at];
    if (sign !== '+' && sign !== '-') return this.#token('number', start);
    if (!this.#scanNumber() || this.#text[this.#at - 1] !== 'i') return bad();
    return this.#token('complex', start);
  }

  #scanNumber(): boolean {
    const text = this.#text;
    const accept = (valid: string): boolean => {
      const letter = text[this.#at];
      if (letter === undefined || !valid.includes(letter)) return false;
      this.#at++;
      return true;
    };
    const acceptRun = (valid: string): void => {
      while (accept(valid));
    };
    accept('+-');
    let digits = '0123456789_';
    if (accept('0')) {
      if (accept('xX')) digits = '0123456789abcdefABCDEF_';
      else if (accept('oO')) digits = '01234567_';
      else if (accept('bB')) digits = '01_';
    }
    acceptRun(digits);
    if (accept('.')) acceptRun(digits);
    if ((digits.length === 11 && accept('eE')) || (digits.length === 23 && accept('pP'))) {
      accept('+-');
      acceptRun('0123456789_');
    }
    accept('i');
    const code = text.codePointAt(this.#at);
    if (code === undefined) return true;
    const letter = String.fromCodePoint(code);
    if (!isWordLetter(letter)) return true;
    this.#at += letter.length;
    return false;
  }
}

/** Go's `%#U`: `U+0021 '!'`. */
function unicodeName(code: number): string {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(code) ? `${name} '${String.fromCodePoint(code)}'` : name;
}

const isSpace = (unit: number): boolean => unit === 32 || unit === 9 || unit === 10 || unit === 13;
const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
const isAsciiWord = (unit: number): boolean =>
  (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || isDigit(unit) || unit === 95;
const wordLetter = /^[\p{L}\p{Nd}_]$/u;
const isWordLetter = (letter: string): boolean =>
  letter.length === 1 && letter < '\x80' ? isAsciiWord(letter.charCodeAt(0)) : wordLetter.test(letter);
