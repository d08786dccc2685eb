/** What an error says of trying again. */
export type Again =
  /** Another try would end the same way. */
  | { readonly kind: 'no' }
  /** A server that fails or a connection that broke: the next try may well succeed. */
  | { readonly kind: 'transient' }
  /** The host limits requests, and may have said for how long. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | null };

/** How often and how long one call is tried; shown and counted nowhere else. */
export interface RetryPolicy {
  /** Tries in all where a server fails or a connection breaks. */
  readonly transientTries: number;
  /** Tries in all where the host limits requests. */
  readonly throttledTries: number;
  /** The first wait is up to this long, each further one up to twice the one before: milliseconds. */
  readonly baseMs: number;
  /** No wait is longer, whatever the host says: milliseconds. */
  readonly maxWaitMs: number;
}

/** Tried often enough to get over a hiccup, seldom enough to be no burden. */
export const usualRetries: RetryPolicy = {
  transientTries: 3,
  throttledTries: 6,
  baseMs: 250,
  maxWaitMs: 20_000,
};

/** For what is only nice to know: never tried twice. */
export const noRetries: RetryPolicy = { ...usualRetries, transientTries: 1, throttledTries: 1 };
