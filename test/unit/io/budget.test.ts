import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Budget, type BudgetOptions, createBudget } from '../../../server/src/io/net/budget.ts';
import type { Again, RetryPolicy } from '../../../server/src/io/net/retry.ts';

const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Clock {
  readonly options: BudgetOptions;
  now(): number;
  /** Lets time pass, timer by timer, and everything that follows from each. */
  pass(ms: number): Promise<void>;
  timers(): number;
}

function clock(start = 1_000_000): Clock {
  let now = start;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    options: {
      now: () => now,
      random: () => 0.5,
      timer: (ms, run) => {
        const one = { at: now + ms, run };
        timers.push(one);
        return () => {
          timers = timers.filter((each) => each !== one);
        };
      },
    },
    now: () => now,
    async pass(ms) {
      const end = now + ms;
      await turn();
      for (;;) {
        const next = timers.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        timers = timers.filter((each) => each !== next);
        now = Math.max(now, next.at);
        next.run();
        await turn();
      }
      now = end;
    },
    timers: () => timers.length,
  };
}

class Limited extends Error {
  readonly again: Again;
  constructor(again: Again) {
    super(again.kind);
    this.again = again;
  }
}
const judge = (error: unknown): Again => (error instanceof Limited ? error.again : { kind: 'no' });
const throttled = (retryAfterMs: number | null = null): Limited =>
  new Limited({ kind: 'throttled', retryAfterMs });
const transient = (): Limited => new Limited({ kind: 'transient' });
const policy: RetryPolicy = { transientTries: 3, throttledTries: 5, baseMs: 100, maxWaitMs: 1000 };

/** Sends a request that ends as `results` say, one after the other, and notes when each was sent. */
function sender(budget: Budget, time: Clock, results: readonly (Error | 'ok')[], host = 'h', signal = never) {
  const sent: number[] = [];
  const done = budget.send(
    host,
    signal,
    async () => {
      const result = results[sent.length] ?? 'ok';
      sent.push(time.now() - 1_000_000);
      if (result !== 'ok') throw result;
      return sent.length;
    },
    judge,
    policy,
  );
  done.catch(() => {});
  return { sent, done };
}

describe('turns', () => {
  test('a free turn goes to the first that is urgent at that moment, else to the first', async () => {
    const budget = createBudget({ perHost: 1 });
    const order: string[] = [];
    const opened = new Set<string>();
    let release: () => void = () => {};
    const first = budget.run('h', never, () => new Promise<void>((resolve) => (release = resolve)));
    const rest = ['a', 'b', 'c', 'd'].map((name) =>
      budget.run(
        'h',
        never,
        async () => void order.push(name),
        () => opened.has(name),
      ),
    );
    // Becomes urgent only after it was put in.
    opened.add('c').add('d');
    release();
    await Promise.all([first, ...rest]);
    assert.deepEqual(order, ['c', 'd', 'a', 'b']);
  });
});

describe('the rate', () => {
  test('a burst goes at once, the rest one by one, and each host for itself', async () => {
    const time = clock();
    const budget = createBudget({
      ...time.options,
      rateOf: (host) => (host === 'h' ? { perSecond: 2, burst: 3 } : undefined),
    });
    const all = Array.from({ length: 6 }, () => sender(budget, time, ['ok']));
    const others = Array.from({ length: 11 }, () => sender(budget, time, ['ok'], 'other'));
    await time.pass(0);
    assert.deepEqual([budget.spent('h').calls, budget.spent('h').waiting], [3, 3]);
    await time.pass(2000);
    assert.deepEqual(
      all.map(({ sent }) => sent[0]),
      [0, 0, 0, 500, 1000, 1500],
    );
    assert.deepEqual(
      others.map(({ sent }) => sent[0]),
      [...Array.from({ length: 10 }, () => 0), 100],
    );
    assert.deepEqual(budget.hosts(), ['h', 'other']);
    assert.equal(time.timers(), 0);
  });
});

describe('trying again', () => {
  test('what broke is tried again as often as the policy says, after waits that double', async () => {
    const time = clock();
    const budget = createBudget(time.options);
    const lasting = sender(budget, time, [transient(), transient(), transient(), 'ok']);
    const passing = sender(budget, time, [transient(), 'ok']);
    await time.pass(10_000);
    await assert.rejects(lasting.done, /transient/);
    assert.equal(await passing.done, 2);
    assert.deepEqual(lasting.sent, [0, 50, 150]);
    assert.deepEqual(passing.sent, [0, 50]);
    assert.deepEqual([budget.spent().calls, budget.spent().retries, budget.spent().throttled], [5, 3, null]);
  });

  test('what would end the same way is not tried again', async () => {
    const time = clock();
    const one = sender(createBudget(time.options), time, [new Error('no use')]);
    await time.pass(10_000);
    await assert.rejects(one.done, /no use/);
    assert.equal(one.sent.length, 1);
  });

  test('a host that limits requests is paused for everybody, and asked at half its rate from then on', async () => {
    const time = clock();
    const budget = createBudget({ ...time.options, rateOf: () => ({ perSecond: 4, burst: 1 }) });
    const one = sender(budget, time, [throttled(800), 'ok']);
    await time.pass(0);
    assert.deepEqual(budget.spent('h').throttled, { until: 1_000_800, perSecond: 2 });
    const other = sender(budget, time, ['ok']);
    await time.pass(799);
    assert.deepEqual([one.sent, other.sent], [[0], []]);
    await time.pass(1);
    assert.deepEqual(one.sent, [0, 800]);
    assert.deepEqual(budget.spent('h').throttled, { until: null, perSecond: 2.2 });
    await time.pass(1000);
    assert.equal(await one.done, 2);
    assert.ok((other.sent[0] ?? 0) >= 1250 && (other.sent[0] ?? 0) <= 1300, String(other.sent));
    for (let i = 0; i < 10; i++) {
      sender(budget, time, ['ok']);
      await time.pass(1000);
    }
    assert.equal(budget.spent('h').throttled, null);
  });

  test('a host is never paused for longer than the policy says', async () => {
    const time = clock();
    const one = sender(createBudget(time.options), time, [throttled(3_600_000), 'ok']);
    await time.pass(1000);
    assert.deepEqual(one.sent, [0, 1000]);
  });

  test('a host that goes on limiting is given up, and asked every two seconds at the slowest', async () => {
    const time = clock();
    const budget = createBudget(time.options);
    const one = sender(
      budget,
      time,
      Array.from({ length: 9 }, () => throttled(0)),
    );
    await time.pass(60_000);
    await assert.rejects(one.done, /throttled/);
    assert.equal(one.sent.length, policy.throttledTries);
    for (let i = 0; i < 5; i++)
      sender(budget, time, [throttled(0), throttled(0), throttled(0), throttled(0), throttled(0)]);
    await time.pass(600_000);
    assert.equal(budget.spent('h').throttled?.perSecond, 0.5);
  });

  test('many refusals of the same moment halve the rate once', async () => {
    const time = clock();
    const budget = createBudget(time.options);
    for (let i = 0; i < 8; i++) sender(budget, time, [throttled(500), 'ok']);
    await time.pass(0);
    assert.equal(budget.spent('h').throttled?.perSecond, 5);
  });
});

describe('aborts', () => {
  const reason = new Error('given up');
  const states: readonly (readonly [string, BudgetOptions, readonly (Error | 'ok')[]])[] = [
    ['waiting for its rate', { rateOf: () => ({ perSecond: 0.001, burst: 1 }) }, ['ok']],
    ['resting after a failure', { rateOf: () => ({ perSecond: 100, burst: 100 }) }, [transient()]],
    ['waiting for a pause to end', {}, [throttled(900)]],
  ];
  for (const [name, options, results] of states)
    test(`a request that is ${name} ends at once, and the others go on`, async () => {
      const time = clock();
      const budget = createBudget({ ...time.options, ...options });
      const controller = new AbortController();
      const before = sender(budget, time, ['ok']);
      const one = sender(budget, time, results, 'h', controller.signal);
      const other = sender(budget, time, ['ok']);
      await time.pass(0);
      controller.abort(reason);
      await assert.rejects(one.done, reason);
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
      await time.pass(3_000_000);
      await Promise.all([before.done, other.done]);
      assert.equal(budget.spent().waiting, 0);
      assert.equal(time.timers(), 0);
    });

  test('a request that is under way ends at once even if it takes no notice', async () => {
    const time = clock();
    const budget = createBudget(time.options);
    const controller = new AbortController();
    const one = budget.send('h', controller.signal, () => new Promise<void>(() => {}), judge);
    await time.pass(0);
    controller.abort(reason);
    await assert.rejects(one, reason);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    await assert.rejects(
      budget.send('h', controller.signal, async () => assert.fail('must not be sent'), judge),
      reason,
    );
  });

  test('an answer leaves no listener behind', async () => {
    const time = clock();
    const budget = createBudget(time.options);
    const controller = new AbortController();
    const one = sender(budget, time, [transient(), throttled(10), 'ok'], 'h', controller.signal);
    await time.pass(10_000);
    await one.done;
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    assert.equal(time.timers(), 0);
  });
});

test('whatever happens, no second sees more than rate and burst, and nothing is tried too often', async () => {
  const result = fc.constantFrom('ok', 'transient', 'throttled', 'no') as fc.Arbitrary<string>;
  const request = fc.record({
    wait: fc.integer({ min: 0, max: 400 }),
    results: fc.array(result, { maxLength: 8 }),
    retryAfter: fc.option(fc.integer({ min: 0, max: 3000 })),
    abortAfter: fc.option(fc.integer({ min: 0, max: 2000 })),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { maxLength: 40 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 10 }),
      async (requests, perSecond, burst) => {
        const time = clock();
        const budget = createBudget({ ...time.options, rateOf: () => ({ perSecond, burst }) });
        const all: { readonly sent: readonly number[]; readonly done: Promise<number> }[] = [];
        const aborts: { at: number; controller: AbortController }[] = [];
        for (const { wait, results, retryAfter, abortAfter } of requests) {
          await time.pass(wait);
          for (const abort of aborts) if (abort.at <= time.now()) abort.controller.abort(new Error('enough'));
          const controller = new AbortController();
          if (abortAfter !== null) aborts.push({ at: time.now() + abortAfter, controller });
          const ends = results.map((kind) =>
            kind === 'ok'
              ? 'ok'
              : kind === 'transient'
                ? transient()
                : kind === 'throttled'
                  ? throttled(retryAfter)
                  : new Error('no'),
          );
          all.push(sender(budget, time, ends, 'h', controller.signal));
        }
        for (const { controller } of aborts) controller.abort(new Error('enough'));
        await time.pass(3_600_000);
        await Promise.allSettled(all.map(({ done }) => done));
        const times = all.flatMap(({ sent }) => sent).sort((a, b) => a - b);
        for (const [index, at] of times.entries()) {
          const within = times.slice(index).filter((each) => each < at + 1000).length;
          assert.ok(within <= perSecond + burst, `${within} within a second at ${at}`);
        }
        for (const { sent } of all)
          assert.ok(sent.length <= Math.max(policy.transientTries, policy.throttledTries));
        assert.equal(budget.spent('h').calls, times.length);
        assert.deepEqual([budget.spent('h').waiting, time.timers()], [0, 0]);
      },
    ),
    { numRuns: 60 },
  );
});
