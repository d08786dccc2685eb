import { type Answer, questionKey } from '../knowledge/knowledge.ts';
import type { Asker } from '../knowledge/ports.ts';
import type { Session } from '../session/session.ts';
import { questionsOf, type Scope } from './questions.ts';

/**
 * Answers lead to further questions: a missing tag to the tags that there are, a fix to whether what it names exists.
 * No chain of them is longer.
 */
const rounds = 4;

/**
 * Asks what a session does not know yet, and what follows from the answers, until nothing is left to ask.
 * @param scope the files to ask for
 * @param onAnswers called whenever the session has learnt something
 */
export async function inquire(
  session: Session,
  asker: Asker,
  scope: Scope,
  signal: AbortSignal,
  onAnswers: (answers: readonly Answer[]) => void = () => {},
): Promise<void> {
  const asked = new Set<string>();
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    const questions = questionsOf(session.snapshot, scope).filter(
      (question) => !asked.has(questionKey(question)),
    );
    if (questions.length === 0) return;
    for (const question of questions) asked.add(questionKey(question));
    await asker.ask(questions, signal, (answers) => {
      session.learn(answers);
      onAnswers(answers);
    });
  }
}
