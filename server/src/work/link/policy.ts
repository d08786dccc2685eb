import type { EcrHost } from '../../core/image/hosts.ts';

/** A policy of IAM, as it is written in JSON. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Principal?: { readonly Federated: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What is to be pulled from one registry: some repositories, or null for all. */
export interface PullGrant {
  readonly ecr: EcrHost;
  readonly repositories: readonly string[] | null;
}

/**
 * All that pulling takes, and nothing that changes or lists: Amazon ECR user guide, "Amazon ECR repository policy
 * examples" and "Private image manifest pull".
 */
export const pullActions = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
] as const;

/**
 * The policy of the identity that Replicated pulls as. The token for a registry is given for no repository in particular,
 * so that its statement has the resource `*` (Service Authorization Reference, "Amazon ECR").
 * @param grants registries of one account
 */
export const pullPolicy = (grants: readonly PullGrant[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'LogIn', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    { Sid: 'Pull', Effect: 'Allow', Action: pullActions, Resource: resourcesOf(grants) },
  ],
});

const resourcesOf = (grants: readonly PullGrant[]): readonly string[] =>
  [
    ...new Set(
      grants.flatMap(({ ecr: { partition, region, account }, repositories }) =>
        (repositories ?? ['*']).map((name) => `arn:${partition}:ecr:${region}:${account}:repository/${name}`),
      ),
    ),
  ].sort();

/** Where Replicated's vendor portal signs tokens: the name of the OIDC provider, without `https://`. */
export const OIDC_PROVIDER = 'api.replicated.com/vendor';
export const OIDC_AUDIENCE = 'sts.amazonaws.com';

/**
 * Who may take the role that Replicated pulls as: the vendor portal, for one team. Source: docs.replicated.com,
 * "Use Amazon ECR with IAM authentication".
 */
export const trustPolicy = (
  { partition, account }: Pick<EcrHost, 'partition' | 'account'>,
  team: string,
): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${OIDC_PROVIDER}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${OIDC_PROVIDER}:aud`]: OIDC_AUDIENCE, [`${OIDC_PROVIDER}:sub`]: team },
      },
    },
  ],
});

/** Characters that all inline policies of an identity may have together, blanks not counted (IAM quotas). */
export const inlineLimits = { user: 2048, role: 10_240 } as const;
/** The same of a managed policy. */
export const MANAGED_LIMIT = 6144;

/** How many characters IAM counts. */
export const policySize = (policy: PolicyDocument): number =>
  JSON.stringify(policy).replace(/\s/g, '').length;

/** The name of the user or role, and of its policy, unless somebody chooses another. */
export const pullIdentityName = (app: string | null): string =>
  `replicated-pull${app === null ? '' : `-${app}`}`.slice(0, 64);
