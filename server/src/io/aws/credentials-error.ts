import { DeadlineError } from '../net/deadline.ts';
import { CredentialsError } from './api.ts';

interface Place {
  readonly region: string;
}

const none = ({ region }: Place, why: string): string =>
  `No AWS credentials for Amazon ECR ${region}: ${why}`;

/** What is said where there are no credentials: what is missing, whose it is, and what to do. */
export const credentialsError = {
  unknownProfile: (profile: string, place: Place): CredentialsError =>
    new CredentialsError(
      'none',
      none(place, `there is no AWS profile ${profile} in the AWS config and credentials files.`),
    ),

  mfa: (profile: string, place: Place): CredentialsError =>
    new CredentialsError(
      'none',
      none(
        place,
        `the AWS profile ${profile} wants an MFA code (mfa_serial), which Waybill never asks for. ` +
          'Get session credentials in a terminal (aws sts get-session-token or aws sts assume-role) and put them ' +
          'into the environment or into a profile of their own.',
      ),
    ),

  program: (profile: string, place: Place): CredentialsError =>
    new CredentialsError(
      'none',
      none(
        place,
        `the AWS profile ${profile} gets them from a program (credential_process), which Waybill does not start ` +
          'unless you allow it. Allow programs for this account, or put credentials into the environment.',
      ),
    ),

  /** What a credential provider threw. */
  search(
    cause: unknown,
    where: { readonly registry: Place; readonly profile: string | null; readonly signIn: string | null },
  ): CredentialsError {
    const { registry, profile, signIn } = where;
    const words = cause instanceof Error ? cause.message.replace(/\s+/g, ' ').trim() : String(cause);
    const whose = profile === null ? 'default AWS credentials' : `AWS profile ${profile}`;
    const options = { cause };
    if (
      /\bexpired\b|sso login|reauthenticate|session (?:token )?(?:was )?not found/i.test(words) ||
      unauthorized(cause)
    )
      return new CredentialsError(
        'expired',
        `The AWS session of the ${whose} used for Amazon ECR ${registry.region} has expired. ` +
          `Sign in again: ${signIn ?? (profile === null ? 'aws sso login' : `aws sso login --profile ${profile}`)}`,
        options,
      );
    if (cause instanceof DeadlineError)
      return new CredentialsError(
        'none',
        none(registry, 'the credential provider gave none in time.'),
        options,
      );
    if (/\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/.test(words))
      return new CredentialsError(
        'unreachable',
        `The AWS service that gives the credentials of the ${whose} could not be reached: ${words}`,
        options,
      );
    const short = words.length > 400 ? `${words.slice(0, 400)}…` : words;
    const sentence = `${short.replace(/\.$/, '')}. Set a profile or sign in.`;
    return new CredentialsError('none', none(registry, sentence), options);
  },
} as const;

/** Whether AWS's sign-in service no longer takes the session's token (UnauthorizedException of SSO). */
const unauthorized = (cause: unknown): boolean =>
  cause instanceof Error && /UnauthorizedException|Session token not found or invalid/.test(cause.message);
