import { randomBytes } from 'node:crypto';
import type { World } from '../world.ts';
import type { Identity } from './identity.ts';
import { MalformedPolicy, readPolicy } from './policy.ts';
import { invalidInput, type Params, QueryError, type Xml } from './query.ts';
import type { Principal, Role, User } from './state.ts';

/** One signed call of IAM or STS. */
export interface IamCall {
  readonly world: World;
  readonly identity: Identity;
  readonly params: Params;
  /** ISO 8601. */
  readonly now: string;
}

/** What an action is done to, for the policies of whoever asks, and how it is done. */
export interface IamOperation {
  /** The ARN that its caller must be allowed for. */
  resource(call: IamCall): string;
  /** The action's result, or throws a `QueryError`. */
  run(call: IamCall): Xml;
}

export const noSuchEntity = (message: string): QueryError => new QueryError(404, 'NoSuchEntity', message);
export const conflict = (code: string, message: string): QueryError => new QueryError(409, code, message);

export function required(params: Params, name: string): string {
  const value = params.get(name);
  if (value === null || value === '')
    throw invalidInput(
      `1 validation error detected: Value null at '${name[0]?.toLowerCase()}${name.slice(1)}' failed to satisfy ` +
        'constraint: Member must not be null',
    );
  return value;
}

/** The user that is named; the caller where none is. */
export function userOf({ world, identity, params }: IamCall): User {
  const name = params.get('UserName') ?? identity.user.name;
  const found = world.iam.state.users.find((each) => each.name === name);
  if (found === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return found;
}

export function roleOf({ world, params }: IamCall): Role {
  const name = required(params, 'RoleName');
  const found = world.iam.state.roles.find((each) => each.name === name);
  if (found === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return found;
}

/** The parts that a new user and a new role have in common. */
export function newPrincipal(
  { params, now }: IamCall,
  kind: 'User' | 'Role',
  known: readonly Principal[],
): Principal {
  const name = required(params, `${kind}Name`);
  if (!/^[\w+=,.@-]{1,64}$/.test(name))
    throw invalidInput(
      `The specified value for ${kind.toLowerCase()}Name is invalid. It must contain only alphanumeric characters ` +
        'and/or the following: +=,.@_-',
    );
  if (known.some((each) => each.name.toLowerCase() === name.toLowerCase()))
    throw conflict('EntityAlreadyExists', `${kind} with name ${name} already exists.`);
  const path = params.get('Path') ?? '/';
  if (!/^\/(?:[\x21-\x7e]+\/)?$/.test(path))
    throw invalidInput(
      'The specified value for path is invalid. It must begin and end with / and contain only visible characters',
    );
  return {
    name,
    path,
    id: newId(kind === 'User' ? 'AIDA' : 'AROA'),
    created: now,
    inline: {},
    attached: [],
  };
}

/** The parameter `PolicyDocument`, read once so that a wrong one is refused here. */
export function documentOf(params: Params): string {
  const document = required(params, 'PolicyDocument');
  try {
    readPolicy(document);
  } catch (error) {
    if (error instanceof MalformedPolicy) throw new QueryError(400, 'MalformedPolicyDocument', error.message);
    throw error;
  }
  return document;
}

/** An id in the form of IAM's: a prefix that says the kind, and 16 letters and digits. */
export function newId(prefix: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + [...randomBytes(16)].map((byte) => letters[byte % letters.length]).join('');
}
