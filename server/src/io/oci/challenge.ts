/** One challenge of a WWW-Authenticate header: scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
/** RFC 9110's token68, which a scheme may have in the place of parameters. */
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;
const SPACE = /[\s,]*/y;

/**
 * Reads a WWW-Authenticate header, which may hold several challenges with quoted values (RFC 9110, section 11.6.1).
 * What cannot be read ends the list.
 */
export function readChallenges(header: string | undefined): Challenge[] {
  const text = (header ?? '').slice(0, 8192);
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const found: { scheme: string; params: Map<string, string> }[] = [];
  for (;;) {
    take(SPACE);
    const name = take(TOKEN)?.[0];
    if (name === undefined) return found;
    const equals = take(/\s*=\s*/y);
    if (equals === null) {
      // A name without a value begins the next challenge.
      found.push({ scheme: name.toLowerCase(), params: new Map() });
      take(/[ \t]*/y);
      const start = at;
      const blob = take(TOKEN68)?.[0];
      // A lone word may as well be the next scheme; only one with an equals sign or a slash cannot.
      if (blob !== undefined && !/[=/]/.test(blob)) at = start;
      continue;
    }
    const value = take(QUOTED)?.[1]?.replace(/\\(.)/g, '$1') ?? take(TOKEN)?.[0];
    const current = found.at(-1);
    if (value === undefined || current === undefined) return found;
    if (!current.params.has(name.toLowerCase())) current.params.set(name.toLowerCase(), value);
  }
}
