import type { IamApi, NewKey } from '../../io/aws/iam.ts';

/** The user that Replicated pulls as, and its policy. */
export interface PullUser {
  readonly name: string;
  readonly policyName: string;
  /** A policy document, JSON. */
  readonly policy: string;
}

export interface MadePullUser {
  readonly arn: string;
  /** Whether the user was there before. */
  readonly wasThere: boolean;
  readonly key: NewKey;
  /** Keys of earlier tries that nobody ever used and nobody can know the secret of. */
  readonly deleted: readonly string[];
}

/** Tells users that were made here from others of the same name, which are left alone. */
const TAG = 'waybill';
const TAG_VALUE = 'replicated-pull';

/** IAM allows two keys for each user (IAM quotas). */
const MOST_KEYS = 2;

/** The user cannot be made as it is wanted; the message says what to do. */
export class PullUserError extends Error {
  override readonly name = 'PullUserError';
}

/**
 * Makes the read-only user that Replicated pulls as, with its policy and one access key. May be run again after any end:
 * the user and its policy are made once, and a key whose secret was lost, because nobody ever signed with it and no
 * linked registry has it, is deleted first.
 * @param linkedKeys ids of keys that the vendor portal has; they stay
 * @throws PullUserError, IamError or the signal's reason
 */
export async function makePullUser(
  iam: IamApi,
  { name, policyName, policy }: PullUser,
  linkedKeys: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<MadePullUser> {
  const found = await iam.user(name, signal);
  if (found !== null && found.tags[TAG] !== TAG_VALUE)
    throw new PullUserError(
      `There is an IAM user ${name} already that Waybill did not make. Choose another name with --user, or make a key for that one yourself.`,
    );
  const arn = found?.arn ?? (await iam.createUser(name, { [TAG]: TAG_VALUE }, signal));
  await iam.putUserPolicy(name, policyName, policy, signal);
  const keys = found === null ? [] : await iam.accessKeys(name, signal);
  const lost = keys.filter(({ id, used }) => used === false && !linkedKeys.has(id));
  if (keys.length - lost.length >= MOST_KEYS)
    throw new PullUserError(
      `The IAM user ${name} has ${keys.length} access keys, and IAM allows no more. Delete the one that is not in use: aws iam delete-access-key --user-name ${name} --access-key-id ${keys.map(({ id }) => id).join(' or ')}`,
    );
  for (const { id } of lost) await iam.deleteAccessKey(name, id, signal);
  const key = await iam.createAccessKey(name, signal);
  return { arn, wasThere: found !== null, key, deleted: lost.map(({ id }) => id) };
}
