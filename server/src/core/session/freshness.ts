import type { Answer, Knowledge, NameList, Question, Verdict } from '../knowledge/knowledge.ts';

const second = 1000;

/** How long each kind of answer is taken for true, in milliseconds. */
export const lifetimes = {
  /** What is there seldom goes away. */
  there: 300 * second,
  /** What is missing is often being pushed just now. */
  absent: 30 * second,
  /** What could not be found out is worth another try, but not at each keystroke. */
  failed: 60 * second,
} as const;

/**
 * Whether an answer is so old that its question should be asked again. One that nobody gave (no network, an account
 * that may not be asked) does not age: it ends when the reason for it does.
 * @param now milliseconds since the epoch
 */
export function isStale(answer: Answer, now: number): boolean {
  const [given, lifetime] =
    answer.kind === 'image'
      ? [answer.verdict.checkedAt, lifetimeOf(answer.verdict)]
      : [answer.list.checkedAt, lifetimeOfList(answer.list)];
  return given !== null && now - given >= lifetime;
}

/** The questions that are not answered, or no longer. */
export const dueQuestions = (questions: readonly Question[], knowledge: Knowledge, now: number): Question[] =>
  questions.filter((question) => {
    const answer = knowledge.answer(question);
    return answer === null || isStale(answer, now);
  });

function lifetimeOf({ status }: Verdict): number {
  if (status === 'exists') return lifetimes.there;
  return status === 'absent' ? lifetimes.absent : lifetimes.failed;
}

/** No names and not complete: the list could not be had. */
const lifetimeOfList = ({ names, complete }: NameList): number =>
  names.length === 0 && !complete ? lifetimes.failed : lifetimes.there;
