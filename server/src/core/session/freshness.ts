import type { Answer, Knowledge, Question, Verdict } from '../knowledge/knowledge.ts';

const second = 1000;
const minute = 60 * second;

/** How long each kind of answer is taken for true, in milliseconds. */
export const lifetimes = {
  /** What is named by its digest cannot become something else. */
  content: Number.POSITIVE_INFINITY,
  /** A tag that is there seldom goes away, but may move. */
  there: 5 * minute,
  /** What is missing is often being pushed just now. */
  absent: 30 * second,
  /** Somebody has to change a policy first. */
  denied: 2 * minute,
  /** What could not be found out is worth another try, but not at each keystroke. */
  failed: minute,
  /** Scans are repeated daily at most. */
  findings: 60 * minute,
} as const;

/**
 * Whether an answer is so old that its question should be asked again. One that nobody gave (no network, an account
 * that may not be asked) does not age: it ends when the reason for it does.
 * @param now milliseconds since the epoch
 */
export function isStale(answer: Answer, now: number): boolean {
  const [given, lifetime] = ageOf(answer);
  return given !== null && now - given >= lifetime;
}

/** When an answer was given: milliseconds since the epoch; null where nobody gave it. */
export const givenAt = (answer: Answer): number | null => ageOf(answer)[0];

/** The questions that are not answered, or no longer. */
export const dueQuestions = (questions: readonly Question[], knowledge: Knowledge, now: number): Question[] =>
  questions.filter((question) => {
    const answer = knowledge.answer(question);
    return answer === null || isStale(answer, now);
  });

/** Whether the answer is that nothing could be found out, or not again. */
export function isUnknown(answer: Answer): boolean {
  switch (answer.kind) {
    case 'image': {
      const { status, trouble } = answer.verdict;
      return (status !== 'exists' && status !== 'absent') || trouble !== undefined;
    }
    case 'tags':
    case 'repositories':
      return answer.list.names.length === 0 && !answer.list.complete;
    case 'platforms':
    case 'findings':
    case 'linked':
    case 'pulls':
      return answer.found.value === null;
  }
}

/** When an answer was given (null: by nobody), and how long it holds. */
function ageOf(answer: Answer): readonly [number | null, number] {
  switch (answer.kind) {
    case 'image': {
      const { verdict } = answer;
      if (verdict.trouble !== undefined) return [verdict.trouble.at, lifetimes.failed];
      return [verdict.checkedAt, lifetimeOf(answer.image.digest !== null, verdict)];
    }
    case 'tags':
    case 'repositories':
      return [answer.list.checkedAt, isUnknown(answer) ? lifetimes.failed : lifetimes.there];
    case 'platforms':
      return [answer.found.checkedAt, isUnknown(answer) ? lifetimes.failed : lifetimes.content];
    case 'findings':
      return [answer.found.checkedAt, isUnknown(answer) ? lifetimes.failed : lifetimes.findings];
    case 'linked':
    case 'pulls':
      return [answer.found.checkedAt, isUnknown(answer) ? lifetimes.failed : lifetimes.there];
  }
}

function lifetimeOf(byDigest: boolean, { status, detail }: Verdict): number {
  // An archived image may be restored, and a tag beside the digest may move.
  if (status === 'exists') return byDigest && detail === null ? lifetimes.content : lifetimes.there;
  if (status === 'denied') return lifetimes.denied;
  return status === 'absent' ? lifetimes.absent : lifetimes.failed;
}
