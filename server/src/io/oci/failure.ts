import type { VerdictDetail, VerdictStatus } from '../../core/knowledge/knowledge.ts';
import { ForbiddenAddressError } from '../net/addresses.ts';
import { connectionCode, connectionWords, isEverywhere } from '../net/connection.ts';
import { DeadlineError } from '../net/deadline.ts';
import { BodyError, ProxyError } from '../net/http.ts';
import { RedirectError } from '../net/redirects.ts';
import type { AskedAs, Said } from './client.ts';
import { DockerLoginError } from './docker-config.ts';
import { BusyError, errorsOf, OddAnswerError, RealmError } from './errors.ts';
import { RefusedTokenError } from './tokens.ts';

/** Why a registry gave no answer about an image, as a verdict about it. */
export interface Failure {
  readonly status: Exclude<VerdictStatus, 'exists' | 'absent'>;
  readonly detail: VerdictDetail | null;
  /** A sentence for people; may hold the registry's own words and still needs redaction. */
  readonly reason: string;
  /** Whether every other request to this registry would fail alike, so that none need be made. */
  readonly everywhere: boolean;
}

/** What an error of a request means. `host` is the registry as references write it. */
export function failureOf(error: unknown, host: string, asked: AskedAs): Failure {
  if (error instanceof BusyError)
    return error.again.kind === 'throttled'
      ? failure('throttled', `${host} is limiting requests; try again later.`)
      : failure('unreachable', `${host} answered with an error (HTTP ${error.status}).`);
  if (error instanceof RefusedTokenError) return refused(error.status, null, host, asked);
  if (error instanceof RealmError) return failure('unchecked', `${host} ${error.message}.`, true);
  if (error instanceof DockerLoginError)
    return {
      ...failure('unchecked', `Waybill could not sign in to ${host}: ${error.message}`),
      detail: 'no-credentials',
    };
  if (error instanceof OddAnswerError) return odd(host, error.status);
  if (error instanceof BodyError) return odd(host, null);
  if (error instanceof RedirectError) return failure('unreachable', `${host} ${error.message}.`);
  if (error instanceof ProxyError) return failure('unreachable', `${host}: ${error.message}`, true);
  if (error instanceof ForbiddenAddressError) return failure('unchecked', error.message, true);
  const code = connectionCode(error);
  if (code === '' && error instanceof DeadlineError)
    return failure('unreachable', `${host} gave no answer in time.`);
  if (code === '') return failure('unchecked', `Waybill could not ask ${host}: ${wordsOf(error)}`);
  const why = connectionWords(code) ?? `the connection failed (${code})`;
  return failure('unreachable', `${host} could not be reached: ${why}.`, isEverywhere(code));
}

/** What an answer means that says neither that something is there nor that it is not. */
export function failureOfAnswer(said: Said, host: string): Failure {
  const [first] = errorsOf(said);
  const words = first === undefined ? null : first.message || first.code;
  if (said.status === 401 || said.status === 403) return refused(said.status, words, host, said);
  if (words !== null)
    return failure('unreachable', `${host} answered with an error (HTTP ${said.status}): ${words}`);
  return odd(host, said.status);
}

/** Something that is not the registry answered in its place. */
export const odd = (host: string, status: number | null): Failure =>
  failure(
    'unreachable',
    `Something other than ${host} answered${status === null ? '' : ` (HTTP ${status})`}: a proxy or a sign-in page perhaps.`,
  );

/**
 * A registry refuses whoever may not know whether an image is there at all, so that nothing is proven by it.
 * `words` are the registry's own.
 */
function refused(status: number, words: string | null, host: string, { access, as }: AskedAs): Failure {
  const says = words === null ? `HTTP ${status}` : `HTTP ${status}: ${words.replace(/\.$/, '')}`;
  return access === 'anonymous'
    ? {
        ...failure(
          'denied',
          `${host} does not show it to anybody who is not signed in (${says}): it does not exist or is private. There is no docker login for ${host} here.`,
        ),
        detail: 'no-credentials',
      }
    : failure('denied', `${host} refuses ${as} (${says}): it does not exist or is private.`);
}

const failure = (status: Failure['status'], reason: string, everywhere = false): Failure => ({
  status,
  detail: null,
  reason,
  everywhere,
});

function wordsOf(error: unknown): string {
  const words = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  return words.length > 300 ? `${words.slice(0, 300)}…` : words;
}
