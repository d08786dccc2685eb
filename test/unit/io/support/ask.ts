import {
  type Answer,
  type Question,
  questionKey,
  type Verdict,
} from '../../../../server/src/core/knowledge/knowledge.ts';
import type { Asker } from '../../../../server/src/core/knowledge/ports.ts';
import { createEcrAsker, type EcrOptions } from '../../../../server/src/io/aws/ecr.ts';
import { noRetries } from '../../../../server/src/io/net/retry.ts';

export const account = '429114214526';
export const host = `${account}.dkr.ecr.us-east-2.amazonaws.com`;

/** Credentials that must never be seen in any text. */
export const secrets = {
  AWS_ACCESS_KEY_ID: 'AKIAQ3EXAMPLEKEY7777',
  AWS_SECRET_ACCESS_KEY: 'kJ8/exampleSecretThatNobodyMaySee+0123456',
  AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEXAMPLEsessionTOKEN//////////wEaDNobodyMaySee==',
} as const;

/** Everything that was logged by any asker of the test file. */
export const logged: string[] = [];

export const ecrAsker = (endpoint: string, more: Partial<EcrOptions> = {}): Asker =>
  createEcrAsker({
    accounts: () => new Set([account]),
    trusted: () => true,
    env: { ...secrets, AWS_ENDPOINT_URL_ECR: endpoint },
    now: () => 1_000_000,
    log: (line) => logged.push(line),
    retries: noRetries,
    ...more,
  });

export const image = (repository: string, tag: string | null, digest: string | null = null): Question => ({
  kind: 'image',
  image: { host, repository, tag, digest },
});

/** Asks and gives what was answered, also what was not asked. */
export async function allAnswersOf(asker: Asker, questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  await asker.ask(questions, new AbortController().signal, (some) => answers.push(...some));
  return answers;
}

/** Asks and gives all answers; fails when a question gets none or more than one. */
export async function answersOf(asker: Asker, questions: readonly Question[]): Promise<Answer[]> {
  const asked = new Set(questions.map(questionKey));
  const all = await allAnswersOf(asker, questions);
  const answers = all.filter((answer) => asked.has(questionKey(answer)));
  const byKey = new Map(answers.map((answer) => [questionKey(answer), answer]));
  if (answers.length !== questions.length || byKey.size !== questions.length)
    throw new Error(
      `${questions.length} questions got ${answers.length} answers, ${byKey.size} different ones`,
    );
  return questions.map((question) => {
    const answer = byKey.get(questionKey(question));
    if (!answer) throw new Error(`no answer to ${questionKey(question)}`);
    return answer;
  });
}

export async function verdictsOf(asker: Asker, questions: readonly Question[]): Promise<Verdict[]> {
  return (await answersOf(asker, questions)).map((answer) => {
    if (answer.kind !== 'image') throw new Error('the answer is not about an image');
    return answer.verdict;
  });
}

/** `status/detail`, for short assertions. */
export const brief = ({ status, detail }: Verdict): string =>
  detail === null ? status : `${status}/${detail}`;
