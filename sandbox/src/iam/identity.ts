import type { World } from '../world.ts';
import type { Context } from './conditions.ts';
import { notAuthorized } from './denied.ts';
import { type Decision, evaluate } from './evaluate.ts';
import { managedPolicies } from './managed.ts';
import { type Policy, readPolicy } from './policy.ts';
import type { AccessKey, Principal, User } from './state.ts';

/** Who makes a call. */
export interface Identity {
  readonly user: User;
  readonly key: AccessKey;
  readonly arn: string;
}

/** Whose key this is; null where nobody has it, it was switched off, or is so new that it is not known yet. */
export function identityOf(world: World, accessKeyId: string): Identity | null {
  const { newKeyDelay } = world.quirks;
  const isKnown = (created: string): boolean =>
    newKeyDelay === 0 || Date.parse(created) + newKeyDelay <= world.clock();
  for (const user of world.iam.state.users) {
    const key = user.keys.find(
      ({ id, status, created }) => id === accessKeyId && status === 'Active' && isKnown(created),
    );
    if (key !== undefined) return { user, key, arn: arnOf(world, 'user', user) };
  }
  return null;
}

export const arnOf = (world: World, kind: 'user' | 'role', { path, name }: Principal): string =>
  `arn:aws:iam::${world.accountId}:${kind}${path}${name}`;

/** The documents of all policies that a principal has. */
export function policiesOf(world: World, { inline, attached }: Principal): Policy[] {
  const documents = [...Object.values(inline), ...attached.map((arn) => policyDocument(world, arn) ?? '')];
  return documents.filter((text) => text !== '').map(readPolicy);
}

/** A managed policy's document by its ARN, AWS's own or the customer's; null where there is none. */
export function policyDocument(world: World, arn: string): string | null {
  const own = /^arn:aws:iam::aws:policy\/(?:[^/]+\/)*([^/]+)$/.exec(arn)?.[1] ?? '';
  if (Object.hasOwn(managedPolicies, own)) return managedPolicies[own] ?? null;
  return world.iam.state.policies.find((each) => each.arn === arn)?.document ?? null;
}

/** What is known of every request of a principal; the region only where the call is about one. */
export function contextOf(world: World, principal: Principal, arn: string, region: string | null): Context {
  return {
    'aws:principalaccount': world.accountId,
    'aws:principalarn': arn,
    'aws:principaltype': 'User',
    'aws:resourceaccount': world.accountId,
    'aws:securetransport': 'true',
    'aws:sourceip': '127.0.0.1',
    'aws:userid': principal.id,
    'aws:username': principal.name,
    ...(region === null ? {} : { 'aws:requestedregion': region }),
  };
}

/** What the policies of whoever has the key say to an action; a key that is gone may nothing. */
export function decide(
  world: World,
  accessKeyId: string,
  {
    action,
    resource,
    region,
  }: { readonly action: string; readonly resource: string; readonly region: string },
): Decision {
  const identity = identityOf(world, accessKeyId);
  if (identity === null) return 'implicitDeny';
  const { user, arn } = identity;
  const context = contextOf(world, user, arn, region);
  return evaluate(policiesOf(world, user), { action, resource, context });
}

/** AWS's words where a key's owner may not do something; null where they may. */
export function refusalOf(
  world: World,
  accessKeyId: string,
  question: { readonly action: string; readonly resource: string; readonly region: string },
): string | null {
  const decision = decide(world, accessKeyId, question);
  if (decision === 'allowed') return null;
  const reason = decision === 'explicitDeny' ? 'explicit' : 'identity';
  return notAuthorized(arnOfKey(world, accessKeyId), question.action, question.resource, reason);
}

export const arnOfKey = (world: World, accessKeyId: string): string =>
  identityOf(world, accessKeyId)?.arn ?? `arn:aws:iam::${world.accountId}:user/unknown`;
