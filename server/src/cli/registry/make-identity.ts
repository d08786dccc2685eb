import { createIam, IamError } from '../../io/aws/iam.ts';
import type { PullIdentity } from '../../work/link/print.ts';
import { makePullRole } from '../../work/link/pull-role.ts';
import { makePullUser, PullUserError } from '../../work/link/pull-user.ts';

/**
 * Makes the identity in IAM. A user's new key is printed once, as `aws iam create-access-key` prints one, so that
 * `waybill registry add HOST --key-stdin` takes it; a role's ARN is printed alone.
 * @returns 0, or 1 where IAM refuses
 */
export async function makeIdentity(
  { kind, name, ecr, policy, trust }: PullIdentity,
  profile: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  const iam = await createIam({
    env: process.env,
    region: ecr.region,
    ...(profile === undefined ? {} : { profile }),
  });
  const document = JSON.stringify(policy);
  try {
    if (kind === 'role') {
      const role = { name, policyName: name, policy: document, trust: JSON.stringify(trust) };
      process.stdout.write(`${await makePullRole(iam, role, signal)}\n`);
      return 0;
    }
    // Which of its keys are linked is not asked here, so none is taken away.
    const kept = (await iam.user(name, signal)) === null ? [] : await iam.accessKeys(name, signal);
    const user = { name, policyName: name, policy: document };
    const { arn, wasThere, key } = await makePullUser(iam, user, new Set(kept.map(({ id }) => id)), signal);
    process.stderr.write(
      `${wasThere ? 'The IAM user is there' : 'Made the IAM user'} ${arn}, with a new access key. Its secret is shown this once.\n`,
    );
    const shown = { AccessKey: { UserName: name, AccessKeyId: key.id, SecretAccessKey: key.secret } };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof IamError || error instanceof PullUserError)) throw error;
    process.stderr.write(`waybill registry policy: ${error.message}\n`);
    return 1;
  } finally {
    iam.close();
  }
}
