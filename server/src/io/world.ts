import type { Answer, Question } from '../core/knowledge/knowledge.ts';
import type { Asker } from '../core/knowledge/ports.ts';
import type { AskersOptions } from './askers.ts';
import { createRememberingAsker } from './memory/asker.ts';
import { type AnswerStore, createAnswerStore, type Shelf } from './memory/store.ts';
import { type Budget, createBudget } from './net/budget.ts';

/** Everybody who can be asked, as language server and command line use them. */
export interface World {
  readonly asker: Asker;
  /** What was asked of whom so far, and what waits. */
  readonly budget: Budget;
  /** Resolves when what was learnt is on the disk. */
  flush(): Promise<void>;
}

export interface WorldOptions extends Omit<AskersOptions, 'budget'> {
  /** Where answers are kept for the next start: a folder, absolute. Null: nowhere. */
  readonly cacheFolder: string | null;
  /** Which questions may be answered from there; all, unless given. Every answer is kept all the same. */
  readonly recalls?: (question: Question) => boolean;
  /** Hears whenever something was spent, or waits. */
  readonly onSpent?: () => void;
}

/**
 * Who can be asked, with one budget for all, and what they said before. Nothing is loaded, opened or read before the
 * first question.
 */
export function createWorld(options: WorldOptions): World {
  const { cacheFolder, recalls, now, log } = options;
  const budget = createBudget(options.onSpent === undefined ? {} : { onChange: options.onSpent });
  let loading: Promise<Loaded> | null = null;
  const load = (): Promise<Loaded> => {
    loading ??= import('./askers.ts').then(({ createAskers, createShelves }) => {
      const router = createAskers({ ...options, budget });
      if (cacheFolder === null) return { asker: router, store: null };
      const shelves = createShelves(options);
      const shelfOf = (about: Question | Answer): Shelf | null =>
        options.network() !== 'untrusted' ? shelves(about) : null;
      const store = createAnswerStore({ folder: cacheFolder, log });
      return {
        asker: createRememberingAsker({
          asker: router,
          store,
          shelfOf,
          now,
          ...(recalls === undefined ? {} : { recalls }),
        }),
        store,
      };
    });
    return loading;
  };
  return {
    asker: {
      ask: async (questions, signal, onAnswers, manner) => {
        const { asker } = await load();
        await asker.ask(questions, signal, onAnswers, manner);
      },
    },
    budget,
    async flush() {
      if (loading !== null) await (await loading).store?.flush();
    },
  };
}

interface Loaded {
  readonly asker: Asker;
  readonly store: AnswerStore | null;
}
