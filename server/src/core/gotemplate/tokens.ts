import { type Delimiters, Lexer, type Token } from './lexer.ts';

/** The lexer's tokens with three of lookahead, as Go's parser has them. */
export class Tokens {
  readonly #lexer: Lexer;
  readonly #buffer: Token[] = [];
  #pending = 0;
  /** The last token that the lexer made, looked ahead at or not: Go's errors name its line. */
  newest: Token = { type: 'text', start: 0, end: 0, value: '' };

  constructor(text: string, delimiters: Delimiters, plainWords: ReadonlySet<string>) {
    this.#lexer = new Lexer(text, delimiters, plainWords);
  }

  next(): Token {
    if (this.#pending > 0) this.#pending--;
    else this.#read();
    return this.#buffer[this.#pending] as Token;
  }

  peek(): Token {
    if (this.#pending > 0) return this.#buffer[this.#pending - 1] as Token;
    this.#pending = 1;
    return this.#read();
  }

  nextNonSpace(): Token {
    let token = this.next();
    while (token.type === 'space') token = this.next();
    return token;
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.backup();
    return token;
  }

  /** Gives the last token back. */
  backup(): void {
    this.#pending++;
  }

  /** Gives back two: the last one and `first` before it. */
  backup2(first: Token): void {
    this.#buffer[1] = first;
    this.#pending = 2;
  }

  /** Gives back three. */
  backup3(first: Token, second: Token): void {
    this.#buffer[1] = second;
    this.#buffer[2] = first;
    this.#pending = 3;
  }

  /** Goes on behind the action that is being read, which is broken. Gives the offset where it was left. */
  leaveAction(): number {
    if (this.#pending === 0 && this.newest.type === 'rightDelim') return this.newest.end;
    for (let skipped = 0; ; skipped++) {
      const token = this.peek();
      // The next action begins, or this one has become too long: it was never closed.
      if (!isBody(token) && (skipped > maxSkipped || this.#lexer.opensAction(token.start)))
        return this.#recover();
      switch (token.type) {
        case 'rightDelim':
          this.next();
          return token.end;
        case 'text':
        case 'leftDelim':
        case 'comment':
        case 'eof':
          return token.start;
        case 'error':
          return this.#recover();
        default:
          this.next();
      }
    }
  }

  #recover(): number {
    this.#pending = 0;
    this.#lexer.recover();
    return this.peek().start;
  }

  #read(): Token {
    this.newest = this.#lexer.next();
    this.#buffer[0] = this.newest;
    return this.newest;
  }
}

/** How many tokens are looked through for the end of a broken action, so that many such actions cost linear time. */
const maxSkipped = 200;

const isBody = ({ type }: Token): boolean => type === 'leftDelim' || type === 'comment' || type === 'text';
