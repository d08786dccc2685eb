import {
  type Answer,
  isProven,
  newerAnswer,
  type Question,
  questionKey,
} from '../../core/knowledge/knowledge.ts';
import type { Asker } from '../../core/knowledge/ports.ts';
import { givenAt, isStale } from '../../core/session/freshness.ts';
import type { AnswerStore, Shelf } from './store.ts';

export interface RememberingOptions {
  readonly asker: Asker;
  readonly store: AnswerStore;
  /** Where the answer to a question is kept; null where it must not be remembered, or nobody knows who would ask. */
  readonly shelfOf: (question: Question | Answer) => Shelf | null;
  /** Which questions may be answered from memory; all, unless given. Every answer is kept all the same. */
  readonly recalls?: (question: Question) => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How old a proof may be that is shown while nobody can be asked: milliseconds. */
const keptFor = 7 * 24 * 60 * 60_000;

/**
 * Answers from what is remembered, as long as it holds, and hands the rest on. What was proven within the last week
 * stands in, with its age, where nobody can be asked now (`newerVerdict`).
 */
export function createRememberingAsker({
  asker,
  store,
  shelfOf,
  recalls = () => true,
  now,
}: RememberingOptions): Asker {
  const remembered = async (questions: readonly Question[]): Promise<Map<string, Answer>> => {
    const shelves = new Map<string, { readonly shelf: Shelf; readonly questions: Question[] }>();
    for (const question of questions) {
      const shelf = recalls(question) ? shelfOf(question) : null;
      if (shelf === null) continue;
      const key = `${shelf.host}\n${shelf.identity}`;
      const group = shelves.get(key) ?? { shelf, questions: [] };
      shelves.set(key, group);
      group.questions.push(question);
    }
    const found = await Promise.all(
      [...shelves.values()].map((group) => store.find(group.shelf, group.questions)),
    );
    return new Map(found.flatMap((answers) => [...answers]));
  };

  const keep = (answers: readonly Answer[]): void => {
    for (const answer of answers) {
      const shelf = shelfOf(answer);
      if (shelf !== null) store.put(shelf, [answer]);
    }
  };

  return {
    async ask(questions, signal, onAnswers, manner) {
      const known = await remembered(questions);
      if (signal.aborted) return;
      const fresh = manner?.anew ? [] : [...known.values()].filter((answer) => !isStale(answer, now()));
      const answered = new Set(fresh.map(questionKey));
      if (fresh.length > 0) onAnswers(fresh);
      const rest = questions.filter((question) => !answered.has(questionKey(question)));
      if (rest.length === 0) return;
      const standIn = (answer: Answer): Answer => {
        const before = known.get(questionKey(answer));
        if (before?.kind !== 'image' || !isProven(before.verdict)) return answer;
        const given = givenAt(before);
        return given !== null && now() - given <= keptFor ? newerAnswer(before, answer) : answer;
      };
      await asker.ask(
        rest,
        signal,
        (answers) => {
          keep(answers);
          onAnswers(answers.map(standIn));
        },
        manner,
      );
    },
  };
}
