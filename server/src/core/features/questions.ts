import { registryOf } from '../image/hosts.ts';
import { type Question, questionKey } from '../knowledge/knowledge.ts';
import { readUses, registeredAccounts } from '../release/reading.ts';
import { filesOf, type ReleaseFile, releaseFile, type Snapshot } from '../session/snapshot.ts';
import { targetOf } from './fixes.ts';
import { problemsOf } from './problems.ts';

/**
 * What a file, or all releases, would like to know: about each image, about what fixes would name instead, and,
 * for an image that is missing, which names are near it. Each question once. Questions that are already answered
 * are left out, unless `known` asks for them too.
 */
export function questionsOf(
  snapshot: Snapshot,
  path: string | null,
  known: 'new' | 'all' = 'new',
): Question[] {
  const files =
    path === null
      ? snapshot.releases.flatMap((release) => filesOf(snapshot, release))
      : [releaseFile(snapshot, path)].filter((file) => file !== null);
  const questions = new Map<string, Question>();
  for (const question of files.flatMap((file) => questionsOfFile(snapshot, file)))
    questions.set(questionKey(question), question);
  return [...questions.values()].filter((question) => known === 'all' || !snapshot.knowledge.has(question));
}

function questionsOfFile(snapshot: Snapshot, at: ReleaseFile): Question[] {
  const { context } = at.release;
  const { knowledge } = snapshot;
  const questions: Question[] = [];
  for (const { document } of at.file.documents)
    for (const { image } of readUses(document, at.role, context)) {
      if (image === null) continue;
      questions.push({ kind: 'image', image });
      const verdict = knowledge.verdict(image);
      if (verdict?.status !== 'absent') continue;
      if (verdict.detail === 'repository') questions.push({ kind: 'repositories', host: image.host });
      else questions.push({ kind: 'tags', repository: { host: image.host, repository: image.repository } });
    }
  for (const { problem } of problemsOf(snapshot, at.path))
    for (const fix of problem.fixes) {
      if (fix.target === null || targetOf(fix, knowledge) !== 'unknown') continue;
      const ecr = registryOf(fix.target.host, context).ecr;
      if (ecr !== null && registeredAccounts(context).has(ecr.account))
        questions.push({ kind: 'image', image: fix.target });
    }
  return questions;
}
