import { type IamCall, type IamOperation, noSuchEntity, required } from './call.ts';
import { evaluate } from './evaluate.ts';
import { arnOf, contextOf, policiesOf } from './identity.ts';
import { MalformedPolicy, type Policy, readPolicy } from './policy.ts';
import { invalidInput, type Params, QueryError, type Xml } from './query.ts';
import type { Principal } from './state.ts';

/** `SimulatePrincipalPolicy`: what a user or role may do of some actions, for each of some resources. */
export const simulatePrincipalPolicy: IamOperation = {
  resource: ({ params }) => params.get('PolicySourceArn') ?? '*',
  run: (call) => {
    const arn = required(call.params, 'PolicySourceArn');
    const principal = principalOf(call, arn);
    const more = documentsIn(call.params, 'PolicyInputList');
    return results(call, principal, arn, [...policiesOf(call.world, principal), ...more]);
  },
};

/** `SimulateCustomPolicy`: the same for policies that nobody has. */
export const simulateCustomPolicy: IamOperation = {
  resource: () => '*',
  run: (call) => {
    const { user, arn } = call.identity;
    return results(call, user, arn, documentsIn(call.params, 'PolicyInputList'));
  },
};

function results(call: IamCall, principal: Principal, arn: string, policies: readonly Policy[]): Xml {
  const { world, params } = call;
  const actions = params.list('ActionNames');
  if (actions.length === 0) throw invalidInput('ActionNames must have a member');
  const resources = params.list('ResourceArns');
  return {
    EvaluationResults: actions.flatMap((action) =>
      (resources.length === 0 ? ['*'] : resources).map((resource) => {
        const region = resource.split(':')[3] ?? '';
        const context = contextOf(world, principal, arn, region === '' ? null : region);
        return {
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: evaluate(policies, { action, resource, context }),
          MatchedStatements: [],
          MissingContextValues: [],
        };
      }),
    ),
    IsTruncated: false,
  };
}

function principalOf({ world }: IamCall, arn: string): Principal {
  const { users, roles } = world.iam.state;
  const found =
    users.find((each) => arnOf(world, 'user', each) === arn) ??
    roles.find((each) => arnOf(world, 'role', each) === arn);
  if (found === undefined) throw noSuchEntity(`The entity with ARN ${arn} cannot be found.`);
  return found;
}

function documentsIn(params: Params, name: string): Policy[] {
  try {
    return params.list(name).map(readPolicy);
  } catch (error) {
    if (error instanceof MalformedPolicy) throw new QueryError(400, 'InvalidInput', error.message);
    throw error;
  }
}
