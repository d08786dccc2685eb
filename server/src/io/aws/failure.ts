import type { VerdictDetail, VerdictStatus } from '../../core/knowledge/knowledge.ts';
import { connectionCode, connectionWords, isEverywhere } from '../net/connection.ts';
import { DeadlineError } from '../net/deadline.ts';
import type { Again } from '../net/retry.ts';
import { CredentialsError, OddAnswerError } from './api.ts';
import { DataPlaneError, retryAfterMs } from './data-plane.ts';

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
  name:
    | 'ImageNotFoundException'
    | 'RepositoryNotFoundException'
    | 'ScanNotFoundException'
    | 'UploadNotFoundException',
): boolean {
  return awsName(error) === name && httpStatus(error) === 400;
}

/** Whether the service refused to make what is there already. */
export const saysAlreadyThere = (error: unknown): boolean => {
  const name = awsName(error);
  return name === 'RepositoryAlreadyExistsException' || name === 'PullThroughCacheRuleAlreadyExistsException';
};

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

/**
 * What an error of any call means. `who` is the registry as people know it: `Amazon ECR us-east-2`; `renew` is a
 * sentence that says how the credentials in use are renewed.
 */
export function failureOf(error: unknown, who: string, renew = 'Sign in again (aws sso login).'): Failure {
  if (error instanceof CredentialsError) return credentialsFailure(error);
  if (error instanceof DataPlaneError) return dataPlaneFailure(error, who);
  const name = awsName(error);
  if (name !== null) return serviceFailure(name, error, who, renew);
  const status = httpStatus(error);
  if (status !== null || error instanceof OddAnswerError)
    return unreachable(
      `Something other than ${who} answered${status === null ? '' : ` (HTTP ${status})`}: a proxy or a sign-in page perhaps.`,
      false,
    );
  if (error instanceof DeadlineError) return unreachable(`${who} gave no answer in time.`, false);
  return connectionFailure(error, who);
}

function serviceFailure(name: string, error: unknown, who: string, renew: string): Failure {
  const status = httpStatus(error) ?? 0;
  const says = `${who} says: ${wordsOf(error)}`;
  if (status === 429 || throttles.has(name) || /rate exceeded/i.test(wordsOf(error))) return throttled(who);
  if (expired.has(name))
    return {
      status: 'unchecked',
      detail: 'session-expired',
      reason: `The AWS session used for ${who} has expired. ${renew}`,
      everywhere: true,
    };
  if (
    skewed.has(name) ||
    (rejected.has(name) && /signature (?:expired|not yet current)/i.test(wordsOf(error)))
  )
    return {
      status: 'denied',
      detail: null,
      reason: `${who} does not accept the request because the clock of this machine is wrong (${name}). Set the clock.`,
      everywhere: true,
    };
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
]);
/** The names that the SDKs of AWS take for a clock that is wrong: smithy's CLOCK_SKEW_ERROR_CODES. */
const skewed = new Set([
  'RequestTimeTooSkewed',
  'RequestExpired',
  'RequestInTheFuture',
  'AuthFailure.ClockSkew',
]);
const denied = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'NotAuthorized',
  'OptInRequired',
]);

const throttled = (who: string): Failure => ({
  status: 'throttled',
  detail: null,
  reason: `${who} is limiting requests; try again later.`,
  everywhere: false,
});

function credentialsFailure({ trouble, message }: CredentialsError): Failure {
  const common = { reason: message, everywhere: true, nobodyAsked: true } as const;
  if (trouble === 'unreachable') return { status: 'unreachable', detail: null, ...common };
  return {
    status: 'unchecked',
    detail: trouble === 'expired' ? 'session-expired' : 'no-credentials',
    ...common,
  };
}

function dataPlaneFailure(error: DataPlaneError, who: string): Failure {
  if (error.status === 429) return throttled(who);
  if (error.status === 401 || error.status === 403)
    return { status: 'denied', detail: null, reason: `${who} says: ${wordsOf(error)}`, everywhere: false };
  return unreachable(`${who} answered with an error (HTTP ${error.status}).`, false);
}

/** Whether a call that failed may be tried again. */
export function againAfter(error: unknown): Again {
  if (error instanceof DataPlaneError) return againAfterStatus(error.status, error.retryAfterMs);
  if (error instanceof OddAnswerError || error instanceof DeadlineError) return { kind: 'transient' };
  const status = httpStatus(error);
  if (status === null) return { kind: broken.has(connectionCode(error)) ? 'transient' : 'no' };
  const name = awsName(error);
  if (status === 429 || (name !== null && (throttles.has(name) || /rate exceeded/i.test(wordsOf(error)))))
    return { kind: 'throttled', retryAfterMs: retryAfterMs(headersOf(error)['retry-after']) };
  // The SDK has set its clock by the answer, so that the next signature fits.
  if (skewCorrected(error)) return { kind: 'transient' };
  return againAfterStatus(status, null);
}

function againAfterStatus(status: number, wait: number | null): Again {
  if (status === 429) return { kind: 'throttled', retryAfterMs: wait };
  return { kind: status >= 500 || status === 200 ? 'transient' : 'no' };
}

/**
 * Whether an error says that this operation is not to be had here, now or later: no permission, or an endpoint that
 * does not know it and answers as web servers do (moto). Any other error says nothing of it.
 */
export function isRefused(error: unknown): boolean {
  const status = httpStatus(error);
  if (status === null || againAfter(error).kind === 'throttled') return false;
  const name = awsName(error);
  if (name === null) return [400, 403, 404, 405, 500, 501].includes(status);
  if (expired.has(name) || rejected.has(name) || skewed.has(name)) return false;
  return status < 500 || name === 'UnknownOperationException';
}

/** Whether a call is refused for want of a permission, so that another way may be open. */
export const isDenied = (error: unknown): boolean => denied.has(awsName(error) ?? '');

/** Connections that broke on the way; whoever is refused one, or finds no host, is so the next time too. */
const broken = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);

const skewCorrected = (error: unknown): boolean =>
  isRecord(error) && isRecord(error.$metadata) && error.$metadata.clockSkewCorrected === true;

function connectionFailure(error: unknown, who: string): Failure {
  const code = connectionCode(error);
  if (code === '')
    return {
      status: 'unchecked',
      detail: null,
      reason: `Waybill could not ask ${who}: ${wordsOf(error)}`,
      everywhere: false,
    };
  const why = connectionWords(code) ?? `the connection failed (${code})`;
  return unreachable(`${who} could not be reached: ${why}.`, isEverywhere(code));
}

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
  if (!/\bjson\b|json-/i.test(String(headersOf(error)['content-type'] ?? ''))) return null;
  return error.name === 'Unknown' ? null : error.name;
}

function headersOf(error: unknown): Record<string, unknown> {
  const response = isRecord(error) ? error.$response : undefined;
  return isRecord(response) && isRecord(response.headers) ? response.headers : {};
}

function httpStatus(error: unknown): number | null {
  const metadata = isRecord(error) ? error.$metadata : undefined;
  const status = isRecord(metadata) ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
