import type { Answer, Question, VerdictDetail } from '../../core/knowledge/knowledge.ts';

/** The answer to a question that nobody was asked, with the reason as a sentence for people. */
export function unchecked(
  question: Question,
  detail: VerdictDetail | null,
  reason: string,
  now: number,
): Answer {
  if (question.kind === 'image')
    return {
      kind: 'image',
      image: question.image,
      verdict: { status: 'unchecked', detail, digest: null, reason, checkedAt: null, from: null },
    };
  return unknownList(question, now);
}

/** The answer to a question for a list that could not be had: no names, and not complete. */
export function unknownList(question: Exclude<Question, { kind: 'image' }>, now: number): Answer {
  return { ...question, list: { names: [], complete: false, checkedAt: now } };
}

/** The host that a question is about. */
export function hostOf(question: Question): string {
  switch (question.kind) {
    case 'image':
      return question.image.host;
    case 'tags':
      return question.repository.host;
    case 'repositories':
      return question.host;
  }
}
