import { isLoopback } from '../net/addresses.ts';
import type { Budget } from '../net/budget.ts';
import { connectionCode, connectionWords, isBrokenConnection } from '../net/connection.ts';
import { DeadlineError, withDeadline } from '../net/deadline.ts';
import type { HttpAnswer, Transport } from '../net/http.ts';
import { type Again, type RetryPolicy, usualRetries } from '../net/retry.ts';
import { faultOf, PortalError } from './error.ts';
import { type Fields, isFields } from './fields.ts';

/** The vendor portal's API; REPLICATED_API_ORIGIN names another. Source: the replicated CLI, pkg/platformclient. */
export const DEFAULT_ORIGIN = 'https://api.replicated.com/vendor';

export interface PortalOptions {
  /** Without `/v3`. */
  readonly origin: string;
  /** Sent as it is; goes to the origin and nowhere else. */
  readonly token: string;
  /** Where the token is from, for messages; REPLICATED_API_TOKEN unless given. */
  readonly tokenFrom?: string;
  readonly transport: Transport;
  readonly budget: Budget;
  /** For one call with its answer: milliseconds; 10 seconds unless given. What sends much has more. */
  readonly deadlineMs?: number;
  /** How often a call that only reads is sent again; never another. */
  readonly retries?: RetryPolicy;
}

export interface PortalCall {
  /** GET unless given. Only a GET is ever sent twice. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v3/`, with its query; parts are encoded already. */
  readonly path: string;
  /** What a token must be allowed to do, as it follows "may": `list the apps`. */
  readonly right: string;
  readonly body?: unknown;
  /** Where it takes longer than others: milliseconds. */
  readonly deadlineMs?: number;
  /** Bytes of the answer; 8 MB unless given. */
  readonly mostBytes?: number;
}

/** How the portal is called. Each throws PortalError, or the signal's reason. */
export interface PortalCalls {
  /** The answer's JSON object; an empty one where it has no body. */
  json(call: PortalCall, signal: AbortSignal): Promise<Fields>;
  /** The answer's bytes, whatever they are but a page for people. */
  bytes(call: PortalCall, signal: AbortSignal): Promise<Uint8Array>;
}

const usualBytes = 8_000_000;

/** @throws PortalError where the origin is no URL that a token may be sent to */
export function createPortalCalls(options: PortalOptions): PortalCalls {
  const { token, tokenFrom = 'REPLICATED_API_TOKEN', transport, budget, retries = usualRetries } = options;
  const base = baseOf(options.origin);
  const { host } = base;

  const call = async <T>(
    { method = 'GET', path, right, body, deadlineMs, mostBytes = usualBytes }: PortalCall,
    signal: AbortSignal,
    read: (answer: HttpAnswer, mostBytes: number) => Promise<T>,
  ): Promise<T> => {
    const url = new URL(`${base.href.replace(/\/$/, '')}/v3/${path}`);
    const attempt = (within: AbortSignal): Promise<T> =>
      withDeadline(deadlineMs ?? options.deadlineMs ?? 10_000, within, async (limited) => {
        const answer = await transport.request(url, {
          method,
          signal: limited,
          // A redirect would carry the token elsewhere, or lose it; the API has none.
          follow: false,
          ...(deadlineMs === undefined ? {} : { idleMs: deadlineMs }),
          headers: {
            authorization: token,
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        if (answer.status >= 200 && answer.status < 300 && !isPage(answer)) return read(answer, mostBytes);
        throw await refusalOf(answer, right, tokenFrom);
      });
    try {
      const judge = method === 'GET' ? againOf : (): Again => ({ kind: 'no' });
      return await budget.run(host, signal, () => budget.send(host, signal, attempt, judge, retries));
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof PortalError ? error : new PortalError(null, unreachable(error));
    }
  };

  return {
    json: (one, signal) =>
      call(one, signal, async (answer, mostBytes) => {
        if (answer.status === 204) {
          answer.discard();
          return {};
        }
        const body: unknown = await answer.json(mostBytes).catch(() => null);
        if (!isFields(body)) throw odd(answer);
        return body;
      }),
    bytes: (one, signal) => call(one, signal, (answer, mostBytes) => answer.bytes(mostBytes)),
  };
}

function baseOf(origin: string): URL {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))))
    throw new PortalError(
      null,
      `REPLICATED_API_ORIGIN is "${origin}", which is no https URL: the token is not sent there.`,
      'refused',
    );
  url.pathname = url.pathname.replace(/\/+$/, '');
  url.search = '';
  url.hash = '';
  return url;
}

const isPage = ({ headers }: HttpAnswer): boolean => /^text\/html\b/i.test(headers['content-type'] ?? '');

/** What it means that the portal did not answer with success. */
async function refusalOf(answer: HttpAnswer, right: string, tokenFrom: string): Promise<PortalError> {
  const { status, headers } = answer;
  const isJson = /\bjson\b/i.test(headers['content-type'] ?? '');
  if (isPage(answer) || (status >= 300 && status < 400) || (!isJson && status >= 500)) {
    const error = odd(answer);
    answer.discard();
    return error;
  }
  const body: unknown = isJson ? await answer.json(usualBytes).catch(() => null) : null;
  if (!isJson) answer.discard();
  const words = isFields(body) ? wordsOf(body) : null;
  const said = words ?? (status === 404 ? 'not found' : `HTTP ${status}`);
  if (status === 401 || status === 403)
    return new PortalError(status, denied(status, said, right, tokenFrom));
  if (status === 429)
    return new PortalError(status, 'The vendor portal is limiting requests; try again later.', 'failing', {
      retryAfterMs: retryAfterOf(headers['retry-after']),
    });
  if (status === 413)
    return new PortalError(status, `The vendor portal takes nothing that large: ${ended(said)}`);
  const isWarning = isFields(body) && Array.isArray(body.warnings) && body.warnings.length > 0;
  return new PortalError(status, `The vendor portal says: ${ended(said)}`, faultOf(status), { isWarning });
}

/** The API has `{"error":{"message"}}` for 403 and `{"message"}` for the rest. */
function wordsOf(body: Fields): string | null {
  const said = isFields(body.error) ? body.error.message : (body.message ?? body.error);
  return typeof said === 'string' && said.trim() !== ''
    ? said.trim().replace(/\s+/g, ' ').slice(0, 1000)
    : null;
}

/** The API answers 403 for a token that is wrong as well as for one that may not do this. */
function denied(status: number, said: string, right: string, tokenFrom: string): string {
  // In brackets: behind a colon, what follows a token's name would be taken for the token and not be shown.
  const refused = `The vendor portal refuses the token in ${tokenFrom} (${said.replace(/\.$/, '')}).`;
  const advice =
    status === 401
      ? `It may have expired or been revoked: make a new one in the portal, one that may ${right}.`
      : `Make one that may ${right}.`;
  return `${refused} ${advice}`;
}

const ended = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

const odd = (answer: HttpAnswer): PortalError => {
  const what = isPage(answer) ? 'an HTML page, of a proxy or a sign-in perhaps' : 'a proxy perhaps';
  return new PortalError(
    answer.status,
    `Something other than the vendor portal answered (HTTP ${answer.status}): ${what}.`,
    'failing',
  );
};

function unreachable(error: unknown): string {
  if (error instanceof DeadlineError) return 'The vendor portal gave no answer in time.';
  const code = connectionCode(error);
  return `The vendor portal could not be reached: ${connectionWords(code) ?? `the connection failed (${code || String(error)})`}.`;
}

/** Whether reading again may help. */
function againOf(error: unknown): Again {
  if (error instanceof PortalError) {
    if (error.status === 429) return { kind: 'throttled', retryAfterMs: error.retryAfterMs };
    return { kind: (error.status ?? 0) >= 500 ? 'transient' : 'no' };
  }
  return { kind: isBrokenConnection(connectionCode(error)) ? 'transient' : 'no' };
}

/** Seconds, as the portal writes them. */
const retryAfterOf = (header: string | undefined): number | null =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
