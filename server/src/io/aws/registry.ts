import { ecrRepositoryProblem } from '../../core/image/hosts.ts';
import type { Answer, Question } from '../../core/knowledge/knowledge.ts';
import type { Budget } from '../net/budget.ts';
import { grouped } from '../net/group.ts';
import { unchecked, unknown } from '../net/unchecked.ts';
import type { Connector, EcrRegistry } from './connect.ts';
import { type Failure, failureOf, saysNotFound } from './failure.ts';
import { type Asking, askImages } from './images.ts';
import { listNames } from './lists.ts';

/** What asking one registry once needs. */
export interface Round {
  readonly connector: Connector;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly give: (answers: readonly Answer[]) => void;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/**
 * Asks one registry: one piece of work for each repository and each list, as many at a time as the budget has it.
 * Never rejects.
 */
export async function askRegistry(
  registry: EcrRegistry,
  asked: readonly Question[],
  { connector, budget, signal, give, now, log }: Round,
): Promise<void> {
  const { host, account, region } = registry;
  const who = `Amazon ECR ${region}`;
  const from = `${who}, account ${account}`;
  let broken: Failure | null = null;
  const fail = (failure: Failure): void => {
    log(`${from}: ${failure.status}: ${failure.reason}`);
    if (!failure.everywhere) return;
    broken = failure;
    if (failure.status !== 'unreachable') connector.forget(registry);
  };
  const giveUp = (questions: readonly Question[], failure: Failure): void => {
    const { status, detail, reason, nobodyAsked } = failure;
    const when = nobodyAsked ? { checkedAt: null, from: null } : { checkedAt: now(), from };
    give(
      questions.map((question) =>
        question.kind === 'image'
          ? {
              kind: 'image',
              image: question.image,
              verdict: { status, detail, reason, digest: null, ...when },
            }
          : unknown(question, reason, now(), !nobodyAsked),
      ),
    );
  };

  /** Runs `work` in its turn, unless the registry turned out to be out of reach for everybody meanwhile. */
  const inTurn = (questions: readonly Question[], work: (asking: Asking) => Promise<void>): Promise<void> =>
    budget
      .run(host, signal, async () => {
        if (broken) return giveUp(questions, broken);
        try {
          const api = await connector.connect(registry, signal);
          await work({ api, who, from, signal, now });
        } catch (error) {
          if (signal.aborted) return;
          const failure = failureOf(error, who);
          fail(failure);
          giveUp(questions, failure);
        }
      })
      .catch(() => {
        // Only the wait for the turn can throw, when `signal` is aborted; then nobody waits for an answer.
      });

  const images = asked.filter((question) => question.kind === 'image');
  const lists = asked.filter((question) => question.kind !== 'image');
  await Promise.all([
    ...[...grouped(images, ({ image }) => image.repository)].map(async ([repository, group]) => {
      const problem = ecrRepositoryProblem(repository);
      if (problem) return give(group.map((question) => unchecked(question, null, problem.message, now())));
      return inTurn(group, async (asking) => {
        const names = group.map(({ image }) => image);
        const { answers, failure } = await askImages(asking, repository, names);
        if (failure) fail(failure);
        give(answers);
      });
    }),
    ...lists.map((question) => inTurn([question], async (asking) => give([await askList(question, asking)]))),
  ]);
}

async function askList(
  question: Exclude<Question, { kind: 'image' }>,
  { api, signal, now }: Asking,
): Promise<Answer> {
  if (question.kind !== 'repositories' && question.kind !== 'tags')
    return unknown(question, 'Waybill cannot ask Amazon ECR this yet.', now());
  if (question.kind === 'repositories')
    return { ...question, list: await listNames((next) => api.repositoryPage(next, signal), now) };
  const { repository } = question.repository;
  try {
    return { ...question, list: await listNames((next) => api.tagPage(repository, next, signal), now) };
  } catch (error) {
    // A repository that is not there has no tags, and that is the whole list.
    if (!saysNotFound(error, 'RepositoryNotFoundException')) throw error;
    return { ...question, list: { names: [], complete: true, checkedAt: now() } };
  }
}
