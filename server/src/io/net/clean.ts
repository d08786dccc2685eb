import type { Answer, NameList, Verdict } from '../../core/knowledge/knowledge.ts';

/** An answer with every text for people in it (reasons, and as whom it was asked) passed through `clean`. */
export function cleanedAnswer(answer: Answer, clean: (text: string) => string): Answer {
  switch (answer.kind) {
    case 'image':
      return { ...answer, verdict: cleanedVerdict(answer.verdict, clean) };
    case 'tags':
    case 'repositories':
      return { ...answer, list: cleanedList(answer.list, clean) };
    case 'platforms':
      return { ...answer, found: cleanedReason(answer.found, clean) };
    case 'findings':
      return { ...answer, found: cleanedReason(answer.found, clean) };
    case 'linked':
      return { ...answer, found: cleanedReason(answer.found, clean) };
    case 'pulls':
      return { ...answer, found: cleanedReason(answer.found, clean) };
  }
}

function cleanedVerdict(verdict: Verdict, clean: (text: string) => string): Verdict {
  const { as, trouble } = verdict;
  return {
    ...cleanedReason(verdict, clean),
    ...(as === undefined ? {} : { as: clean(as) }),
    ...(trouble === undefined ? {} : { trouble: cleanedReason(trouble, clean) }),
  };
}

const cleanedList = (list: NameList, clean: (text: string) => string): NameList =>
  list.reason === undefined ? list : { ...list, reason: clean(list.reason) };

const cleanedReason = <T extends { readonly reason: string }>(
  said: T,
  clean: (text: string) => string,
): T => ({
  ...said,
  reason: clean(said.reason),
});
