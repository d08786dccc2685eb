import { ecrRepositoryProblem } from '../../core/image/hosts.ts';
import type { Answer, Question } from '../../core/knowledge/knowledge.ts';
import type { Budget } from '../net/budget.ts';
import { grouped } from '../net/group.ts';
import type { RetryPolicy } from '../net/retry.ts';
import { unchecked, unknown } from '../net/unchecked.ts';
import type { Asking } from './asking.ts';
import type { Connection, Connector, EcrRegistry } from './connect.ts';
import { askFindings, askPlatforms } from './contents.ts';
import type { DataPlane } from './data-plane.ts';
import { type Failure, failureOf, saysNotFound } from './failure.ts';
import { askImages } from './images.ts';
import { listRepositories, listTags } from './lists.ts';
import type { RegistryMemory } from './memory.ts';

/** What asking one registry once needs. */
export interface Round {
  readonly connector: Connector;
  readonly dataPlane: DataPlane;
  readonly memory: RegistryMemory;
  readonly budget: Budget;
  readonly urgent: (question: Question) => boolean;
  readonly signal: AbortSignal;
  readonly give: (answers: readonly Answer[]) => void;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly deadlineMs: number;
  readonly retries: RetryPolicy;
  readonly endpoint: string | null;
}

/**
 * Asks one registry: one piece of work for each repository and each list, as many at a time as the budget has it.
 * Never rejects.
 */
export async function askRegistry(
  registry: EcrRegistry,
  asked: readonly Question[],
  round: Round,
): Promise<void> {
  const { connector, budget, urgent, signal, give, now, log } = round;
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
  const giveUp = (questions: readonly Question[], failure: Failure, as: string | null): void => {
    const { status, detail, reason, nobodyAsked } = failure;
    const when = nobodyAsked
      ? { checkedAt: null, from: null }
      : { checkedAt: now(), from, ...(as === null ? {} : { as }) };
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
  const inTurn = (questions: readonly Question[], work: (asking: Asking) => Promise<void>): Promise<void> => {
    const turn = async (): Promise<void> => {
      let connection: Connection | null = null;
      try {
        if (broken) return giveUp(questions, broken, null);
        connection = await connector.connect(registry, signal);
        // Not its `write`: asking changes nothing.
        const { api, as, renew } = connection;
        await work({ ...round, api, as, renew, registry, who, from });
      } catch (error) {
        if (signal.aborted) return;
        const failure = failureOf(error, who, connection?.renew);
        fail(failure);
        giveUp(questions, failure, connection?.as ?? null);
      }
    };
    return budget
      .run(host, signal, turn, () => questions.some(urgent))
      .catch(() => {
        // Only the wait for the turn can throw, when `signal` is aborted; then nobody waits for an answer.
      });
  };

  const askRepository = async (repository: string, group: readonly Question[]): Promise<void> => {
    const problem = ecrRepositoryProblem(repository);
    if (problem) return give(group.map((question) => unchecked(question, null, problem.message, now())));
    const ofKind = <K extends Question['kind']>(kind: K): (Question & { kind: K })[] =>
      group.filter((one): one is Question & { kind: K } => one.kind === kind);
    const tags = ofKind('tags');
    const platforms = ofKind('platforms');
    await Promise.all([
      askImagesOf(repository, ofKind('image')).then((listed) =>
        listed || tags.length === 0
          ? undefined
          : inTurn(tags, async (asking) =>
              give(await Promise.all(tags.map((question) => askTagList(question, asking)))),
            ),
      ),
      platforms.length > 0 &&
        inTurn(platforms, async (asking) =>
          give(
            await askPlatforms(
              asking,
              repository,
              platforms.map(({ image }) => image),
            ),
          ),
        ),
      ...ofKind('findings').map((question) =>
        inTurn([question], async (asking) => give([await askFindings(asking, question.image)])),
      ),
    ]);
  };

  /** True where the list of the repository's tags fell off, and was given. */
  const askImagesOf = async (
    repository: string,
    questions: readonly (Question & { kind: 'image' })[],
  ): Promise<boolean> => {
    if (questions.length === 0) return false;
    let listed = false;
    await inTurn(questions, async (asking) => {
      const images = questions.map(({ image }) => image);
      const { answers, failure } = await askImages(asking, repository, images);
      if (failure) fail(failure);
      listed = answers.some(({ kind }) => kind === 'tags');
      give(answers);
    });
    return listed;
  };

  const elsewhere = asked.filter((question) => repositoryOf(question) === null);
  const here = asked.filter((question) => repositoryOf(question) !== null);
  await Promise.all([
    ...[...grouped(here, (question) => repositoryOf(question) ?? '')].map(([repository, group]) =>
      askRepository(repository, group),
    ),
    ...elsewhere.map((question) =>
      inTurn([question], async ({ api }) =>
        give([
          question.kind === 'repositories'
            ? { ...question, list: await listRepositories(api, signal, now) }
            : unchecked(question, null, 'Amazon ECR cannot answer this.', now()),
        ]),
      ),
    ),
  ]);
}

type AboutTags = Question & { readonly kind: 'tags' };

async function askTagList(question: AboutTags, { api, signal, now }: Asking): Promise<Answer> {
  const { repository } = question.repository;
  try {
    return { ...question, list: await listTags(api, repository, signal, now) };
  } catch (error) {
    // A repository that is not there has no tags, and that is the whole list.
    if (!saysNotFound(error, 'RepositoryNotFoundException')) throw error;
    return { ...question, list: { names: [], complete: true, checkedAt: now() } };
  }
}

/** The repository that a question is about; null for one about the registry. */
function repositoryOf(question: Question): string | null {
  switch (question.kind) {
    case 'image':
    case 'platforms':
    case 'findings':
      return question.image.repository;
    case 'tags':
      return question.repository.repository;
    default:
      return null;
  }
}
