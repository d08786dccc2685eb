import type { TagRule } from '../../io/aws/api.ts';

/** Whether a tag can never be moved once it is there. */
export function isImmutableTag({ immutable, except }: TagRule, tag: string): boolean {
  return except.some((filter) => matchesWildcard(filter, tag)) ? !immutable : immutable;
}

/** `immutable tags but for dev-*`. */
export function tagRuleWords({ immutable, except }: TagRule): string {
  const words = immutable ? 'immutable tags' : 'mutable tags';
  return except.length === 0 ? words : `${words} but for ${except.join(', ')}`;
}

/** `*` stands for any run of characters, everything else for itself. No regular expression: no backtracking. */
function matchesWildcard(filter: string, tag: string): boolean {
  const [first = '', ...rest] = filter.split('*');
  const last = rest.pop();
  if (last === undefined) return tag === first;
  if (!tag.startsWith(first) || !tag.endsWith(last)) return false;
  const end = tag.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = tag.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
}
