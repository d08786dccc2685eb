/** An identity policy as the evaluator has it. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Pattern;
  readonly resources: Pattern;
  readonly conditions: readonly Condition[];
}

/** `Action` or, where `not` is set, `NotAction`; and so for resources. */
export interface Pattern {
  readonly not: boolean;
  readonly any: readonly string[];
}

/** One line of a condition block: all of them must hold. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Why IAM takes no such document; its MalformedPolicyDocument. */
export class MalformedPolicy extends Error {}

/**
 * Reads a policy document for an identity, by the "Grammar of the IAM JSON policy language".
 * @throws MalformedPolicy
 */
export function readPolicy(text: string): Policy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new MalformedPolicy('Syntax errors in policy.');
  }
  if (!isObject(json)) throw new MalformedPolicy('Syntax errors in policy.');
  onlyKeys(json, ['Version', 'Id', 'Statement']);
  if (json.Version !== undefined && json.Version !== '2012-10-17' && json.Version !== '2008-10-17')
    throw new MalformedPolicy('The policy must contain a valid version string');
  if (json.Statement === undefined) throw new MalformedPolicy('Policy statement must be provided');
  const list = Array.isArray(json.Statement) ? json.Statement : [json.Statement];
  const statements = list.map(readStatement);
  const sids = statements.flatMap(({ sid }) => (sid === null ? [] : [sid]));
  if (new Set(sids).size < sids.length)
    throw new MalformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  return { statements };
}

function readStatement(value: unknown): Statement {
  if (!isObject(value)) throw new MalformedPolicy('Syntax errors in policy.');
  onlyKeys(value, ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);
  const { Effect: effect, Sid: sid } = value;
  if (effect !== 'Allow' && effect !== 'Deny') throw new MalformedPolicy('Syntax errors in policy.');
  if (sid !== undefined && (typeof sid !== 'string' || !/^[A-Za-z0-9]*$/.test(sid)))
    throw new MalformedPolicy('Statement IDs (SID) must be alpha-numeric.');
  const actions = readPattern(value, 'Action');
  for (const action of actions.any)
    if (action !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action))
      throw new MalformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  const resources = readPattern(value, 'Resource');
  for (const resource of resources.any)
    if (resource !== '*' && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+/.test(resource))
      throw new MalformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
  return {
    sid: sid === undefined || sid === '' ? null : sid,
    effect,
    actions,
    resources,
    conditions: readConditions(value.Condition),
  };
}

function readPattern(statement: Readonly<Record<string, unknown>>, field: 'Action' | 'Resource'): Pattern {
  const own = statement[field];
  const not = statement[`Not${field}`];
  if ((own === undefined) === (not === undefined))
    throw new MalformedPolicy(
      own === undefined
        ? `Policy statement must contain ${field.toLowerCase()}s.`
        : 'Syntax errors in policy.',
    );
  const any = textsOf(own ?? not);
  if (any.length === 0) throw new MalformedPolicy(`Policy statement must contain ${field.toLowerCase()}s.`);
  return { not: own === undefined, any };
}

function readConditions(value: unknown): Condition[] {
  if (value === undefined) return [];
  if (!isObject(value)) throw new MalformedPolicy('Syntax errors in policy.');
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw new MalformedPolicy('Syntax errors in policy.');
    return Object.entries(keys).map(([key, values]) => ({ operator, key, values: textsOf(values) }));
  });
}

/** A string or a list of strings; numbers and truth values count as their text. */
function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((each: unknown) => {
    if (typeof each === 'string' || typeof each === 'boolean' || typeof each === 'number')
      return String(each);
    throw new MalformedPolicy('Syntax errors in policy.');
  });
}

function onlyKeys(value: object, known: readonly string[]): void {
  if (Object.keys(value).some((key) => !known.includes(key)))
    throw new MalformedPolicy('Syntax errors in policy.');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
