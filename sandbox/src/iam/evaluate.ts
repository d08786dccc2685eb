import { type Context, holds, withVariables } from './conditions.ts';
import type { Pattern, Policy, Statement } from './policy.ts';
import { matchesPattern } from './wildcard.ts';

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

export interface Question {
  /** `ecr:BatchGetImage` */
  readonly action: string;
  /** The ARN of what it is done to; `*` where the action is about nothing in particular. */
  readonly resource: string;
  readonly context: Context;
}

/**
 * What an identity's policies say, by "Policy evaluation logic" of the IAM user guide: a statement that denies wins over
 * every one that allows, and what no statement allows is denied. There are no boundaries, session policies, resource
 * policies or policies of an organisation here.
 */
export function evaluate(policies: readonly Policy[], question: Question): Decision {
  const matching = policies.flatMap(({ statements }) => statements.filter((each) => applies(each, question)));
  if (matching.some(({ effect }) => effect === 'Deny')) return 'explicitDeny';
  return matching.length > 0 ? 'allowed' : 'implicitDeny';
}

function applies(
  { actions, resources, conditions }: Statement,
  { action, resource, context }: Question,
): boolean {
  return (
    // The case of actions makes no difference; that of resources does.
    fits(actions, (pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
    fits(resources, (pattern) => {
      const made = withVariables(pattern, context);
      return made !== null && matchesPattern(made, resource);
    }) &&
    conditions.every((each) => holds(each, context))
  );
}

const fits = ({ not, any }: Pattern, test: (pattern: string) => boolean): boolean => any.some(test) !== not;
