import { isSignedBy, readSignature, wrongSignature } from '../auth/sigv4.ts';
import { type Exchange, readBody } from '../exchange.ts';
import { strikeAnswer, strikeConnection, strikeService } from '../faults.ts';
import type { World } from '../world.ts';
import type { IamOperation } from './call.ts';
import { notAuthorized } from './denied.ts';
import { type Identity, identityOf, refusalOf } from './identity.ts';
import {
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
} from './keys.ts';
import {
  attachPolicy,
  createPolicy,
  deleteInlinePolicy,
  detachPolicy,
  getInlinePolicy,
  listAttachedPolicies,
  listInlinePolicies,
  ofRoles,
  ofUsers,
  putPolicy,
} from './policies.ts';
import { answerError, answerResult, QueryError, readParams } from './query.ts';
import {
  createOpenIdConnectProvider,
  createRole,
  deleteRole,
  getRole,
  listOpenIdConnectProviders,
  roleArn,
  updateAssumeRolePolicy,
} from './roles.ts';
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulate.ts';
import { getCallerIdentity } from './sts.ts';
import { createUser, deleteUser, getUser, listUsers, userArn } from './users.ts';

const users = ofUsers(userArn);
const roles = ofRoles(roleArn);

const operations: Readonly<Record<string, IamOperation>> = {
  AttachRolePolicy: attachPolicy(roles),
  AttachUserPolicy: attachPolicy(users),
  CreateAccessKey: createAccessKey,
  CreateOpenIDConnectProvider: createOpenIdConnectProvider,
  CreatePolicy: createPolicy,
  CreateRole: createRole,
  CreateUser: createUser,
  DeleteAccessKey: deleteAccessKey,
  DeleteRole: deleteRole,
  DeleteRolePolicy: deleteInlinePolicy(roles),
  DeleteUser: deleteUser,
  DeleteUserPolicy: deleteInlinePolicy(users),
  DetachRolePolicy: detachPolicy(roles),
  DetachUserPolicy: detachPolicy(users),
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
  GetRole: getRole,
  GetRolePolicy: getInlinePolicy(roles),
  GetUser: getUser,
  GetUserPolicy: getInlinePolicy(users),
  ListAccessKeys: listAccessKeys,
  ListAttachedRolePolicies: listAttachedPolicies(roles),
  ListAttachedUserPolicies: listAttachedPolicies(users),
  ListOpenIDConnectProviders: listOpenIdConnectProviders,
  ListRolePolicies: listInlinePolicies(roles),
  ListUserPolicies: listInlinePolicies(users),
  ListUsers: listUsers,
  PutRolePolicy: putPolicy(roles),
  PutUserPolicy: putPolicy(users),
  SimulateCustomPolicy: simulateCustomPolicy,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  UpdateAccessKey: updateAccessKey,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
};

const namespaces = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
} as const;

const maxBody = 1024 * 1024;

/** Answers one call of IAM or STS: AWS's query protocol, both at one address, told apart by what is signed for. */
export async function serveIam(
  world: World,
  exchange: Exchange,
  identified: (facts: { readonly operation: string; readonly error?: string }) => void,
): Promise<void> {
  const { req, url, method } = exchange;
  const body = (await readBody(req, maxBody)) ?? Buffer.alloc(0);
  const params = readParams(body.toString('utf8'), url.searchParams);
  const operation = params.get('Action') ?? '';
  identified({ operation });
  const signature = readSignature(req.headers.authorization);
  const service = signature?.service === 'sts' || operation === 'GetCallerIdentity' ? 'sts' : 'iam';
  const namespace = namespaces[service];
  const refuse = (error: QueryError): void => {
    identified({ operation, error: error.code });
    answerError(exchange, namespace, error);
  };
  const call = { plane: 'iam', operation, action: operation, repository: null } as const;
  const broken = (status: number): void =>
    refuse(new QueryError(status, 'ServiceFailure', 'The request failed because of an error of the server.'));
  if (await strikeConnection(world, call, exchange, broken)) return;

  try {
    const identity = signature === null ? null : identityOf(world, signature.accessKeyId);
    if (signature === null)
      throw new QueryError(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
    if (identity === null)
      throw new QueryError(
        403,
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
      );
    const { secret } = identity.key;
    if (secret !== null && !isSignedBy(secret, signature, { method, url, headers: req.headers, body }))
      throw new QueryError(403, 'SignatureDoesNotMatch', wrongSignature);
    const struck = strikeService(world, call, {
      denied: () =>
        refuse(
          new QueryError(403, 'AccessDenied', notAuthorized(identity.arn, `${service}:${operation}`, '*')),
        ),
      throttled: () => refuse(new QueryError(400, 'Throttling', 'Rate exceeded')),
      expired: () =>
        refuse(new QueryError(403, 'ExpiredToken', 'The security token included in the request is expired')),
    });
    if (struck) return;
    const given = { world, identity, params, now: new Date(world.clock()).toISOString() };
    if (operation === 'GetCallerIdentity') {
      answerResult(exchange, namespace, operation, getCallerIdentity(given));
      return;
    }
    const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (found === undefined)
      throw new QueryError(400, 'InvalidAction', `The sandbox does not have the action '${operation}'.`);
    checkAllowed(world, identity, operation, found.resource(given));
    const result = found.run(given);
    await world.iam.saved();
    if (!strikeAnswer(world, call, exchange)) answerResult(exchange, namespace, operation, result);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    refuse(error);
  }
}

function checkAllowed(world: World, { key }: Identity, operation: string, resource: string): void {
  const refusal = refusalOf(world, key.id, { action: `iam:${operation}`, resource, region: 'us-east-1' });
  if (refusal !== null) throw new QueryError(403, 'AccessDenied', refusal);
}
