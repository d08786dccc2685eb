import { canonicalHost } from '../../core/image/hosts.ts';
import type { Answer, Question } from '../../core/knowledge/knowledge.ts';
import type { Budget } from '../net/budget.ts';
import { grouped } from '../net/group.ts';
import { unknown } from '../net/unchecked.ts';
import type { RegistryClient, TagsPage } from './client.ts';
import { type Failure, failureOf } from './failure.ts';
import { type Asking, askImage, listTags, tagsOf } from './images.ts';
import { askPlatforms } from './platforms.ts';

/** What asking one registry once needs. */
export interface Round {
  /** As references write it, in its one spelling. */
  readonly host: string;
  readonly client: RegistryClient;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly give: (answers: readonly Answer[]) => void;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly urgent: (question: Question) => boolean;
}

/** Asks one registry: each question is a piece of work, as many at a time as the budget has it. Never rejects. */
export async function askRegistry(round: Round, asked: readonly Question[]): Promise<void> {
  const { host, client, budget, signal, give, now, log, urgent } = round;
  let broken: Failure | null = null;
  const fail = (failure: Failure): void => {
    log(`${host}: ${failure.status}: ${failure.reason}`);
    if (failure.everywhere) broken = failure;
  };
  const giveUp = (question: Question, { status, detail, reason }: Failure): void =>
    give([
      question.kind === 'image'
        ? {
            kind: 'image',
            image: question.image,
            verdict: { status, detail, reason, digest: null, checkedAt: now(), from: host },
          }
        : unknown(question, reason, now(), true),
    ]);

  const askOne = async (question: Question, asking: Asking): Promise<Answer> => {
    switch (question.kind) {
      case 'image':
        return { ...question, verdict: await askImage(asking, question.image) };
      case 'tags': {
        const list = await listTags(asking, true);
        return list === null ? unknown(question, '', now(), true) : { ...question, list };
      }
      case 'platforms':
        return { ...question, found: await askPlatforms(asking, question.image) };
      default:
        return unknown(question, `${host} cannot be asked this.`, now());
    }
  };

  const askRepository = async (repository: string, questions: readonly Question[]): Promise<void> => {
    // Whoever had no login, or was refused with one, may have another by now.
    client.forget(repository);
    const wanted = questions.some(({ kind }) => kind === 'tags');
    const firstTags = oncePerWho(client, repository, async () => {
      const page = await client.tags(repository, null, signal);
      const names = tagsOf(page);
      // What fell off on the way; where it was asked for, it comes with all its pages.
      if (names !== null && !wanted)
        give([
          {
            kind: 'tags',
            repository: { host, repository },
            list: { names, complete: !page.more, checkedAt: now() },
          },
        ]);
      return page;
    });
    const headOnly = canonicalHost(host) === 'docker.io';
    const asking: Asking = { host, repository, client, headOnly, signal, now, firstTags, fail };
    await Promise.all(
      questions.map((question) =>
        budget
          .run(
            host,
            signal,
            async () => {
              if (broken) return giveUp(question, broken);
              try {
                give([await askOne(question, asking)]);
              } catch (error) {
                if (signal.aborted) return;
                const failure = failureOf(error, host, client.asked(repository));
                fail(failure);
                giveUp(question, failure);
              }
            },
            () => urgent(question),
          )
          .catch(() => {
            // Only the wait for the turn can throw, when `signal` is aborted; then nobody waits for an answer.
          }),
      ),
    );
  };

  const unanswerable = asked.filter((question) => repositoryOf(question) === null);
  give(
    unanswerable.flatMap((question) =>
      question.kind === 'image' ? [] : [unknown(question, `${host} cannot be asked this.`, now())],
    ),
  );
  const answerable = asked.filter((question) => repositoryOf(question) !== null);
  await Promise.all(
    [...grouped(answerable, (question) => repositoryOf(question) ?? '')].map(([repository, questions]) =>
      askRepository(repository, questions),
    ),
  );
}

/** Asks for something once for everybody who asks as the same; what one was told, another may not be. */
function oncePerWho(
  client: RegistryClient,
  repository: string,
  ask: () => Promise<TagsPage>,
): () => Promise<TagsPage> {
  const pages = new Map<string, Promise<TagsPage>>();
  return () => {
    const { as } = client.asked(repository);
    const page = pages.get(as) ?? ask();
    pages.set(as, page);
    return page;
  };
}

/** The repository that a question to an OCI registry is about; null where it is about none, or cannot be asked. */
function repositoryOf(question: Question): string | null {
  switch (question.kind) {
    case 'image':
    case 'platforms':
      return question.image.repository;
    case 'tags':
      return question.repository.repository;
    default:
      return null;
  }
}
