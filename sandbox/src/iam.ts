/** What AWS says, on either plane, when no policy allows an action. */
export function notAuthorized(
  accountId: string,
  action: string,
  resource: string,
  policy = 'identity',
): string {
  return (
    `User: arn:aws:iam::${accountId}:user/sandbox is not authorized to perform: ecr:${action} ` +
    `on resource: ${resource} because no ${policy}-based policy allows the ecr:${action} action`
  );
}
