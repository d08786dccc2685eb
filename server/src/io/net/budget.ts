import { onAbort, untilAborted } from './deadline.ts';
import { type Again, type RetryPolicy, usualRetries } from './retry.ts';

/** What is spent on one host, or on all together. */
export interface Spent {
  /** Requests sent, retries counted. */
  readonly calls: number;
  /** Pieces of work that are under way. */
  readonly running: number;
  /** Pieces of work that wait for their turn, and requests that wait to be sent. */
  readonly waiting: number;
  /** Requests among `calls` that were sent again. */
  readonly retries: number;
  /** How a host that limited requests is spared now; null where none is. Of several hosts, the one paused longest. */
  readonly throttled: Throttled | null;
}

/** How a host is spared that limited requests. */
export interface Throttled {
  /** Nothing is sent before: milliseconds since the epoch. Null where the host is only asked more slowly. */
  readonly until: number | null;
  /** Requests per second that are sent at most. */
  readonly perSecond: number;
}

/** How fast a host may be asked: `perSecond` for ever, and up to `burst` at once after a rest. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Counts and bounds what goes over the network, so that it can be shown and never runs away. */
export interface Budget {
  /**
   * Runs `work` when fewer than the allowed number run for that host. A turn that becomes free goes to the first
   * that is urgent at that moment, else first come, first served.
   * @throws the reason of `signal` when that is aborted before the turn comes.
   */
  run<T>(host: string, signal: AbortSignal, work: () => Promise<T>, urgent?: () => boolean): Promise<T>;
  /**
   * Sends one request: waits until the host's rate allows it, counts it, and sends it again where `judge` says that
   * this may help and the policy still has tries. An answer that the host limits requests makes everybody wait who
   * asks that host, and halves its rate, which successes raise again step by step. To be used inside of `run`, which
   * bounds how many are under way; this bounds how many are sent.
   * @throws what the last attempt threw; the reason of `signal` as soon as that is aborted.
   */
  send<T>(
    host: string,
    signal: AbortSignal,
    attempt: (signal: AbortSignal) => Promise<T>,
    judge: (error: unknown) => Again,
    policy?: RetryPolicy,
  ): Promise<T>;
  /** One request was sent to that host other than by `send`. */
  called(host: string): void;
  spent(host?: string): Spent;
  /** Every host that was ever asked. */
  hosts(): readonly string[];
}

export interface BudgetOptions {
  /** How many pieces of work may run at the same time for one host. */
  readonly perHost?: number;
  /** Hears of every change. */
  readonly onChange?: () => void;
  /** How fast a host may be asked; `usualRate` where it says nothing. */
  readonly rateOf?: (host: string) => Rate | undefined;
  /** Milliseconds since the epoch; must never go back. */
  readonly now?: () => number;
  /** Calls `run` after `ms` milliseconds; the result takes that back. */
  readonly timer?: (ms: number, run: () => void) => () => void;
  /** At least 0 and less than 1. */
  readonly random?: () => number;
}

/** ECR publishes no rates for its describing calls and they are low; no other registry is hurt by this one either. */
export const usualRate: Rate = { perSecond: 10, burst: 10 };

/** A host that keeps refusing is still asked every two seconds. */
const SLOWEST = 0.5;
/** A slowed host is back at its full rate after so many successes at most. */
const STEPS_UP = 20;

interface Waiter {
  readonly go: () => void;
  readonly urgent: () => boolean;
}

interface Lane {
  calls: number;
  running: number;
  retries: number;
  /** Requests that wait a moment after a failure of their own. */
  resting: number;
  readonly queue: Waiter[];
  readonly pace: Pace;
}

/** The token bucket of one host, and who waits for a token. */
interface Pace {
  readonly full: Rate;
  perSecond: number;
  tokens: number;
  /** When `tokens` was right. */
  at: number;
  pausedUntil: number;
  /** How often the rate was halved: what was sent before the last time says nothing of the rate since. */
  slowed: number;
  readonly queue: (() => void)[];
  cancel: (() => void) | null;
}

export function createBudget(options: BudgetOptions = {}): Budget {
  const perHost = options.perHost ?? 6;
  const changed = options.onChange ?? (() => {});
  // The system's clock may be set back; this one counts on from where that stood at the start.
  const now = options.now ?? (() => performance.timeOrigin + performance.now());
  const timer = options.timer ?? realTimer;
  const random = options.random ?? Math.random;
  const lanes = new Map<string, Lane>();
  const laneOf = (host: string): Lane => {
    const lane = lanes.get(host) ?? newLane(options.rateOf?.(host) ?? usualRate, now());
    lanes.set(host, lane);
    return lane;
  };

  /** Lets as many requests go as there are tokens, and comes back for the rest. */
  const pump = (pace: Pace): void => {
    pace.cancel?.();
    pace.cancel = null;
    while (pace.queue.length > 0) {
      const wait = untilToken(pace, now());
      if (wait > 0) {
        pace.cancel = timer(wait, () => {
          pace.cancel = null;
          pump(pace);
        });
        return;
      }
      pace.tokens--;
      pace.queue.shift()?.();
    }
  };

  /** Waits for a token; `again` goes before those who came later. */
  const token = (pace: Pace, signal: AbortSignal, again: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const go = (): void => {
        stay();
        resolve();
      };
      const stay = onAbort(signal, () => {
        pace.queue.splice(pace.queue.indexOf(go), 1);
        pump(pace);
        changed();
        reject(signal.reason);
      });
      if (again) pace.queue.unshift(go);
      else pace.queue.push(go);
      pump(pace);
      changed();
    });

  const rest = (lane: Lane, ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      lane.resting++;
      const end = (): void => {
        lane.resting--;
        cancel();
        stay();
      };
      const cancel = timer(ms, () => {
        end();
        resolve();
      });
      const stay = onAbort(signal, () => {
        end();
        changed();
        reject(signal.reason);
      });
      changed();
    });

  return {
    async run(host, signal, work, urgent = () => false) {
      signal.throwIfAborted();
      const lane = laneOf(host);
      if (lane.running < perHost) lane.running++;
      // Whoever ends hands its place over, so `running` is already right when the turn comes.
      else await turn(lane, signal, urgent, changed);
      changed();
      try {
        return await work();
      } finally {
        const next = lane.queue.findIndex((waiter) => waiter.urgent());
        const [waiter] = lane.queue.splice(Math.max(next, 0), 1);
        if (waiter) waiter.go();
        else lane.running--;
        changed();
      }
    },

    async send(host, signal, attempt, judge, policy = usualRetries) {
      const lane = laneOf(host);
      const { pace } = lane;
      for (let tried = 1; ; tried++) {
        signal.throwIfAborted();
        await token(pace, signal, tried > 1);
        lane.calls++;
        if (tried > 1) lane.retries++;
        changed();
        const { slowed } = pace;
        try {
          const result = await untilAborted(signal, attempt(signal));
          if (slowed === pace.slowed) quicken(pace, now());
          changed();
          return result;
        } catch (error) {
          signal.throwIfAborted();
          const again = judge(error);
          if (again.kind === 'no') throw error;
          const backoff = random() * Math.min(policy.maxWaitMs, policy.baseMs * 2 ** (tried - 1));
          if (again.kind === 'throttled') {
            const wait =
              again.retryAfterMs === null ? backoff : Math.min(again.retryAfterMs, policy.maxWaitMs);
            slow(pace, now(), slowed, wait);
            // Whoever waits for a token already was promised one too early.
            pump(pace);
            changed();
            if (tried >= policy.throttledTries) throw error;
          } else {
            if (tried >= policy.transientTries) throw error;
            await rest(lane, backoff, signal);
          }
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
      const sum = (of: (lane: Lane) => number): number => counted.reduce((all, lane) => all + of(lane), 0);
      const spared = counted.map(({ pace }) => throttledOf(pace, now())).filter((one) => one !== null);
      return {
        calls: sum((lane) => lane.calls),
        running: sum((lane) => lane.running),
        waiting: sum((lane) => lane.queue.length + lane.pace.queue.length + lane.resting),
        retries: sum((lane) => lane.retries),
        throttled: spared.sort((a, b) => (b.until ?? 0) - (a.until ?? 0))[0] ?? null,
      };
    },
    hosts: () => [...lanes.keys()],
  };
}

const newLane = (rate: Rate, now: number): Lane => ({
  calls: 0,
  running: 0,
  retries: 0,
  resting: 0,
  queue: [],
  pace: {
    full: rate,
    perSecond: rate.perSecond,
    tokens: rate.burst,
    at: now,
    pausedUntil: 0,
    slowed: 0,
    queue: [],
    cancel: null,
  },
});

/** Fills the bucket up to `now` and says how many milliseconds are left until it holds a token. */
function untilToken(pace: Pace, now: number): number {
  refill(pace, now);
  if (now < pace.pausedUntil) return Math.ceil(pace.pausedUntil - now);
  // Sums of fractions may fall short of 1 by a rounding.
  return pace.tokens >= 1 - 1e-9 ? 0 : Math.max(1, Math.ceil(((1 - pace.tokens) / pace.perSecond) * 1000));
}

function refill(pace: Pace, now: number): void {
  // After a pause one request looks whether things are better; the others follow at the new rate.
  fill(pace, Math.min(now, pace.pausedUntil), 1);
  // A slowed host is not rushed either.
  fill(pace, now, Math.max(1, pace.full.burst * (pace.perSecond / pace.full.perSecond)));
}

function fill(pace: Pace, until: number, most: number): void {
  if (until <= pace.at) return;
  const more = ((until - pace.at) / 1000) * pace.perSecond;
  pace.tokens = Math.max(pace.tokens, Math.min(most, pace.tokens + more));
  pace.at = until;
}

/** Pauses a host that limited a request, and halves its rate once for all that were under way with it. */
function slow(pace: Pace, now: number, slowed: number, wait: number): void {
  refill(pace, now);
  pace.tokens = Math.min(pace.tokens, 1);
  pace.pausedUntil = Math.max(pace.pausedUntil, now + wait);
  if (slowed !== pace.slowed) return;
  pace.perSecond = Math.max(Math.min(SLOWEST, pace.full.perSecond), pace.perSecond / 2);
  pace.slowed++;
}

function quicken(pace: Pace, now: number): void {
  if (pace.perSecond >= pace.full.perSecond) return;
  refill(pace, now);
  pace.perSecond = Math.min(pace.full.perSecond, pace.perSecond + pace.full.perSecond / STEPS_UP);
}

function throttledOf(pace: Pace, now: number): Throttled | null {
  const paused = pace.pausedUntil > now;
  if (!paused && pace.perSecond >= pace.full.perSecond) return null;
  return { until: paused ? pace.pausedUntil : null, perSecond: pace.perSecond };
}

function turn(lane: Lane, signal: AbortSignal, urgent: () => boolean, changed: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const waiter: Waiter = {
      urgent,
      go: () => {
        stay();
        resolve();
      },
    };
    const stay = onAbort(signal, () => {
      lane.queue.splice(lane.queue.indexOf(waiter), 1);
      changed();
      reject(signal.reason);
    });
    lane.queue.push(waiter);
    changed();
  });
}

function realTimer(ms: number, run: () => void): () => void {
  const timeout = setTimeout(run, ms);
  return () => clearTimeout(timeout);
}
