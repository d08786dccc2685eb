import { questionsOf } from '../../core/features/questions.ts';
import { type Answer, type Question, questionKey } from '../../core/knowledge/knowledge.ts';
import type { Asker } from '../../core/knowledge/ports.ts';
import { isReplicatedFile } from '../../core/release/replicated-file.ts';
import { baseName } from '../../core/release/role.ts';
import { dueQuestions, isStale, isUnknown } from '../../core/session/freshness.ts';
import { releaseFile } from '../../core/session/snapshot.ts';
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
  /** What stood in the way of answers may be gone: forgets what could not be found out. */
  forgetUnknown(): void;
  /** Everything that was learnt, for a folder that comes later. */
  tell(folder: Folder): void;
  readonly busy: boolean;
  /** Gives up what is being asked or about to be. */
  interrupt(): void;
}

export interface QuestionerOptions {
  readonly folders: () => readonly Folder[];
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

export function createQuestioner(options: QuestionerOptions): Questioner {
  const { folders, asker, ports, restMs, onRest, onLearnt, onBusy, onError } = options;
  const resting = new Map<string, () => void>();
  const inFlight = new Map<string, Promise<void>>();
  const answers = new Map<string, Answer>();
  let current = new AbortController();

  const learn = (given: readonly Answer[]): void => {
    const isNews = given.some((answer) => saysNew(answers.get(questionKey(answer)), answer));
    for (const answer of given) answers.set(questionKey(answer), answer);
    for (const folder of folders()) folder.session.learn(given);
    if (isNews) onLearnt();
  };

  /** Asks what is not being asked already, and waits for all of it. */
  const ask = async (questions: readonly Question[], signal: AbortSignal): Promise<void> => {
    const fresh = questions.filter((question) => !inFlight.has(questionKey(question)));
    if (fresh.length > 0) {
      const asking = asker.ask(fresh, current.signal, learn).catch(onError);
      const done = asking.then(() => {
        for (const question of fresh) inFlight.delete(questionKey(question));
        onBusy();
      });
      for (const question of fresh) inFlight.set(questionKey(question), done);
      onBusy();
    }
    const waited = new Set(questions.map((question) => inFlight.get(questionKey(question))));
    try {
      await untilAborted(signal, Promise.all(waited));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };

  /** Asks what `wanted` has left to ask, until the answers lead to no new question. */
  const settle = async (
    first: readonly Question[],
    wanted: () => readonly Question[],
    signal: AbortSignal,
  ): Promise<void> => {
    const asked = new Set<string>();
    let questions = first;
    for (let round = 0; round < mostRounds && questions.length > 0 && !signal.aborted; round++) {
      for (const question of questions) asked.add(questionKey(question));
      await ask(questions, signal);
      questions = wanted().filter((question) => !asked.has(questionKey(question)));
    }
  };

  const settleDue = (
    folder: Folder,
    wanted: () => readonly Question[],
    signal: AbortSignal,
  ): Promise<void> => {
    const due = () => dueQuestions(wanted(), folder.snapshot.knowledge, ports.now());
    return settle(due(), due, signal);
  };

  const notKnown = (questions: readonly Question[]): Question[] =>
    unique(questions).filter((question) => {
      const answer = answers.get(questionKey(question));
      return answer === undefined || isStale(answer, ports.now());
    });

  const rested = async (place: Place): Promise<void> => {
    const { folder, path } = place;
    onRest(place);
    const { signal } = current;
    await folder.ready();
    // The document that is looked at comes first, then the rest of its release.
    await settleDue(folder, () => questionsOf(folder.snapshot, path, 'all'), signal);
    await settleDue(folder, () => questionsOfRelease(place), signal);
  };

  return {
    touch(place) {
      const key = `${place.folder.uri}/${place.path}`;
      resting.get(key)?.();
      const cancel = ports.after(restMs, () => {
        resting.delete(key);
        rested(place).catch(onError);
      });
      resting.set(key, cancel);
    },
    async askAnew(of, signal) {
      const wanted = (): Question[] =>
        of === null
          ? folders().flatMap(({ snapshot }) => questionsOf(snapshot, null, 'all'))
          : questionsOfRelease(of);
      await settle(unique(wanted()), () => unique(wanted()), AbortSignal.any([signal, current.signal]));
    },
    want(questions) {
      const due = notKnown(questions);
      if (due.length > 0) ask(due, current.signal).catch(onError);
    },
    askNow: (questions, signal) => ask(notKnown(questions), AbortSignal.any([signal, current.signal])),
    forgetUnknown() {
      for (const [key, answer] of answers) if (isUnknown(answer)) answers.delete(key);
      for (const folder of folders()) folder.session.forget(isUnknown);
    },
    tell: (folder) => folder.session.learn([...answers.values()]),
    get busy() {
      return inFlight.size > 0;
    },
    interrupt() {
      current.abort();
      current = new AbortController();
      for (const cancel of resting.values()) cancel();
      resting.clear();
    },
  };
}

/** What the release of a file would like to know; what describes releases belongs to all of its folder. */
function questionsOfRelease({ folder, path }: Place): Question[] {
  const { snapshot } = folder;
  const release = releaseFile(snapshot, path)?.release;
  if (release !== undefined)
    return unique([...release.layout.files.keys()].flatMap((file) => questionsOf(snapshot, file, 'all')));
  const describes = snapshot.configs.has(path) || isReplicatedFile(baseName(path));
  return describes ? questionsOf(snapshot, null, 'all') : [];
}

const unique = (questions: readonly Question[]): Question[] => [
  ...new Map(questions.map((question) => [questionKey(question), question])).values(),
];

/** Whether an answer says something else than the one before it; when it was given does not count. */
function saysNew(before: Answer | undefined, after: Answer): boolean {
  return before === undefined || withoutTimes(before) !== withoutTimes(after);
}

const withoutTimes = (answer: Answer): string =>
  JSON.stringify(answer, (key, value: unknown) => (key === 'checkedAt' ? undefined : value));
