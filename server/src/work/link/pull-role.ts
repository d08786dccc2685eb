import type { IamApi } from '../../io/aws/iam.ts';
import { OIDC_AUDIENCE, OIDC_PROVIDER } from './policy.ts';

/** The role that Replicated pulls as, without a key. */
export interface PullRole {
  readonly name: string;
  readonly policyName: string;
  /** Policy documents, JSON: what it may do, and who may take it. */
  readonly policy: string;
  readonly trust: string;
}

/**
 * Makes the role that the vendor portal takes with its own tokens, and the provider of those. May be run again: what is
 * there is given the same trust and policy.
 * @returns its ARN
 * @throws IamError or the signal's reason
 */
export async function makePullRole(
  iam: IamApi,
  { name, policyName, policy, trust }: PullRole,
  signal: AbortSignal,
): Promise<string> {
  await iam.ensureOidcProvider(`https://${OIDC_PROVIDER}`, OIDC_AUDIENCE, signal);
  const arn = await iam.ensureRole(name, trust, signal);
  await iam.putRolePolicy(name, policyName, policy, signal);
  return arn;
}
