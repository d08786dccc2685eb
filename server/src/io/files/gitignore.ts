import ignore, { type Ignore } from 'ignore';

/** The patterns of one .gitignore file, or of a list with the same syntax, and the folder they are for. */
interface Layer {
  readonly patterns: string;
  readonly rules: Ignore;
  /** The path as the patterns see it; null for a path that they are not about. */
  readonly local: (path: string) => string | null;
}

/**
 * What Git leaves out below a root, by all .gitignore files on the way (https://git-scm.com/docs/gitignore): the
 * innermost file that says anything about a path decides. Immutable: entering a folder makes a new one.
 * Paths are relative to the root with `/`; a folder's ends with `/`.
 */
export interface IgnoreRules {
  ignores(path: string): boolean;
  /** The rules inside a folder, with those of its own .gitignore if it has one. */
  enter(folder: string, patterns: string | null): IgnoreRules;
}

/**
 * @param always patterns that no .gitignore can take back.
 * @param outer the .gitignore files above the root, outermost first, each with the root's path relative to
 * its folder (with `/` at its end).
 */
export function ignoreRules(
  always: readonly string[],
  outer: readonly { readonly patterns: string; readonly root: string }[] = [],
): IgnoreRules {
  const layers = outer.map(({ patterns, root }) => {
    const layer = layerOf(patterns, (path) => `${root}${path}`);
    // Whoever checks a folder that Git leaves out wants it checked all the same.
    return layer.rules.ignores(root) ? overruled(layer, root) : layer;
  });
  return rulesOf(
    layerOf(always.join('\n'), (path) => path),
    layers,
  );
}

function rulesOf(always: Layer, layers: readonly Layer[]): IgnoreRules {
  return {
    ignores(path) {
      if (says(always, path) === true) return true;
      for (let i = layers.length - 1; i >= 0; i--) {
        const said = says(layers[i] as Layer, path);
        if (said !== null) return said;
      }
      return false;
    },
    enter(folder, patterns) {
      const kept = layers.map((layer) =>
        says(layer, folder) === true ? overruled(layer, layer.local(folder) ?? '') : layer,
      );
      if (patterns !== null)
        kept.push(layerOf(patterns, (path) => (path.startsWith(folder) ? path.slice(folder.length) : null)));
      return rulesOf(always, kept);
    },
  };
}

/** Whether the layer ignores the path (true), takes it back (false), or says nothing. */
function says({ rules, local }: Layer, path: string): boolean | null {
  const seen = local(path);
  if (!seen) return null;
  const { ignored, unignored } = rules.test(seen);
  return ignored ? true : unignored ? false : null;
}

const layerOf = (patterns: string, local: Layer['local']): Layer => ({
  patterns,
  rules: parse(patterns),
  local,
});

/**
 * The layer with a folder that it ignores, and all above that, taken back: somebody nearer decided so. Else it
 * would ignore all that is inside, whatever its own patterns say of that.
 */
function overruled({ patterns, local }: Layer, folder: string): Layer {
  const parts = folder.split('/').slice(0, -1).map(escaped);
  const back = parts.map((_, i) => `!/${parts.slice(0, i + 1).join('/')}/`);
  return layerOf([patterns, ...back].join('\n'), local);
}

/** A name as a pattern that means just this name. */
const escaped = (name: string): string => name.replace(/[\\*?[\]!# ]/g, '\\$&');

function parse(patterns: string): Ignore {
  const rules = ignore({ allowRelativePaths: true, ignorecase: process.platform !== 'linux' });
  // A pattern that cannot be read is left out alone, as Git does.
  for (const pattern of patterns.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    try {
      rules.add(pattern);
    } catch {}
  }
  return rules;
}
