import { notAuthorized } from '../iam/denied.ts';
import { arnOfKey } from '../iam/identity.ts';
import { type Operation, seconds } from './call.ts';
import { AwsError } from './errors.ts';
import { optionalList } from './input.ts';

const lifetime = 12 * 60 * 60 * 1000;

/** `GetAuthorizationToken`: a user and password for the registry, good for 12 hours. */
export const getAuthorizationToken: Operation = ({ world, accessKeyId, operation, region, input }) => {
  const registryIds = optionalList(input, 'registryIds', 10) ?? [world.accountId];
  if (registryIds.some((id) => id !== world.accountId)) {
    const user = arnOfKey(world, accessKeyId);
    throw new AwsError('AccessDeniedException', notAuthorized(user, `ecr:${operation}`, '*', 'resource'));
  }
  const expiresAt = world.clock() + lifetime;
  const password = world.registryTokens.issue({ region, accessKeyId }, expiresAt);
  const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
  return {
    authorizationData: [{ authorizationToken, expiresAt: seconds(expiresAt), proxyEndpoint: world.urls.ecr }],
  };
};
