/**
 * What kept the portal from doing what it was asked:
 * `denied`: the token is wrong, has expired or may not do this; `absent`: there is no such thing; `conflict`: it is
 * there already, or was changed meanwhile; `refused`: it does not take this; `failing`: it fails, limits requests, or
 * something else answers in its place; `unreachable`: no answer came.
 */
export type PortalFault = 'denied' | 'absent' | 'conflict' | 'refused' | 'failing' | 'unreachable';

/** The portal did not do what it was asked; the message is a sentence for people. */
export class PortalError extends Error {
  override readonly name = 'PortalError';
  /** The HTTP status; null where there was no answer. */
  readonly status: number | null;
  readonly fault: PortalFault;
  /** How long the portal wants to be left alone: milliseconds; null where it did not say. */
  readonly retryAfterMs: number | null;
  /** Whether the portal only warns, and would do it when told to ignore that. */
  readonly isWarning: boolean;

  constructor(
    status: number | null,
    message: string,
    fault: PortalFault = faultOf(status),
    more: { readonly retryAfterMs?: number | null; readonly isWarning?: boolean } = {},
  ) {
    super(message);
    this.status = status;
    this.fault = fault;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.isWarning = more.isWarning ?? false;
  }

  /** Whether it is certain that nothing was changed: the portal itself said no. */
  get nothingChanged(): boolean {
    return this.fault !== 'failing' && this.fault !== 'unreachable';
  }
}

export function faultOf(status: number | null): PortalFault {
  if (status === null) return 'unreachable';
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'absent';
  if (status === 409) return 'conflict';
  if (status === 429 || status >= 500 || status < 400) return 'failing';
  return 'refused';
}
