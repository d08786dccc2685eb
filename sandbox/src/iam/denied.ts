/** What AWS says, on either plane of ECR, to somebody who may not do what they asked for. */
export function notAuthorized(
  principalArn: string,
  action: string,
  resource: string,
  reason: 'identity' | 'resource' | 'explicit' = 'identity',
): string {
  const because =
    reason === 'explicit'
      ? 'with an explicit deny in an identity-based policy'
      : `because no ${reason}-based policy allows the ${action} action`;
  return `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}
