import { questionsOf } from '../../core/features/questions.ts';
import { type Answer, newerAnswer, type Question, questionKey } from '../../core/knowledge/knowledge.ts';
import type { Asker, Manner } from '../../core/knowledge/ports.ts';
import { isReplicatedFile } from '../../core/release/replicated-file.ts';
import { baseName } from '../../core/release/role.ts';
import { dueQuestions, isStale, isUnknown, lifetimes } from '../../core/session/freshness.ts';
import { releaseFile, type Snapshot } from '../../core/session/snapshot.ts';
import { untilAborted } from '../../io/net/deadline.ts';
import type { Ports } from '../ports.ts';
import type { Folder } from '../workspace/folder.ts';
import type { Place } from '../workspace/workspace.ts';

/** Asks on behalf of documents, outside of all requests, and hands out what is learnt. */
export interface Questioner {
  /** A document was opened, changed or saved: when it has rested, what it and its release want to know is asked. */
  touch(place: Place): void;
  /** Asks everything anew: of one release (that of a file), or of all. Resolves early when `signal` is aborted. */
  askAnew(of: Place | null, signal: AbortSignal): Promise<void>;
  /** Has asked in the background what is not known, or no longer. */
  want(questions: readonly Question[]): void;
  /** Asks what is not known, or no longer, and waits for the answers. Resolves early when `signal` is aborted. */
  askNow(questions: readonly Question[], signal: AbortSignal): Promise<void>;
  /** Takes in what somebody else found out, and has it asked anew in the background for what else there is to know. */
  learnt(answers: readonly Answer[]): void;
  /** What stood in the way of answers may be gone: forgets what could not be found out. */
  forgetUnknown(): void;
  /** Whether a document that is open waits for the answer, so that it goes before others. */
  isUrgent(question: Question): boolean;
  /** Everything that was learnt, for a folder that comes later. */
  tell(folder: Folder): void;
  readonly busy: boolean;
  /** Gives up what is being asked or about to be. */
  interrupt(): void;
}

export interface QuestionerOptions {
  readonly folders: () => readonly Folder[];
  /** The documents that are open: what could not be found out about them is tried again by itself. */
  readonly documents: () => Iterable<Place>;
  readonly asker: Asker;
  readonly ports: Ports;
  readonly restMs: number;
  /** A document has rested: a good moment for what is too much for each keystroke. */
  readonly onRest: (place: Place) => void;
  /** Something is known that was not. */
  readonly onLearnt: () => void;
  /** Questions went out or came back. */
  readonly onBusy: () => void;
  readonly onError: (error: unknown) => void;
}

/** Answers lead to further questions (which names are near?); this many times in a row at most. */
const mostRounds = 6;
/** So many files of a release are looked at in one go. */
const filesAtATime = 4;

type Wanted = () => Promise<readonly Question[]>;

export function createQuestioner(options: QuestionerOptions): Questioner {
  const { folders, asker, ports, restMs, onRest, onLearnt, onBusy, onError } = options;
  const resting = new Map<string, () => void>();
  const inFlight = new Map<string, Waiting>();
  const answers = new Map<string, Answer>();
  const urgent = new Set<string>();
  /** When all of a release was last asked about: a key in one of its files changes nothing in the others. */
  const passes = new Map<string, { readonly at: number; readonly files: Snapshot['files'] }>();
  let current = new AbortController();
  let retrying: (() => void) | null = null;

  const learn = (given: readonly Answer[]): void => {
    let isNews = false;
    for (const answer of given) {
      const key = questionKey(answer);
      const before = answers.get(key);
      const merged = newerAnswer(before, answer);
      isNews ||= saysNew(before, merged);
      answers.set(key, merged);
      urgent.delete(key);
    }
    for (const folder of folders()) folder.session.learn(given);
    for (const answer of given) inFlight.get(questionKey(answer))?.done();
    if (given.some(mayChangeByItself)) retryLater();
    if (isNews) onLearnt();
  };

  /** Signs in elsewhere, a network that comes back: nobody tells, so what open documents lack is tried now and then. */
  const retryLater = (): void => {
    retrying ??= ports.after(lifetimes.failed, () => {
      retrying = null;
      forget((answer) => isUnknown(answer) && mayChangeByItself(answer));
      for (const document of options.documents()) touch(document);
    });
  };

  /** Forgets the answers that `test` picks; what was proven in them stays. */
  const forget = (test: (answer: Answer) => boolean): void => {
    passes.clear();
    const proven: Answer[] = [];
    for (const [key, answer] of answers)
      if (test(answer)) {
        answers.delete(key);
        proven.push(...withoutTrouble(answer));
      }
    for (const answer of proven) answers.set(questionKey(answer), answer);
    for (const folder of folders()) {
      folder.session.forget(test);
      folder.session.learn(proven);
    }
  };

  /** Asks what is not being asked already, and waits until all of it is answered. */
  const ask = async (
    questions: readonly Question[],
    signal: AbortSignal,
    manner: Manner = {},
  ): Promise<void> => {
    const fresh = questions.filter((question) => !inFlight.has(questionKey(question)));
    if (fresh.length > 0) {
      const waiting = fresh.map((question) => {
        const one = createWaiting();
        inFlight.set(questionKey(question), one);
        return one;
      });
      // Not awaited: others may wait for some of these answers only, and each is there when it is there.
      void asker
        .ask(fresh, current.signal, learn, manner)
        .catch(onError)
        .then(() => {
          for (const one of waiting) one.done();
          for (const question of fresh) {
            inFlight.delete(questionKey(question));
            urgent.delete(questionKey(question));
          }
          onBusy();
        });
      onBusy();
    }
    const waited = questions.map((question) => inFlight.get(questionKey(question))?.answered);
    try {
      await untilAborted(signal, Promise.all(waited));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };

  /** Asks what `wanted` has left to ask, until the answers lead to no new question. */
  const settle = async (wanted: Wanted, signal: AbortSignal, manner: Manner = {}): Promise<void> => {
    const asked = new Set<string>();
    let questions = await wanted();
    for (let round = 0; round < mostRounds && questions.length > 0 && !signal.aborted; round++) {
      for (const question of questions) asked.add(questionKey(question));
      await ask(questions, signal, manner);
      questions = (await wanted()).filter((question) => !asked.has(questionKey(question)));
    }
  };

  const settleDue = (folder: Folder, wanted: Wanted, signal: AbortSignal): Promise<void> =>
    settle(async () => dueQuestions(await wanted(), folder.snapshot.knowledge, ports.now()), signal);

  /** What the release of a file would like to know; what describes releases belongs to all of its folder. */
  const questionsOfRelease = async ({ folder, path }: Place): Promise<Question[]> => {
    const { snapshot } = folder;
    const release = releaseFile(snapshot, path)?.release;
    if (release !== undefined) return questionsOfFiles(folder, [...release.layout.files.keys()]);
    const describes = snapshot.configs.has(path) || isReplicatedFile(baseName(path));
    return describes ? questionsOfFolder(folder) : [];
  };
  const questionsOfFolder = (folder: Folder): Promise<Question[]> =>
    questionsOfFiles(
      folder,
      folder.snapshot.releases.flatMap(({ layout }) => [...layout.files.keys()]),
    );

  /** A large release takes longer than a key may wait: between files, whatever else there is to do has its turn. */
  const questionsOfFiles = async (folder: Folder, paths: readonly string[]): Promise<Question[]> => {
    const questions = new Map<string, Question>();
    for (const [i, path] of paths.entries()) {
      for (const question of questionsOf(folder.snapshot, path, 'all'))
        questions.set(questionKey(question), question);
      if (i % filesAtATime === filesAtATime - 1) await new Promise<void>((resolve) => ports.soon(resolve));
    }
    return [...questions.values()];
  };

  const notKnown = (questions: readonly Question[]): Question[] =>
    unique(questions).filter((question) => {
      const answer = answers.get(questionKey(question));
      return answer === undefined || isStale(answer, ports.now());
    });

  /** Whether all of a release is to be asked about: not long ago it was, and only this document changed since. */
  const isDue = ({ folder, path }: Place): boolean => {
    const { snapshot } = folder;
    const release = releaseFile(snapshot, path)?.release;
    if (release === undefined) return true;
    const key = `${folder.uri} ${release.layout.root}`;
    const last = passes.get(key);
    const paths = [...release.layout.files.keys()];
    const same = paths.every(
      (other) => other === path || last?.files.get(other) === snapshot.files.get(other),
    );
    if (last !== undefined && same && ports.now() - last.at < lifetimes.absent) return false;
    passes.set(key, { at: ports.now(), files: snapshot.files });
    return true;
  };

  const rested = async (place: Place): Promise<void> => {
    const { folder, path } = place;
    onRest(place);
    const { signal } = current;
    await folder.ready();
    const wholeRelease = isDue(place);
    // The document that is looked at comes first, then the rest of its release.
    const ofDocument = async (): Promise<Question[]> => {
      const questions = questionsOf(folder.snapshot, path, 'all');
      for (const question of dueQuestions(questions, folder.snapshot.knowledge, ports.now()))
        urgent.add(questionKey(question));
      if (!wholeRelease) return questions;
      // What else the release wants to know of the same repositories costs no further call.
      const repositories = new Set(questions.flatMap(repositoryIn));
      const beside = (await questionsOfRelease(place)).filter((question) =>
        repositoryIn(question).some((repository) => repositories.has(repository)),
      );
      return unique([...questions, ...beside]);
    };
    await settleDue(folder, ofDocument, signal);
    if (wholeRelease) await settleDue(folder, () => questionsOfRelease(place), signal);
  };

  const touch = (place: Place): void => {
    const key = `${place.folder.uri}/${place.path}`;
    resting.get(key)?.();
    const cancel = ports.after(restMs, () => {
      resting.delete(key);
      rested(place).catch(onError);
    });
    resting.set(key, cancel);
  };

  return {
    touch,
    async askAnew(of, signal) {
      const wanted = async (): Promise<Question[]> =>
        of === null
          ? unique((await Promise.all(folders().map(questionsOfFolder))).flat())
          : questionsOfRelease(of);
      await settle(wanted, AbortSignal.any([signal, current.signal]), { anew: true });
    },
    want(questions) {
      const due = notKnown(questions);
      if (due.length > 0) ask(due, current.signal).catch(onError);
    },
    askNow: (questions, signal) => ask(notKnown(questions), AbortSignal.any([signal, current.signal])),
    learnt(given) {
      learn(given);
      ask(unique(given), current.signal, { anew: true }).catch(onError);
    },
    forgetUnknown: () => forget(isUnknown),
    isUrgent: (question) => urgent.has(questionKey(question)),
    tell: (folder) => folder.session.learn([...answers.values()]),
    get busy() {
      return inFlight.size > 0;
    },
    interrupt() {
      current.abort();
      current = new AbortController();
      for (const cancel of resting.values()) cancel();
      resting.clear();
      urgent.clear();
      passes.clear();
      retrying?.();
      retrying = null;
    },
  };
}

/** A question that is out. */
interface Waiting {
  readonly answered: Promise<void>;
  done(): void;
}

function createWaiting(): Waiting {
  let done = (): void => {};
  const answered = new Promise<void>((resolve) => {
    done = resolve;
  });
  return { answered, done: () => done() };
}

/** Whether an answer is only that something stood in the way which may go away without anybody telling. */
function mayChangeByItself(answer: Answer): boolean {
  if (answer.kind !== 'image') return false;
  const { status, detail } = answer.verdict.trouble ?? answer.verdict;
  return (
    status === 'unreachable' ||
    status === 'throttled' ||
    detail === 'session-expired' ||
    detail === 'no-credentials'
  );
}

/** What was proven before something stood in the way. */
function withoutTrouble(answer: Answer): Answer[] {
  if (answer.kind !== 'image' || answer.verdict.trouble === undefined) return [];
  const { trouble: _, ...verdict } = answer.verdict;
  return [{ ...answer, verdict }];
}

/** The repository of a question about an image. */
const repositoryIn = (question: Question): string[] =>
  question.kind === 'image' ? [`${question.image.host}/${question.image.repository}`] : [];

const unique = (questions: readonly Question[]): Question[] => [
  ...new Map(questions.map((question) => [questionKey(question), question])).values(),
];

/** Whether an answer says something else than the one before it; when it was given does not count. */
function saysNew(before: Answer | undefined, after: Answer): boolean {
  return before === undefined || withoutTimes(before) !== withoutTimes(after);
}

const withoutTimes = (answer: Answer): string =>
  JSON.stringify(answer, (key, value: unknown) => (key === 'checkedAt' ? undefined : value));
