import type { Answer, Question } from './knowledge.ts';

/** How something is asked. */
export interface Manner {
  /** Not from memory: whoever asks wants to know how things stand now. */
  readonly anew?: boolean;
}

/**
 * Whoever can find out about the world. Core has only this type: what stands behind it is plugged in from
 * outside, so that everything works with an asker that knows nothing.
 */
export interface Asker {
  /**
   * Finds answers and hands them over in portions, in any order, while it goes on. Each question gets exactly
   * one answer, also where nothing could be found out (an `unchecked` verdict, an empty list that is not
   * complete, no value), unless `signal` is aborted: then there are no more answers and the promise resolves early.
   * An answer to something that was not asked may come too, where it fell off on the way.
   * Never rejects.
   */
  ask(
    questions: readonly Question[],
    signal: AbortSignal,
    onAnswers: (answers: Answer[]) => void,
    manner?: Manner,
  ): Promise<void>;
}
