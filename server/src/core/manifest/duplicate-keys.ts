import type { TemplateSpan } from '../gotemplate/span.ts';
import type { SyntaxProblem, YamlEntry } from './node.ts';

/** Tells whether two places of a text can both be there once its `if`, `with` and `range` have been decided. */
export class Branches {
  readonly #starts: number[] = [0];
  readonly #branches: (Branch | null)[] = [null];

  constructor(templates: readonly TemplateSpan[]) {
    // The two passes of KOTS do not see each other's actions: each has its own nesting.
    const open = new Map<TemplateSpan['delimiter'], Branch | null>();
    let block = 0;
    for (const span of templates) {
      const top = open.get(span.delimiter) ?? null;
      let now: Branch | null;
      switch (span.keyword) {
        case 'if':
        case 'with':
        case 'range':
        case 'define':
        case 'block':
          now = { block: block++, alternative: 0, parent: top };
          break;
        case 'else':
          if (top === null) continue;
          now = { ...top, alternative: top.alternative + 1 };
          break;
        case 'end':
          now = top === null ? null : top.parent;
          break;
        default:
          continue;
      }
      open.set(span.delimiter, now);
      this.#starts.push(span.end);
      let chain: Branch | null = null;
      for (const inner of open.values()) chain = chain === null ? inner : join(inner, chain);
      this.#branches.push(chain);
    }
  }

  exclusive(a: number, b: number): boolean {
    const alternatives = new Map<number, number>();
    for (let branch = this.#at(a); branch !== null; branch = branch.parent)
      alternatives.set(branch.block, branch.alternative);
    for (let branch = this.#at(b); branch !== null; branch = branch.parent) {
      const other = alternatives.get(branch.block);
      if (other !== undefined && other !== branch.alternative) return true;
    }
    return false;
  }

  /** Whether a place is there only if the condition of some `if` or `with` does not hold. */
  inElse(offset: number): boolean {
    for (let branch = this.#at(offset); branch !== null; branch = branch.parent)
      if (branch.alternative > 0) return true;
    return false;
  }

  #at(offset: number): Branch | null {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return this.#branches[low] ?? null;
  }
}

interface Branch {
  readonly block: number;
  readonly alternative: number;
  readonly parent: Branch | null;
}

/** One chain that holds the branches of both. */
function join(inner: Branch | null, outer: Branch): Branch {
  return inner === null ? outer : { ...inner, parent: join(inner.parent, outer) };
}

/** The keys that a map has twice. Keys with templates may turn out different and are left alone; so are merges. */
export function duplicateKeys(
  entries: readonly YamlEntry[],
  branches: () => Branches,
  report: (problem: SyntaxProblem) => void,
): void {
  if (entries.length < 2) return;
  const seen = new Map<string, number[]>();
  for (const { key } of entries) {
    if (key.templates.length > 0 || key.text === '<<') continue;
    const before = seen.get(key.text);
    if (before === undefined) {
      seen.set(key.text, [key.span.start]);
      continue;
    }
    if (before.some((start) => !branches().exclusive(start, key.span.start)))
      report({
        span: key.span,
        message: `The key ${JSON.stringify(key.text)} is already in this map. Remove or rename one of the two.`,
      });
    if (before.length < 64) before.push(key.span.start);
  }
}
