import { contentOf, type ImageName, type Question, questionKey } from '../knowledge/knowledge.ts';
import type { WaybillConfig } from '../release/config.ts';
import { isAskable, readAllUses } from '../release/reading.ts';
import { vulnerableImage } from '../rules/vulnerable-image.ts';
import { filesOf, type ReleaseFile, releaseFile, type Snapshot } from '../session/snapshot.ts';
import { targetOf } from './fixes.ts';
import { problemsOf } from './problems.ts';

/** A file, some files, or null for all files of all releases. */
export type Scope = string | readonly string[] | null;

/**
 * What files of releases would like to know: about each image, about what fixes would name instead, for an image that
 * is missing, which names are near it, for one that exists its platforms and findings where a rule wants them, and
 * which registries are linked. Each question once. Questions that are already answered
 * are left out, unless `known` asks for them too.
 */
export function questionsOf(snapshot: Snapshot, scope: Scope, known: 'new' | 'all' = 'new'): Question[] {
  const files =
    scope === null
      ? snapshot.releases.flatMap((release) => filesOf(snapshot, release))
      : [scope].flat().flatMap((path) => releaseFile(snapshot, path) ?? []);
  const questions = new Map<string, Question>();
  for (const file of files) addQuestions(snapshot, file, questions);
  return [...questions.values()].filter((question) => known === 'all' || !snapshot.knowledge.has(question));
}

/** The key of the question whether an image exists. */
const imageKey = (image: ImageName): string => questionKey({ kind: 'image', image });

function addQuestions(snapshot: Snapshot, at: ReleaseFile, questions: Map<string, Question>): void {
  const { context } = at.release;
  const { config } = context;
  const { knowledge } = snapshot;
  const add = (question: Question) => questions.set(questionKey(question), question);
  for (const { document } of at.file.documents)
    for (const { image, source, peeled } of readAllUses(document, at.role, context)) {
      const isEcr = source?.registry.ecr != null;
      // Behind the proxy, what looks like a part of the path may be the name of a linked registry.
      if (isEcr || peeled !== null) questions.set('linked', linked);
      if (image === null || questions.has(imageKey(image))) continue;
      questions.set(imageKey(image), { kind: 'image', image });
      const verdict = knowledge.verdict(image);
      if (isEcr && context.linked.source === 'vendor portal' && context.linked.endpoints.includes(image.host))
        add({ kind: 'pulls', host: image.host });
      const content = contentOf(image, verdict);
      if (content !== null && config.platforms.length > 0) add({ kind: 'platforms', image: content });
      if (content !== null && isEcr && wantsFindings(config)) add({ kind: 'findings', image: content });
      if (verdict?.status !== 'absent') continue;
      if (verdict.detail === 'repository') add({ kind: 'repositories', host: image.host });
      else add({ kind: 'tags', repository: { host: image.host, repository: image.repository } });
    }
  for (const { problem } of problemsOf(snapshot, at.path))
    for (const fix of problem.fixes) {
      const { target } = fix;
      if (target === null || questions.has(imageKey(target)) || targetOf(fix, knowledge) !== 'unknown')
        continue;
      if (isAskable(target.host, context)) add({ kind: 'image', image: target });
    }
}

const linked: Question = { kind: 'linked' };

/** Scans cost a call for each image, so they are only asked about where somebody wants to see them. */
const wantsFindings = ({ rules }: WaybillConfig): boolean =>
  (rules[vulnerableImage.name] ?? vulnerableImage.severity) !== 'off';
