import { runeAt } from './escape.ts';
import { Op, type Program } from './program.ts';
import { holds } from './ranges.ts';

/** Offsets of the whole match and of each group: start, end, start, end, …; -1 where a group took no part. */
export type Match = readonly number[];

/** Threads in the order of preference, each instruction at most once (a sparse set). */
interface Queue {
  readonly sparse: Int32Array;
  readonly dense: Int32Array;
  readonly captures: (Match | null)[];
  size: number;
}

const isWord = (rune: number): boolean =>
  (rune >= 0x30 && rune <= 0x39) ||
  (rune >= 0x41 && rune <= 0x5a) ||
  (rune >= 0x61 && rune <= 0x7a) ||
  rune === 0x5f;

/** The assertions that hold between two code points; -1 stands for the end of the text. */
function assertionsBetween(before: number, after: number): number {
  let bits = 0;
  if (before < 0) bits |= 1 | 4;
  else if (before === 10) bits |= 1;
  if (after < 0) bits |= 2 | 8;
  else if (after === 10) bits |= 2;
  bits |= isWord(before) !== isWord(after) ? 16 : 32;
  return bits;
}

/**
 * Pike's machine: all threads go through the text together, so that the time is linear in its length, and the
 * preferred one wins (leftmost-first, as in Perl).
 */
export class Machine {
  readonly #program: Program;
  #now: Queue;
  #next: Queue;
  /** Instructions still to follow; pairs with the captures at that point. */
  readonly #stack: number[] = [];
  readonly #stackCaptures: Match[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#now = queueOf(program.ops.length);
    this.#next = queueOf(program.ops.length);
  }

  /** The leftmost match that starts at `from` or later, or null. */
  match(text: string, from: number): Match | null {
    const { program } = { program: this.#program };
    if (program.start === 0) return null;
    const { ops, outs, args, ranges } = program;
    const fresh: Match = new Array<number>(program.captures * 2).fill(-1);
    let matched: Match | null = null;
    let now = this.#now;
    let next = this.#next;
    now.size = 0;
    let at = from;
    let before = runeBefore(text, from);
    for (;;) {
      const rune = at < text.length ? runeAt(text, at) : -1;
      const bits = assertionsBetween(before, rune);
      if (now.size === 0 && matched !== null) break;
      if (matched === null) {
        const captures = fresh.slice();
        captures[0] = at;
        this.#add(now, program.start, at, bits, captures);
      }
      const end = at + (rune > 0xffff ? 2 : 1);
      const nextRune = end < text.length ? runeAt(text, end) : -1;
      const nextBits = assertionsBetween(rune, nextRune);
      next.size = 0;
      for (let i = 0; i < now.size; i++) {
        const pc = now.dense[i] as number;
        const captures = now.captures[i] as Match;
        let takes = false;
        switch (ops[pc]) {
          case Op.Match: {
            const done = captures.slice();
            done[1] = at;
            matched = done;
            // What is less preferred than this cannot win any more.
            now.size = 0;
            break;
          }
          case Op.Rune:
            takes = rune === args[pc];
            break;
          case Op.Class:
            takes = rune >= 0 && holds(ranges[args[pc] as number] ?? [], rune);
            break;
          case Op.Any:
            takes = rune >= 0;
            break;
          case Op.AnyButLineFeed:
            takes = rune >= 0 && rune !== 10;
            break;
        }
        if (takes) this.#add(next, outs[pc] as number, end, nextBits, captures);
      }
      if (rune < 0) break;
      [now, next] = [next, now];
      before = rune;
      at = end;
    }
    this.#now = now;
    this.#next = next;
    return matched;
  }

  /** Puts a thread and all that it can reach without taking a code point into a queue, the preferred ones first. */
  #add(queue: Queue, start: number, at: number, bits: number, startCaptures: Match): void {
    const { ops, outs, args } = this.#program;
    const stack = this.#stack;
    const stackCaptures = this.#stackCaptures;
    stack.push(start);
    stackCaptures.push(startCaptures);
    while (stack.length > 0) {
      let pc = stack.pop() as number;
      let captures = stackCaptures.pop() as Match;
      for (;;) {
        const known = queue.sparse[pc] as number;
        if (pc === 0 || (known < queue.size && queue.dense[known] === pc)) break;
        const index = queue.size++;
        queue.sparse[pc] = index;
        queue.dense[index] = pc;
        queue.captures[index] = null;
        const op = ops[pc];
        if (op === Op.Either) {
          stack.push(args[pc] as number);
          stackCaptures.push(captures);
        } else if (op === Op.Capture) {
          const changed = captures.slice();
          changed[args[pc] as number] = at;
          captures = changed;
        } else if (op === Op.Assert) {
          if (((args[pc] as number) & bits) === 0) break;
        } else if (op !== Op.Nop) {
          queue.captures[index] = captures;
          break;
        }
        pc = outs[pc] as number;
      }
    }
  }
}

const queueOf = (size: number): Queue => ({
  sparse: new Int32Array(size),
  dense: new Int32Array(size),
  captures: [],
  size: 0,
});

function runeBefore(text: string, at: number): number {
  if (at <= 0) return -1;
  const unit = text.charCodeAt(at - 1);
  if (unit >= 0xdc00 && unit <= 0xdfff && at > 1) {
    const rune = text.codePointAt(at - 2) as number;
    if (rune > 0xffff) return rune;
  }
  return unit >= 0xd800 && unit <= 0xdfff ? 0xfffd : unit;
}
