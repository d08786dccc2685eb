import { Worker } from 'node:worker_threads';
import { type Answer, type Question, questionKey } from '../../core/knowledge/knowledge.ts';
import type { Asker } from '../../core/knowledge/ports.ts';
import type { Spent } from '../net/budget.ts';
import { onAbort } from '../net/deadline.ts';
import { unchecked } from '../net/unchecked.ts';
import type { News, Order, Start, State } from './messages.ts';

export interface ThreadOptions {
  /** The bundle that is the thread (`worker.ts`). */
  readonly script: URL;
  readonly start: Omit<Start, 'confirms'>;
  readonly state: () => State;
  readonly isUrgent: (question: Question) => boolean;
  readonly confirmAccount:
    | ((account: string, region: string, host: string, program: string | undefined) => Promise<boolean>)
    | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** Everybody who can be asked, in a thread of their own. */
export interface Apart {
  readonly asker: Asker;
  /** What was spent on a host, as it was a moment ago. */
  spent(host: string): Spent;
  flush(): Promise<void>;
}

interface Pending {
  readonly open: Map<string, Question>;
  readonly take: (answers: Answer[]) => void;
  readonly done: () => void;
}

const nothingSpent: Spent = { calls: 0, running: 0, waiting: 0, retries: 0, throttled: null };
/** How often it is looked whether other questions have become urgent: milliseconds. */
const glance = 250;

/**
 * Asks in a thread of its own, started at the first question: signing, parsing and writing to the disk then cost no key
 * anything. A thread that dies leaves its questions unanswered, with the reason, and the next question starts another.
 */
export function createApart(options: ThreadOptions): Apart {
  const pending = new Map<number, Pending>();
  const flushing = new Map<number, () => void>();
  let hosts: Readonly<Record<string, Spent>> = {};
  let worker: Worker | null = null;
  let ids = 0;
  let urgent = '';
  let timer: NodeJS.Timeout | null = null;

  const order = (to: Worker, what: Order): void => to.postMessage(what);

  const take = (id: number, answers: readonly Answer[]): void => {
    const one = pending.get(id);
    if (one === undefined) return;
    for (const answer of answers) one.open.delete(questionKey(answer));
    one.take([...answers]);
  };
  const end = (id: number): void => {
    pending.get(id)?.done();
    pending.delete(id);
    if (pending.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };

  const hear = (from: Worker, news: News): void => {
    switch (news.kind) {
      case 'answers':
        take(news.id, news.answers);
        break;
      case 'done':
        end(news.id);
        break;
      case 'log':
        options.log(news.line);
        break;
      case 'spent':
        hosts = news.hosts;
        break;
      case 'flushed':
        flushing.get(news.id)?.();
        break;
      case 'confirm': {
        const { id, about } = news;
        const answer = (yes: boolean): void => order(from, { kind: 'confirmed', id, yes });
        options.confirmAccount?.(...about).then(answer, () => answer(false));
      }
    }
  };

  const died = (dead: Worker, why: string): void => {
    if (worker !== dead) return;
    worker = null;
    urgent = '';
    options.log(`The asking thread ended: ${why}`);
    for (const done of flushing.values()) done();
    for (const [id, { open }] of pending) {
      const reason = `Waybill could not ask: ${why}`;
      take(
        id,
        [...open.values()].map((question) => unchecked(question, null, reason, options.now())),
      );
      end(id);
    }
  };

  const running = (): Worker => {
    if (worker !== null) return worker;
    const { script, start, confirmAccount } = options;
    const made = new Worker(script, { workerData: { ...start, confirms: confirmAccount !== null } });
    // A server that is told to exit does not wait for registries.
    made.unref();
    made.on('message', (news: News) => hear(made, news));
    made.on('error', (error) => died(made, error instanceof Error ? error.message : String(error)));
    made.on('exit', (code) => died(made, `exit code ${code}`));
    worker = made;
    return made;
  };

  const tellUrgent = (): void => {
    const keys = [...pending.values()]
      .flatMap(({ open }) => [...open.values()])
      .filter(options.isUrgent)
      .map(questionKey);
    const text = keys.join('\n');
    if (text === urgent || worker === null) return;
    urgent = text;
    order(worker, { kind: 'urgent', keys });
  };

  return {
    asker: {
      ask: (questions, signal, onAnswers, manner = {}) =>
        new Promise((resolve) => {
          if (signal.aborted || questions.length === 0) return resolve();
          const id = ids++;
          const to = running();
          const stay = onAbort(signal, () => {
            order(to, { kind: 'abort', id });
            end(id);
          });
          const done = (): void => {
            stay();
            resolve();
          };
          const open = new Map(questions.map((question) => [questionKey(question), question]));
          pending.set(id, { open, take: onAnswers, done });
          tellUrgent();
          order(to, { kind: 'ask', id, questions, manner, state: options.state() });
          timer ??= setInterval(tellUrgent, glance).unref();
        }),
    },
    spent: (host) => hosts[host] ?? nothingSpent,
    flush: () =>
      new Promise((resolve) => {
        if (worker === null) return resolve();
        const id = ids++;
        flushing.set(id, () => {
          flushing.delete(id);
          resolve();
        });
        order(worker, { kind: 'flush', id });
      }),
  };
}
