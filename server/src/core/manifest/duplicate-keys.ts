import type { TemplateSpan } from '../gotemplate/span.ts';
import type { SyntaxProblem, YamlEntry, YamlScalar } from './node.ts';

/** Actions nested deeper than this are not told apart. */
const maxNesting = 32;

/** Which alternative of which `if`, `with` or `range` a place stands in, from the outermost inwards. */
type Path = readonly { readonly block: number; readonly alternative: number }[];

/** What has to be decided for a place to be there: one path for each pass of KOTS, as they do not see each other. */
type Place = ReadonlyMap<TemplateSpan['delimiter'], Path>;

/** Tells whether two places of a text can both be there once its control actions have been decided. */
export class Branches {
  readonly #starts: number[] = [0];
  readonly #places: Place[] = [new Map()];

  constructor(templates: readonly TemplateSpan[]) {
    const depths = new Map<TemplateSpan['delimiter'], number>();
    let now: Place = new Map();
    let block = 0;
    for (const { delimiter, keyword, end } of templates) {
      const path = now.get(delimiter) ?? [];
      const depth = depths.get(delimiter) ?? 0;
      let changed: Path = path;
      switch (keyword) {
        case 'if':
        case 'with':
        case 'range':
        case 'define':
        case 'block':
          if (depth < maxNesting) changed = [...path, { block: block++, alternative: 0 }];
          depths.set(delimiter, depth + 1);
          break;
        case 'else': {
          const top = path[path.length - 1];
          if (top !== undefined && depth <= maxNesting)
            changed = [...path.slice(0, -1), { block: top.block, alternative: top.alternative + 1 }];
          break;
        }
        case 'end':
          if (depth > 0 && depth <= maxNesting) changed = path.slice(0, -1);
          depths.set(delimiter, Math.max(0, depth - 1));
          break;
        default:
          break;
      }
      if (changed === path) continue;
      now = new Map(now).set(delimiter, changed);
      this.#starts.push(end);
      this.#places.push(now);
    }
  }

  at(offset: number): Place {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return this.#places[low] as Place;
  }

  /** Whether a place is there only if the condition of some `if` or `with` does not hold. */
  inElse(offset: number): boolean {
    for (const path of this.at(offset).values())
      if (path.some(({ alternative }) => alternative > 0)) return true;
    return false;
  }
}

function exclusive(a: Place, b: Place): boolean {
  for (const [delimiter, path] of a) {
    const other = b.get(delimiter) ?? [];
    for (let i = 0; i < path.length && i < other.length; i++) {
      if (path[i]?.block !== other[i]?.block) break;
      if (path[i]?.alternative !== other[i]?.alternative) return true;
    }
  }
  return false;
}

/** Whether all keys of a small map differ. Most maps are small, and comparing is cheaper than remembering. */
function allDiffer(entries: readonly YamlEntry[]): boolean {
  if (entries.length > 12) return false;
  for (let i = 1; i < entries.length; i++)
    for (let j = 0; j < i; j++) if (entries[i]?.key.text === entries[j]?.key.text) return false;
  return true;
}

/** With how many earlier keys of the same name one is compared. */
const maxCompared = 16;

/** The keys that a map has twice. Keys with templates may turn out different and are left alone; so are merges. */
export function duplicateKeys(
  entries: readonly YamlEntry[],
  branches: () => Branches,
  report: (problem: SyntaxProblem) => void,
): void {
  if (allDiffer(entries)) return;
  const seen = new Map<string, YamlScalar[]>();
  for (const { key } of entries) {
    if (key.templates.length > 0 || key.text === '<<') continue;
    const before = seen.get(key.text);
    if (before === undefined) {
      seen.set(key.text, [key]);
      continue;
    }
    const place = branches().at(key.span.start);
    if (before.some((other) => !exclusive(branches().at(other.span.start), place)))
      report({
        span: key.span,
        message: `The key ${JSON.stringify(key.text)} is already in this map. Remove or rename one of the two.`,
      });
    if (before.length < maxCompared) before.push(key);
  }
}
