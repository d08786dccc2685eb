import { type Delimiter, scanTemplatesWithReach } from '../gotemplate/scan.ts';

/** One YAML document of a file, as text. */
export interface Piece {
  readonly text: string;
  /**
   * Whether the text behind the piece has a say in where it ends, because a template comment or raw string in it
   * is not closed: `unclosed` if nothing behind it closes it, `tangled` if something does without making an action.
   */
  readonly open: 'no' | 'unclosed' | 'tangled';
}

/**
 * Cuts a file into its documents; joined they are the text. A line that starts with `---` starts a document, and the
 * line behind a `...` does (YAML 1.2, 9.1). That holds inside quotes and block scalars too; only a template's
 * comment or raw string hides such a line. Lines with directives (`%YAML`) belong to the document behind them.
 */
export function splitDocuments(text: string, delimiters: readonly Delimiter[]): Piece[] {
  const { spans, reach } = scanTemplatesWithReach(text, delimiters);
  const unterminated = [...reach].map(([span, to]) => ({ start: span.start, to }));
  const pieces: Piece[] = [];
  let start = 0;
  let template = 0;
  let loose = 0;
  const cut = (at: number): void => {
    let open: Piece['open'] = 'no';
    for (
      let next = unterminated[loose];
      next !== undefined && next.start < at;
      next = unterminated[++loose]
    ) {
      if (next.to === Number.POSITIVE_INFINITY) open = open === 'tangled' ? open : 'unclosed';
      else if (next.to > at + 3 && at < text.length) open = 'tangled';
    }
    pieces.push({ text: text.slice(start, at), open });
    start = at;
  };
  const inTemplate = (at: number): boolean => {
    let span = spans[template];
    while (span !== undefined && span.end <= at) span = spans[++template];
    return span !== undefined && span.start < at;
  };
  unterminated.sort((a, b) => a.start - b.start);
  const markers = new MarkerLines(text);
  for (let at = markers.next(); at >= 0; at = markers.next()) {
    if (inTemplate(at)) continue;
    if (text.charCodeAt(at) === 45) {
      if (at > start && !(start === 0 && isMark(text, at)) && !holdsOnlyDirectives(text, start, at)) cut(at);
    } else {
      const behind = behindLine(text, at);
      if (behind < text.length) cut(behind);
    }
  }
  cut(text.length);
  return pieces;
}

/** Whether a cut between two texts, each of them one piece, is where cutting them as one text would put it. */
export function boundaryHolds(before: string, after: string): boolean {
  if (before === '' || after === '') return false;
  const last = before.charCodeAt(before.length - 1);
  if (last !== 10 && !(last === 13 && after.charCodeAt(0) !== 10)) return false;
  if (isMarkerLine(after, 0, 45)) return !holdsOnlyDirectives(before, 0, before.length);
  return isMarkerLine(before, lastLineStart(before), 46);
}

/** Whether a text could close a template comment or raw string that was opened before it. */
export function mayCloseTemplates(text: string): boolean {
  return text.includes('*/') || text.includes('`');
}

/** Finds the lines that start with `---` or `...` and go on with white space or not at all. */
class MarkerLines {
  readonly #text: string;
  #dashes: number;
  #dots: number;

  constructor(text: string) {
    this.#text = text;
    this.#dashes = this.#find('---', 45, 0);
    this.#dots = this.#find('...', 46, 0);
  }

  /** The start of the next such line, -1 behind the last. */
  next(): number {
    if (this.#dashes >= 0 && (this.#dots < 0 || this.#dashes < this.#dots)) {
      const at = this.#dashes;
      this.#dashes = this.#find('---', 45, at + 3);
      return at;
    }
    const at = this.#dots;
    if (at >= 0) this.#dots = this.#find('...', 46, at + 3);
    return at;
  }

  #find(word: string, unit: number, from: number): number {
    const text = this.#text;
    for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1))
      if (atLineStart(text, at) && isMarkerLine(text, at, unit)) return at;
    return -1;
  }
}

function atLineStart(text: string, at: number): boolean {
  if (at === 0 || isMark(text, at)) return true;
  const before = text.charCodeAt(at - 1);
  return before === 10 || before === 13;
}

/** Whether only a byte order mark stands before `at`. */
const isMark = (text: string, at: number): boolean => at === 1 && text.charCodeAt(0) === 0xfeff;

function isMarkerLine(text: string, at: number, unit: number): boolean {
  for (let i = at; i < at + 3; i++) if (text.charCodeAt(i) !== unit) return false;
  const behind = text.charCodeAt(at + 3);
  return Number.isNaN(behind) || behind === 32 || behind === 9 || behind === 10 || behind === 13;
}

/** Whether the lines up to `end` are directives, comments and blanks, with a directive among them. */
function holdsOnlyDirectives(text: string, start: number, end: number): boolean {
  let at = start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : start;
  let found = false;
  while (at < end) {
    let i = at;
    if (text.charCodeAt(i) === 37) found = true;
    else {
      while (i < end && (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9)) i++;
      const unit = text.charCodeAt(i);
      if (i < end && unit !== 35 && unit !== 10 && unit !== 13) return false;
    }
    at = behindLine(text, i);
  }
  return found;
}

function behindLine(text: string, from: number): number {
  let i = from;
  while (i < text.length && text.charCodeAt(i) !== 10 && text.charCodeAt(i) !== 13) i++;
  if (i >= text.length) return text.length;
  return text.charCodeAt(i) === 13 && text.charCodeAt(i + 1) === 10 ? i + 2 : i + 1;
}

/** The start of the last line that has an end. */
function lastLineStart(text: string): number {
  let i = text.length - 1;
  if (text.charCodeAt(i) === 10 && text.charCodeAt(i - 1) === 13) i--;
  while (i > 0 && text.charCodeAt(i - 1) !== 10 && text.charCodeAt(i - 1) !== 13) i--;
  return i;
}
