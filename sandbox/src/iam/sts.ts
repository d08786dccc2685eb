import type { IamCall } from './call.ts';
import type { Xml } from './query.ts';

/** `GetCallerIdentity`, which every identity may call. */
export const getCallerIdentity = ({ world, identity }: IamCall): Xml => ({
  Arn: identity.arn,
  UserId: identity.user.id,
  Account: world.accountId,
});
