import { setMaxListeners } from 'node:events';

/** What a call throws that took longer than it was given. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Calls `heard` when `signal` is aborted; the result takes that back. Any number may listen to one signal:
 * Node's warning about more than ten is meant for listeners that nobody takes back.
 */
export function onAbort(signal: AbortSignal, heard: () => void): () => void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', heard, { once: true });
  return () => signal.removeEventListener('abort', heard);
}

/**
 * The result of `pending`, or the reason of `signal` thrown as soon as that is aborted: for work that takes no
 * notice of a signal. Leaves no listener behind.
 */
export async function untilAborted<T>(signal: AbortSignal, pending: Promise<T>): Promise<T> {
  let giveUp: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
  });
  if (signal.aborted) giveUp();
  const ignore = onAbort(signal, giveUp);
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    ignore();
  }
}

/**
 * Runs `work` with a signal that is aborted when `signal` is or when `ms` milliseconds have passed. Returns or
 * throws at that moment even if `work` takes no notice of its signal, and leaves no timer or listener behind.
 * @throws DeadlineError when the time is up; the reason of `signal` when that was aborted.
 */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  // By hand, because it is done for each request, and AbortSignal.any costs as much as the rest of this.
  const either = new AbortController();
  const timer = setTimeout(() => either.abort(new DeadlineError(`No answer within ${seconds(ms)}.`)), ms);
  const ignore = onAbort(signal, () => either.abort(signal.reason));
  try {
    return await untilAborted(either.signal, work(either.signal));
  } finally {
    clearTimeout(timer);
    ignore();
  }
}

const seconds = (ms: number): string => (ms === 1000 ? '1 second' : `${ms / 1000} seconds`);
