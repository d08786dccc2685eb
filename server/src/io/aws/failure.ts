import type { VerdictDetail, VerdictStatus } from '../../core/knowledge/knowledge.ts';
import { DeadlineError } from '../net/deadline.ts';
import { CredentialsError, OddAnswerError } from './api.ts';

/** Why a call to ECR gave no answer, as a verdict about what it asked for. */
export interface Failure {
  readonly status: Exclude<VerdictStatus, 'exists' | 'absent'>;
  readonly detail: VerdictDetail | null;
  /** A sentence for people; may hold the service's own words and still needs redaction. */
  readonly reason: string;
  /** Whether every other call to this registry would fail alike, so that none need be made. */
  readonly everywhere: boolean;
  /** Set where it never came to a request. */
  readonly nobodyAsked?: true;
}

/**
 * Whether the registry itself said that this is not there. Only an HTTP 400 with a JSON body that names the
 * error proves it (that is how ECR's JSON 1.1 protocol says it); a proxy's 404 does not.
 */
export function saysNotFound(
  error: unknown,
  name: 'ImageNotFoundException' | 'RepositoryNotFoundException',
): boolean {
  return awsName(error) === name && httpStatus(error) === 400;
}

/** Whether the service refused a name in the request as malformed. */
export const saysInvalid = (error: unknown): boolean => {
  const name = awsName(error);
  return name === 'InvalidParameterException' || name === 'ValidationException';
};

/** The service's own words, on one line. */
export function wordsOf(error: unknown): string {
  const words = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  return words.length > 400 ? `${words.slice(0, 400)}…` : words;
}

/** What an error of any call means. `who` is the registry as people know it: `Amazon ECR us-east-2`. */
export function failureOf(error: unknown, who: string): Failure {
  if (error instanceof CredentialsError) return credentialsFailure(error, who);
  const name = awsName(error);
  if (name !== null) return serviceFailure(name, error, who);
  const status = httpStatus(error);
  if (status !== null || error instanceof OddAnswerError)
    return unreachable(
      `Something other than ${who} answered${status === null ? '' : ` (HTTP ${status})`}: a proxy or a sign-in page perhaps.`,
      false,
    );
  if (error instanceof DeadlineError) return unreachable(`${who} gave no answer in time.`, false);
  return connectionFailure(error, who);
}

function serviceFailure(name: string, error: unknown, who: string): Failure {
  const status = httpStatus(error) ?? 0;
  const says = `${who} says: ${wordsOf(error)}`;
  if (status === 429 || throttles.has(name) || /rate exceeded/i.test(wordsOf(error)))
    return {
      status: 'throttled',
      detail: null,
      reason: `${who} is limiting requests; try again later.`,
      everywhere: false,
    };
  if (expired.has(name)) return sessionExpired(who);
  if (rejected.has(name))
    return {
      status: 'denied',
      detail: null,
      // The service's own words quote the signed request here, with the session token.
      reason: `${who} does not accept the AWS credentials in use (${name}). Check the profile, and the clock of this machine.`,
      everywhere: true,
    };
  if (denied.has(name) || status === 401 || status === 403)
    return { status: 'denied', detail: null, reason: says, everywhere: false };
  if (saysInvalid(error)) return { status: 'unchecked', detail: null, reason: says, everywhere: false };
  return unreachable(`${who} answered with an error (${name}, HTTP ${status}).`, false);
}

const throttles = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
]);
const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);
const rejected = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestTimeTooSkewed',
  'RequestExpired',
]);
const denied = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'NotAuthorized',
  'OptInRequired',
]);

function credentialsFailure(error: CredentialsError, who: string): Failure {
  if (/expired|sso login/i.test(error.message)) return { ...sessionExpired(who), nobodyAsked: true };
  const slow = error.cause instanceof DeadlineError;
  return {
    status: 'unchecked',
    detail: 'no-credentials',
    reason: slow
      ? `No AWS credentials for ${who}: the credential provider gave none in time.`
      : `No AWS credentials for ${who}: ${wordsOf(error)}. Set a profile or sign in.`.replace('..', '.'),
    everywhere: true,
    nobodyAsked: true,
  };
}

const sessionExpired = (who: string): Failure => ({
  status: 'unchecked',
  detail: 'session-expired',
  reason: `The AWS session used for ${who} has expired. Sign in again (aws sso login).`,
  everywhere: true,
});

function connectionFailure(error: unknown, who: string): Failure {
  const code = codeOf(error);
  if (code === '')
    return {
      status: 'unchecked',
      detail: null,
      reason: `Waybill could not ask ${who}: ${wordsOf(error)}`,
      everywhere: false,
    };
  const why = connection[code] ?? `the connection failed (${code})`;
  // A reset may be one unlucky connection; the others are about the way to the host.
  return unreachable(`${who} could not be reached: ${why}.`, code in connection && code !== 'ECONNRESET');
}

const connection: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS gave no answer',
  ECONNREFUSED: 'the connection was refused',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
  ECONNRESET: 'the connection broke',
  ETIMEDOUT: 'the connection took too long',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is not trusted here (NODE_EXTRA_CA_CERTS names more authorities)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is not trusted here (NODE_EXTRA_CA_CERTS names more authorities)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is not trusted here (NODE_EXTRA_CA_CERTS names more authorities)',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is not trusted here (NODE_EXTRA_CA_CERTS names more authorities)',
};

const unreachable = (reason: string, everywhere: boolean): Failure => ({
  status: 'unreachable',
  detail: null,
  reason,
  everywhere,
});

/** The error name that the service gave in a JSON body, or null: then something else went wrong. */
function awsName(error: unknown): string | null {
  if (!isRecord(error) || !(error instanceof Error) || httpStatus(error) === null) return null;
  // The SDK sets this on errors that it read off a body, and only on those.
  if (error.$fault === undefined) return null;
  const response = error.$response;
  const headers = isRecord(response) && isRecord(response.headers) ? response.headers : {};
  if (!/\bjson\b|json-/i.test(String(headers['content-type'] ?? ''))) return null;
  return error.name === 'Unknown' ? null : error.name;
}

function httpStatus(error: unknown): number | null {
  const metadata = isRecord(error) ? error.$metadata : undefined;
  const status = isRecord(metadata) ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : null;
}

function codeOf(error: unknown): string {
  if (!isRecord(error)) return '';
  if (typeof error.code === 'string') return error.code;
  if (error.name === 'TimeoutError') return 'ETIMEDOUT';
  return isRecord(error.cause) ? codeOf(error.cause) : '';
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
