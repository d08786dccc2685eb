import type { IamApi } from '../../io/aws/iam.ts';

/** What the way from a public image to a linked registry needs of AWS, in its order. */
export const neededActions = {
  repository: ['ecr:CreateRepository', 'ecr:DescribeRepositories'],
  push: [
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:InitiateLayerUpload',
    'ecr:UploadLayerPart',
    'ecr:CompleteLayerUpload',
    'ecr:PutImage',
  ],
  user: [
    'iam:GetUser',
    'iam:CreateUser',
    'iam:TagUser',
    'iam:PutUserPolicy',
    'iam:ListAccessKeys',
    'iam:CreateAccessKey',
  ],
} as const;

export type Need = keyof typeof neededActions;

/** What an identity may do of what is needed. */
export interface Rights {
  readonly account: string;
  readonly arn: string;
  /** Null where IAM does not let this identity ask (iam:SimulatePrincipalPolicy). */
  readonly denied: readonly { readonly need: Need; readonly action: string }[] | null;
}

/**
 * What the credentials at hand may do, asked of IAM's simulator, which changes nothing. It knows the identity's own
 * policies and no policy of a repository, organisation or session.
 * @throws IamError or the signal's reason
 */
export async function rightsOf(iam: IamApi, needs: readonly Need[], signal: AbortSignal): Promise<Rights> {
  const { account, arn } = await iam.callerIdentity(signal);
  const found = await Promise.all(
    needs.map(async (need) => {
      const said = await iam.simulate(principalOf(arn), neededActions[need], '*', signal);
      if (said === null) return null;
      return neededActions[need]
        .filter((action) => said.get(action) === false)
        .map((action) => ({ need, action }));
    }),
  );
  return {
    account,
    arn,
    denied: found.some((one) => one === null) ? null : found.flatMap((one) => one ?? []),
  };
}

/** The role behind a session: the simulator knows no sessions. */
export function principalOf(arn: string): string {
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/(.+)\/[^/]+$/.exec(arn);
  return session === null ? arn : `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
}
