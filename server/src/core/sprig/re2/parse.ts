import { groupAt, parseClass, unicodeClassAt } from './class.ts';
import { escapeAt, runeAt } from './escape.ts';
import { foldedRanges } from './fold.ts';
import { anything, anythingButLineFeed } from './ranges.ts';
import {
  type Assertion,
  type Node,
  type NodeBody,
  node,
  type Parsed,
  RegexpError,
  repeatIsValid,
} from './syntax.ts';

/** The flags that `(?…)` sets: i, m, s and U. */
interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

/** What is open on the way in: alternatives that are complete, and the one that is being read. */
interface Frame {
  readonly flags: Flags;
  /** 0 for a group that does not capture, -1 for the whole expression. */
  readonly capture: number;
  readonly alternatives: Node[];
  items: Node[];
}

/** Reads a regular expression as Go's regexp.Compile does (syntax.Perl). Throws RegexpError. */
export function parse(text: string): Parsed {
  // A surrogate that stands alone is a byte that is no UTF-8.
  const stranger = text.search(/[\ud800-\udfff]/u);
  if (stranger >= 0) throw new RegexpError('invalid UTF-8', text.slice(stranger));
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #names: string[] = [''];
  readonly #frames: Frame[] = [];
  #flags: Flags = { fold: false, multiline: false, dotAll: false, ungreedy: false };

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Parsed {
    const text = this.#text;
    this.#open(-1);
    let at = 0;
    /** Where the repetition began that ended just before `at`; -1 where none did. */
    let repeated = -1;
    while (at < text.length) {
      let repeat = -1;
      switch (text[at]) {
        case '(':
          if (text[at + 1] === '?') at = this.#perlGroup(at);
          else {
            this.#open(this.#newCapture(''));
            at++;
          }
          break;
        case '|':
          this.#endAlternative();
          at++;
          break;
        case ')':
          this.#close();
          at++;
          break;
        case '^':
          this.#assert(this.#flags.multiline ? 'begin-line' : 'begin-text');
          at++;
          break;
        case '$':
          this.#assert(this.#flags.multiline ? 'end-line' : 'end-text');
          at++;
          break;
        case '.':
          this.#push({ kind: 'class', ranges: this.#flags.dotAll ? anything : anythingButLineFeed });
          at++;
          break;
        case '[': {
          const read = parseClass(text, at, this.#flags.fold);
          this.#push({ kind: 'class', ranges: read.ranges });
          at = read.end;
          break;
        }
        case '*':
        case '+':
        case '?': {
          const [min, max] = text[at] === '*' ? [0, -1] : text[at] === '+' ? [1, -1] : [0, 1];
          repeat = at;
          at = this.#repeat(min as number, max as number, false, at, at + 1, repeated);
          break;
        }
        case '{': {
          const counts = countsAt(text, at);
          if (counts === null) {
            this.#literal(0x7b);
            at++;
            break;
          }
          const { min, max, end } = counts;
          if (min < 0 || min > 1000 || max > 1000 || (max >= 0 && min > max))
            throw new RegexpError('invalid repeat count', text.slice(at, end));
          repeat = at;
          at = this.#repeat(min, max, true, at, end, repeated);
          break;
        }
        case '\\':
          at = this.#backslash(at);
          break;
        default: {
          const rune = runeAt(text, at);
          this.#literal(rune);
          at += rune > 0xffff ? 2 : 1;
        }
      }
      repeated = repeat;
    }
    if (this.#frames.length !== 1) throw new RegexpError('missing closing )', text);
    return { root: this.#alternation(this.#frame), names: this.#names };
  }

  get #frame(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame;
  }

  #open(capture: number): void {
    this.#frames.push({ flags: this.#flags, capture, alternatives: [], items: [] });
  }

  #newCapture(name: string): number {
    this.#names.push(name);
    return this.#names.length - 1;
  }

  #close(): void {
    if (this.#frames.length < 2) throw new RegexpError('unexpected )', this.#text);
    const frame = this.#frames.pop() as Frame;
    const inner = this.#alternation(frame);
    this.#flags = frame.flags;
    if (frame.capture === 0) this.#frame.items.push(inner);
    else this.#push({ kind: 'capture', index: frame.capture, sub: inner });
  }

  #endAlternative(): void {
    const frame = this.#frame;
    frame.alternatives.push(this.#concatenation(frame.items));
    frame.items = [];
  }

  #concatenation(items: readonly Node[]): Node {
    if (items.length === 0) return node({ kind: 'empty' }, this.#text);
    if (items.length === 1) return items[0] as Node;
    const subs = items.flatMap((one) => (one.kind === 'concat' ? one.subs : [one]));
    return node({ kind: 'concat', subs }, this.#text);
  }

  #alternation(frame: Frame): Node {
    const last = this.#concatenation(frame.items);
    if (frame.alternatives.length === 0) return last;
    const subs = [...frame.alternatives, last].flatMap((one) =>
      one.kind === 'alternate' ? one.subs : [one],
    );
    return node({ kind: 'alternate', subs }, this.#text);
  }

  #push(body: NodeBody): void {
    this.#frame.items.push(node(body, this.#text));
  }

  #literal(rune: number): void {
    const ranges = [rune, rune];
    this.#push({ kind: 'class', ranges: this.#flags.fold ? foldedRanges(ranges) : ranges });
  }

  #assert(what: Assertion): void {
    this.#push({ kind: 'assertion', what });
  }

  /** Puts the last item under a repetition that stands from `start` to `end`; gives where reading goes on. */
  #repeat(min: number, max: number, counted: boolean, start: number, end: number, repeated: number): number {
    const text = this.#text;
    const lazyMark = text[end] === '?';
    const after = lazyMark ? end + 1 : end;
    if (repeated >= 0)
      throw new RegexpError('invalid nested repetition operator', text.slice(repeated, after));
    const items = this.#frame.items;
    const sub = items.pop();
    if (sub === undefined)
      throw new RegexpError('missing argument to repetition operator', text.slice(start, after));
    const made = node(
      { kind: 'repeat', min, max, lazy: this.#flags.ungreedy !== lazyMark, counted, sub },
      text,
    );
    if (counted && (min >= 2 || max >= 2) && !repeatIsValid(made, 1000))
      throw new RegexpError('invalid repeat count', text.slice(start, after));
    items.push(made);
    return after;
  }

  #backslash(at: number): number {
    const text = this.#text;
    switch (text[at + 1]) {
      case 'A':
        this.#assert('begin-text');
        return at + 2;
      case 'z':
        this.#assert('end-text');
        return at + 2;
      case 'b':
        this.#assert('word-boundary');
        return at + 2;
      case 'B':
        this.#assert('no-word-boundary');
        return at + 2;
      case 'C':
        throw new RegexpError('invalid escape sequence', '\\C');
      case 'Q': {
        const end = text.indexOf('\\E', at + 2);
        const literal = text.slice(at + 2, end < 0 ? text.length : end);
        for (const one of literal) this.#literal(runeAt(one, 0));
        return end < 0 ? text.length : end + 2;
      }
    }
    const group = unicodeClassAt(text, at, this.#flags.fold) ?? groupAt(text, at, this.#flags.fold);
    if (group !== null) {
      this.#push({ kind: 'class', ranges: group.ranges });
      return group.end;
    }
    const escaped = escapeAt(text, at);
    this.#literal(escaped.rune);
    return escaped.end;
  }

  /** Reads `(?P<name>`, `(?<name>`, `(?flags)` or `(?flags:`. */
  #perlGroup(start: number): number {
    const text = this.#text;
    const named = text.startsWith('P<', start + 2) ? 4 : text[start + 2] === '<' ? 3 : 0;
    if (named > 0 && text.length > start + named) {
      const end = text.indexOf('>', start);
      if (end < 0) throw new RegexpError('invalid named capture', text.slice(start));
      const name = text.slice(start + named, end);
      if (!/^\w+$/.test(name)) throw new RegexpError('invalid named capture', text.slice(start, end + 1));
      this.#open(this.#newCapture(name));
      return end + 1;
    }
    let flags = this.#flags;
    let on = true;
    let sawFlag = false;
    let at = start + 2;
    while (at < text.length) {
      const letter = text[at++] as string;
      switch (letter) {
        case 'i':
          flags = { ...flags, fold: on };
          sawFlag = true;
          continue;
        case 'm':
          flags = { ...flags, multiline: on };
          sawFlag = true;
          continue;
        case 's':
          flags = { ...flags, dotAll: on };
          sawFlag = true;
          continue;
        case 'U':
          flags = { ...flags, ungreedy: on };
          sawFlag = true;
          continue;
        case '-':
          if (!on) break;
          on = false;
          sawFlag = false;
          continue;
        case ':':
        case ')':
          if (!on && !sawFlag) break;
          if (letter === ':') this.#open(0);
          this.#flags = flags;
          return at;
        default:
          if (runeAt(text, at - 1) > 0xffff) at++;
      }
      break;
    }
    throw new RegexpError('invalid or unsupported Perl syntax', text.slice(start, at));
  }
}

/** Reads `{n}`, `{n,}` or `{n,m}`; null where the brace means itself. A count that is too big is given as -1. */
function countsAt(text: string, at: number): { min: number; max: number; end: number } | null {
  const match = /^\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/.exec(text.slice(at, at + 64));
  if (match === null) return null;
  const count = (digits: string): number => (digits.length > 9 ? -1 : Number(digits));
  let min = count(match[1] as string);
  let max = match[2] === undefined ? min : -1;
  if (match[3] !== undefined) {
    max = count(match[3]);
    if (max < 0) min = -1;
  }
  return { min, max, end: at + match[0].length };
}
