import { connectionCode, isBrokenConnection } from '../net/connection.ts';
import type { HttpAnswer } from '../net/http.ts';
import type { Again } from '../net/retry.ts';
import { isJson, isRecord } from './media.ts';

/** A whole answer of a registry, its body read. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  readonly bytes: Buffer;
}

/** The host is failing or limits requests: what the budget looks at to try again. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  readonly status: number;
  readonly again: Again;

  constructor(status: number, again: Again) {
    super(`The host answered with HTTP ${status}.`);
    this.status = status;
    this.again = again;
  }
}

/** A registry's place for tokens is not known to be its own, so nothing was sent there; the message says what it did. */
export class RealmError extends Error {
  override readonly name = 'RealmError';
}

/** An answer that no registry gives: a captive portal, a broken proxy. */
export class OddAnswerError extends Error {
  override readonly name = 'OddAnswerError';
  readonly status: number | null;

  constructor(status: number | null = null) {
    super('Something other than a registry answered.');
    this.status = status;
  }
}

/** Throws where another try may help. `now`: milliseconds since the epoch, for a Retry-After that is a date. */
export function throwIfBusy({ status, headers }: HttpAnswer, now: number): void {
  const retryAfterMs = readRetryAfter(headers['retry-after'], now);
  if (status === 429 || (status === 503 && retryAfterMs !== null))
    throw new BusyError(status, { kind: 'throttled', retryAfterMs });
  if (status === 408 || (status >= 500 && status <= 504 && status !== 501) || status === 522)
    throw new BusyError(status, { kind: 'transient' });
}

/** Milliseconds of a Retry-After header, in seconds or as a date (RFC 9110, section 10.2.3); null where it says nothing. */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** What an error of a request to a registry says of trying again. */
export function judge(error: unknown): Again {
  if (error instanceof BusyError) return error.again;
  // What took too long has used up its time; a name that is not known will not be known in a second.
  return isBrokenConnection(connectionCode(error)) ? { kind: 'transient' } : { kind: 'no' };
}

/** A registry's own error: distribution-spec, "Error Codes". */
export interface RegistryError {
  readonly code: string;
  readonly message: string;
}

/** The errors in a registry's JSON answer; none where it is not one. */
export function errorsOf({ headers, bytes }: RegistryAnswer): RegistryError[] {
  const body = isJson(headers['content-type']) ? jsonOf(bytes) : null;
  const errors = isRecord(body) && Array.isArray(body.errors) ? body.errors : [];
  return errors.filter(isRecord).map(({ code, message }) => ({
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message.replace(/\s+/g, ' ').trim().slice(0, 300) : '',
  }));
}

/** The JSON of a body; undefined where it is none. */
export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
