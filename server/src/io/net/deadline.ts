/** What a call throws that took longer than it was given. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** All that want to hear of one signal, with the one listener that it has for them. */
interface Hearers {
  readonly all: Set<{ readonly heard: () => void }>;
  readonly tell: () => void;
}

/** Node goes through all listeners of a signal for each one more, and a copy's signal may have a hundred. */
const hearersOf = new WeakMap<AbortSignal, Hearers>();

/** Calls `heard` when `signal` is aborted; the result takes that back. Any number may listen to one signal. */
export function onAbort(signal: AbortSignal, heard: () => void): () => void {
  const hearers = hearersOf.get(signal) ?? listenTo(signal);
  const one = { heard };
  hearers.all.add(one);
  return () => {
    if (!hearers.all.delete(one) || hearers.all.size > 0) return;
    signal.removeEventListener('abort', hearers.tell);
    hearersOf.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Hearers {
  const all: Hearers['all'] = new Set();
  const tell = (): void => {
    hearersOf.delete(signal);
    for (const { heard } of all) heard();
    all.clear();
  };
  const hearers = { all, tell };
  hearersOf.set(signal, hearers);
  signal.addEventListener('abort', tell, { once: true });
  return hearers;
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
  let tidy = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    const end = (reason: unknown): void => {
      either.abort(reason);
      reject(reason);
    };
    const timer = setTimeout(() => end(new DeadlineError(`No answer within ${seconds(ms)}.`)), ms);
    const ignore = onAbort(signal, () => end(signal.reason));
    tidy = () => {
      clearTimeout(timer);
      ignore();
    };
  });
  try {
    return await Promise.race([work(either.signal), ended]);
  } finally {
    tidy();
  }
}

const seconds = (ms: number): string => (ms === 1000 ? '1 second' : `${ms / 1000} seconds`);
