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
  return unknown(question, reason, now);
}

/**
 * The answer to a question other than about an image that could not be found out.
 * @param asked whether somebody was asked; where nobody was, the answer does not age
 */
export function unknown(
  question: Exclude<Question, { kind: 'image' }>,
  reason: string,
  now: number,
  asked = false,
): Answer {
  if (question.kind === 'tags' || question.kind === 'repositories')
    return { ...question, list: { names: [], complete: false, checkedAt: now, reason } };
  return { ...question, found: { value: null, reason, checkedAt: asked ? now : null } };
}

/** The registry's host that a question is about; null for a question to the vendor portal. */
export function hostOf(question: Question): string | null {
  switch (question.kind) {
    case 'image':
    case 'platforms':
    case 'findings':
      return question.image.host;
    case 'tags':
      return question.repository.host;
    case 'repositories':
      return question.host;
    case 'linked':
    case 'pulls':
      return null;
  }
}
