import type { Ranges } from './ranges.ts';

/** What a place between two code points may be asked. */
export type Assertion =
  | 'begin-line'
  | 'end-line'
  | 'begin-text'
  | 'end-text'
  | 'word-boundary'
  | 'no-word-boundary';

/** A regular expression as a tree. Heights and sizes are what RE2 limits. */
export type Node = NodeBody & { readonly height: number; readonly size: number };

export type NodeBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'class'; readonly ranges: Ranges }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'capture'; readonly index: number; readonly sub: Node }
  /** `max` is -1 where there is no limit; `counted` tells `x{1,}` from `x+`. */
  | {
      readonly kind: 'repeat';
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
      readonly counted: boolean;
      readonly sub: Node;
    }
  | { readonly kind: 'concat'; readonly subs: readonly Node[] }
  | { readonly kind: 'alternate'; readonly subs: readonly Node[] };

export interface Parsed {
  readonly root: Node;
  /** The names of the groups from 0 on, '' where a group has none. */
  readonly names: readonly string[];
}

/** A regular expression that RE2 does not take, in the words of Go's package regexp. */
export class RegexpError extends Error {
  constructor(code: string, expression: string) {
    super(`error parsing regexp: ${code}: \`${expression}\``);
    this.name = 'RegexpError';
  }
}

const MAX_HEIGHT = 1000;
/** Go allows 3.3 million instructions. A preview is written on each keystroke, so that it gives up earlier. */
const MAX_SIZE = 200_000;

/** Completes a node; throws where the whole expression `text` then is too large. */
export function node(body: NodeBody, text: string): Node {
  let height = 1;
  let size = 1;
  switch (body.kind) {
    case 'capture':
      height += body.sub.height;
      size = 2 + body.sub.size;
      break;
    case 'repeat': {
      height += body.sub.height;
      const sub = body.sub.size;
      if (body.max === -1) size = body.min === 0 ? 2 + sub : 1 + body.min * sub;
      else size = body.counted ? body.max * sub + (body.max - body.min) : 1 + sub;
      break;
    }
    case 'concat':
    case 'alternate':
      size = body.kind === 'alternate' ? body.subs.length - 1 : 0;
      for (const sub of body.subs) {
        height = Math.max(height, 1 + sub.height);
        size += sub.size;
      }
      break;
  }
  size = Math.max(1, size);
  if (height > MAX_HEIGHT) throw new RegexpError('expression nests too deeply', text);
  if (size > MAX_SIZE) throw new RegexpError('expression too large', text);
  return { ...body, height, size };
}

/** Whether counted repetitions inside each other ask for no more than `limit` copies of what is innermost. */
export function repeatIsValid(tree: Node, limit: number): boolean {
  switch (tree.kind) {
    case 'repeat': {
      let left = limit;
      if (tree.counted) {
        if (tree.max === 0) return true;
        const times = tree.max < 0 ? tree.min : tree.max;
        if (times > limit) return false;
        if (times > 0) left = Math.floor(limit / times);
      }
      return repeatIsValid(tree.sub, left);
    }
    case 'capture':
      return repeatIsValid(tree.sub, limit);
    case 'concat':
    case 'alternate':
      return tree.subs.every((sub) => repeatIsValid(sub, limit));
    default:
      return true;
  }
}
