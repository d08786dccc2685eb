import { setTimeout as wait } from 'node:timers/promises';
import { onAbort } from './deadline.ts';
import { type Again, type RetryPolicy, usualRetries } from './retry.ts';

/** What is spent on one host, or on all together. */
export interface Spent {
  /** Requests sent, retries counted. */
  readonly calls: number;
  /** Pieces of work that are under way. */
  readonly running: number;
  /** Pieces of work that wait for their turn. */
  readonly waiting: number;
}

/** Counts and bounds what goes over the network, so that it can be shown and never runs away. */
export interface Budget {
  /**
   * Runs `work` when fewer than the allowed number run for that host; first come, first served.
   * @throws the reason of `signal` when that is aborted before the turn comes.
   */
  run<T>(host: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /**
   * Sends one request to that host and tries again as `judge` and the policy have it. Every attempt is counted.
   * @throws what the last attempt threw; the reason of `signal` when that is aborted.
   */
  send<T>(
    host: string,
    signal: AbortSignal,
    attempt: (signal: AbortSignal) => Promise<T>,
    judge: (error: unknown) => Again,
    policy?: RetryPolicy,
  ): Promise<T>;
  /** One request was sent to that host. */
  called(host: string): void;
  spent(host?: string): Spent;
}

interface Lane {
  calls: number;
  running: number;
  readonly queue: (() => void)[];
}

/** `perHost` is how many pieces of work may run at the same time for one host; `onChange` hears of every change. */
export function createBudget(
  options: { readonly perHost?: number; readonly onChange?: () => void } = {},
): Budget {
  const perHost = options.perHost ?? 6;
  const changed = options.onChange ?? (() => {});
  const lanes = new Map<string, Lane>();
  const laneOf = (host: string): Lane => {
    const lane = lanes.get(host) ?? { calls: 0, running: 0, queue: [] };
    lanes.set(host, lane);
    return lane;
  };

  return {
    async run(host, signal, work) {
      signal.throwIfAborted();
      const lane = laneOf(host);
      if (lane.running < perHost) lane.running++;
      // Whoever ends hands its place over, so `running` is already right when the turn comes.
      else await turn(lane, signal, changed);
      changed();
      try {
        return await work();
      } finally {
        const next = lane.queue.shift();
        if (next) next();
        else lane.running--;
        changed();
      }
    },
    async send(host, signal, attempt, judge, policy = usualRetries) {
      for (let tries = 1; ; tries++) {
        signal.throwIfAborted();
        laneOf(host).calls++;
        changed();
        try {
          return await attempt(signal);
        } catch (error) {
          signal.throwIfAborted();
          const again = judge(error);
          const most = again.kind === 'throttled' ? policy.throttledTries : policy.transientTries;
          if (again.kind === 'no' || tries >= most) throw error;
          const asked = again.kind === 'throttled' ? (again.retryAfterMs ?? 0) : 0;
          const pause = Math.random() * policy.baseMs * 2 ** (tries - 1);
          await wait(Math.min(policy.maxWaitMs, Math.max(asked, pause)), undefined, { signal });
        }
      }
    },
    called(host) {
      laneOf(host).calls++;
      changed();
    },
    spent(host) {
      const counted =
        host === undefined ? [...lanes.values()] : [lanes.get(host)].filter((l) => l !== undefined);
      return {
        calls: counted.reduce((sum, lane) => sum + lane.calls, 0),
        running: counted.reduce((sum, lane) => sum + lane.running, 0),
        waiting: counted.reduce((sum, lane) => sum + lane.queue.length, 0),
      };
    },
  };
}

function turn(lane: Lane, signal: AbortSignal, changed: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = (): void => {
      stay();
      resolve();
    };
    const stay = onAbort(signal, () => {
      lane.queue.splice(lane.queue.indexOf(go), 1);
      changed();
      reject(signal.reason);
    });
    lane.queue.push(go);
    changed();
  });
}
