import type { Condition } from './policy.ts';
import { matchesPattern } from './wildcard.ts';

/** What a request's conditions are held against; names in lower case, as they are compared. */
export type Context = Readonly<Record<string, string>>;

type Test = (actual: string, wanted: string) => boolean;

const same: Test = (actual, wanted) => actual === wanted;
const sameIgnoringCase: Test = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();
const like: Test = (actual, wanted) => matchesPattern(wanted, actual);
/** Each of an ARN's six parts on its own: a `*` reaches over no colon but in the last. */
const arnLike: Test = (actual, wanted) => {
  const split = (arn: string): string[] => {
    const parts = arn.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const given = split(actual);
  return split(wanted).every((part, index) => matchesPattern(part, given[index] ?? ''));
};

/** The operators that are known, each with whether it is the denial of its test. */
const operators: Readonly<Record<string, { readonly test: Test; readonly not?: true }>> = {
  StringEquals: { test: same },
  StringNotEquals: { test: same, not: true },
  StringEqualsIgnoreCase: { test: sameIgnoringCase },
  StringNotEqualsIgnoreCase: { test: sameIgnoringCase, not: true },
  StringLike: { test: like },
  StringNotLike: { test: like, not: true },
  Bool: { test: sameIgnoringCase },
  ArnEquals: { test: arnLike },
  ArnLike: { test: arnLike },
  ArnNotEquals: { test: arnLike, not: true },
  ArnNotLike: { test: arnLike, not: true },
};

/**
 * Whether a condition holds. A key that the request does not have fails the plain operators and passes their denials
 * and the `…IfExists` forms. An operator that is not known here holds for nothing, so that its statement, whether it
 * allows or denies, has no effect.
 */
export function holds({ operator, key, values }: Condition, context: Context): boolean {
  const actual = context[key.toLowerCase()];
  if (operator === 'Null') return values.some((each) => (each === 'true') === (actual === undefined));
  const ifExists = operator.endsWith('IfExists');
  const name = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
  const known = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (known === undefined) return false;
  if (actual === undefined) return ifExists || known.not === true;
  const found = values.some((each) => known.test(actual, withVariables(each, context) ?? each));
  return found !== (known.not === true);
}

/**
 * Puts a request's facts into a policy's text: `${aws:username}`, with `${*}`, `${?}` and `${$}` for themselves. Null
 * where the request has no such fact, which makes the text fit nothing.
 */
export function withVariables(text: string, context: Context): string | null {
  let missing = false;
  const made = text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name === '*' || name === '?' || name === '$') return name;
    const value = context[name.trim().toLowerCase()];
    if (value === undefined) missing = true;
    return value ?? '';
  });
  return missing ? null : made;
}
