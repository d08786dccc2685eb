import { baseName } from '../../../core/release/role.ts';

interface Pattern {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Whether the whole path is compared, and not its last part. */
  readonly whole: boolean;
  readonly test: RegExp;
}

/** What Helm leaves out of a chart. */
export interface HelmIgnore {
  /** @param path from the chart's root, with `/`, without one at its end */
  ignores(path: string, isFolder: boolean): boolean;
}

/** Helm never takes hidden files among the templates. */
const always = 'templates/.?*';

/**
 * Reads a .helmignore as Helm does (helm.sh/helm pkg/ignore): one pattern of Go's path/filepath.Match in a line, without
 * `**`; a `!` leaves out all that does not match; the first pattern that says "leave out" decides.
 * @throws Error with a sentence for people for a pattern that Helm does not take
 */
export function readHelmIgnore(text: string): HelmIgnore {
  const patterns = [...text.replace(/^\uFEFF/, '').split('\n'), always].flatMap(patternOf);
  return {
    ignores(path, isFolder) {
      if (path === '' || path === '.') return false;
      for (const { negated, foldersOnly, whole, test } of patterns) {
        const matches = test.test(whole ? path : baseName(path));
        if (negated) {
          if ((foldersOnly && !isFolder) || !matches) return true;
        } else if ((!foldersOnly || isFolder) && matches) return true;
      }
      return false;
    },
  };
}

function patternOf(line: string): Pattern[] {
  let rule = line.trim();
  if (rule === '' || rule.startsWith('#')) return [];
  if (rule.includes('**')) throw new Error(`.helmignore has "${rule}": Helm knows no **.`);
  const negated = rule.startsWith('!');
  if (negated) rule = rule.slice(1);
  const foldersOnly = rule.endsWith('/');
  if (foldersOnly) rule = rule.slice(0, -1);
  const whole = rule.includes('/');
  if (rule.startsWith('/')) rule = rule.slice(1);
  return [{ negated, foldersOnly, whole, test: globOf(rule, line.trim()) }];
}

/** filepath.Match as a regular expression: `*` and `?` stop at `/`; there are classes and escapes. */
function globOf(glob: string, line: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] as string;
    if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '\\') source += escaped(glob[++at] ?? '\\');
    else if (char === '[') {
      const [whole, caret = '', inner = ''] = /^\[(\^?)((?:\\.|[^\]\\])+)\]/.exec(glob.slice(at)) ?? [];
      if (whole === undefined) throw new Error(`.helmignore has "${line}", which is no pattern.`);
      source += `(?!/)[${caret}${inner.replace(/\\(.)/g, '$1').replace(/[\\\][^]/g, '\\$&')}]`;
      at += whole.length - 1;
    } else source += escaped(char);
  }
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    throw new Error(`.helmignore has "${line}", which is no pattern.`);
  }
}

const escaped = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
