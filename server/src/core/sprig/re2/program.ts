import { MAX_RUNE, type Ranges } from './ranges.ts';
import type { Assertion, Node } from './syntax.ts';

export enum Op {
  Fail,
  Match,
  /** Goes on at `out`, and where that fails at `arg`. */
  Either,
  Capture,
  Assert,
  Nop,
  /** Takes the one code point `arg`. */
  Rune,
  /** Takes a code point of `ranges[arg]`. */
  Class,
  Any,
  AnyButLineFeed,
}

/** Instructions, as columns. */
export interface Program {
  readonly ops: readonly Op[];
  readonly outs: readonly number[];
  readonly args: readonly number[];
  readonly ranges: readonly Ranges[];
  readonly start: number;
  readonly captures: number;
}

/** Bits of what holds between two code points. */
export const assertionBits: Readonly<Record<Assertion, number>> = {
  'begin-line': 1,
  'end-line': 2,
  'begin-text': 4,
  'end-text': 8,
  'word-boundary': 16,
  'no-word-boundary': 32,
};

/** A part of a program with its loose ends: instruction × 2, + 1 for `arg`. */
interface Fragment {
  readonly start: number;
  readonly loose: readonly number[];
  readonly nullable: boolean;
}

/** Makes the program of Thompson and Pike that Go's syntax.Compile makes. */
export function compile(root: Node, captures: number): Program {
  const ops: Op[] = [Op.Fail];
  const outs: number[] = [0];
  const args: number[] = [0];
  const classes: Ranges[] = [];
  const classNumbers = new Map<Ranges, number>();

  const add = (op: Op, arg = 0): number => {
    ops.push(op);
    outs.push(0);
    args.push(arg);
    return ops.length - 1;
  };
  const patch = (loose: readonly number[], to: number): void => {
    for (const one of loose) {
      if ((one & 1) === 0) outs[one >> 1] = to;
      else args[one >> 1] = to;
    }
  };
  const simple = (op: Op, arg: number, nullable: boolean): Fragment => {
    const at = add(op, arg);
    return { start: at, loose: [at * 2], nullable };
  };
  const failure: Fragment = { start: 0, loose: [], nullable: false };

  const concat = (a: Fragment, b: Fragment): Fragment => {
    if (a.start === 0 || b.start === 0) return failure;
    patch(a.loose, b.start);
    return { start: a.start, loose: b.loose, nullable: a.nullable && b.nullable };
  };
  const alternate = (a: Fragment, b: Fragment): Fragment => {
    if (a.start === 0) return b;
    if (b.start === 0) return a;
    const at = add(Op.Either, b.start);
    outs[at] = a.start;
    return { start: at, loose: [...a.loose, ...b.loose], nullable: a.nullable || b.nullable };
  };
  /** An instruction that enters `inner` or leaves, and its end that leaves. */
  const fork = (inner: number, lazy: boolean): { at: number; leaving: number } => {
    const at = add(Op.Either);
    if (lazy) args[at] = inner;
    else outs[at] = inner;
    return { at, leaving: lazy ? at * 2 : at * 2 + 1 };
  };
  const optional = (inner: Fragment, lazy: boolean): Fragment => {
    const { at, leaving } = fork(inner.start, lazy);
    return { start: at, loose: [leaving, ...inner.loose], nullable: true };
  };
  const plus = (inner: Fragment, lazy: boolean): Fragment => {
    const { at, leaving } = fork(inner.start, lazy);
    patch(inner.loose, at);
    return { start: inner.start, loose: [leaving], nullable: inner.nullable };
  };
  const star = (inner: Fragment, lazy: boolean): Fragment => {
    // Where nothing is a match too, (x+)? keeps the order of what is preferred (golang.org/issue/46123).
    if (inner.nullable) return optional(plus(inner, lazy), lazy);
    const { at, leaving } = fork(inner.start, lazy);
    patch(inner.loose, at);
    return { start: at, loose: [leaving], nullable: true };
  };

  const repeat = (tree: Node & { kind: 'repeat' }): Fragment => {
    const { min, max, lazy, sub } = tree;
    if (max === 0 || sub.kind === 'empty') return simple(Op.Nop, 0, true);
    if (max === -1 && min === 0) return star(made(sub), lazy);
    let out: Fragment | null = null;
    const append = (next: Fragment): void => {
      out = out === null ? next : concat(out, next);
    };
    if (max === -1) {
      for (let i = 1; i < min; i++) append(made(sub));
      append(plus(made(sub), lazy));
      return out ?? failure;
    }
    for (let i = 0; i < min; i++) append(made(sub));
    if (max > min) {
      // xx(x(x(x)?)?)?
      let tail = optional(made(sub), lazy);
      for (let i = min + 1; i < max; i++) tail = optional(concat(made(sub), tail), lazy);
      append(tail);
    }
    return out ?? failure;
  };

  const ofClass = (ranges: Ranges): Fragment => {
    if (ranges.length === 2 && ranges[0] === ranges[1]) return simple(Op.Rune, ranges[0] as number, false);
    if (ranges.length === 2 && ranges[0] === 0 && ranges[1] === MAX_RUNE) return simple(Op.Any, 0, false);
    if (
      ranges.length === 4 &&
      ranges[0] === 0 &&
      ranges[1] === 9 &&
      ranges[2] === 11 &&
      ranges[3] === MAX_RUNE
    )
      return simple(Op.AnyButLineFeed, 0, false);
    let number = classNumbers.get(ranges);
    if (number === undefined) {
      number = classes.push(ranges) - 1;
      classNumbers.set(ranges, number);
    }
    return simple(Op.Class, number, false);
  };

  const made = (tree: Node): Fragment => {
    switch (tree.kind) {
      case 'nothing':
        return failure;
      case 'empty':
        return simple(Op.Nop, 0, true);
      case 'class':
        return ofClass(tree.ranges);
      case 'assertion':
        return simple(Op.Assert, assertionBits[tree.what], true);
      case 'capture': {
        const open = simple(Op.Capture, tree.index * 2, true);
        const inner = made(tree.sub);
        const close = simple(Op.Capture, tree.index * 2 + 1, true);
        return concat(concat(open, inner), close);
      }
      case 'concat':
        return tree.subs.map(made).reduce(concat);
      case 'alternate':
        return tree.subs.map(made).reduce(alternate);
      case 'repeat':
        return repeat(tree);
    }
  };

  const whole = made(root);
  patch(whole.loose, add(Op.Match));
  return { ops, outs, args, ranges: classes, start: whole.start, captures };
}
