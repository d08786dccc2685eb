import type { FileDocument } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Severity } from '../release/config.ts';
import type { ReleaseContext } from '../release/context.ts';
import { releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { below, linesOf } from './document-lines.ts';
import { judge, type LocalProblem, type Problem } from './judged.ts';
import { judgedRelease } from './judged-release.ts';

/** A problem and where its document stands in its file. */
export interface PlacedProblem {
  readonly problem: Problem;
  readonly document: ManifestDocument;
  /** Offset of the document in the file. */
  readonly offset: number;
  /** In the file, as editors count. */
  readonly range: Range;
}

/** The problems of a file, in its order. A `.waybill.yaml` has its own; a file of no release has none. */
export function problemsOf(snapshot: Snapshot, path: string): PlacedProblem[] {
  const config = snapshot.configs.get(path);
  if (config !== undefined) {
    const severity = severityOf(config.config.rules, 'invalid-config', 'warning');
    if (severity === 'off') return [];
    const found = config.problems.map(
      ({ span, message }): LocalProblem => ({
        rule: 'invalid-config',
        severity,
        span,
        message,
        fixes: [],
        range: linesOf(config.document).rangeOf(span),
      }),
    );
    const slice = snapshot.files.get(path)?.documents.find(({ document }) => document === config.document);
    return slice === undefined ? [] : found.map((problem) => place(slice, problem));
  }
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  const { role, release } = at;
  const { context } = release;
  const { files, collisions } = judgedRelease(snapshot, release);
  const found = files.get(path);
  if (found === undefined) return [];
  const { knowledge } = snapshot;
  const placed: PlacedProblem[] = [];
  let saidUnlisted = false;
  // On a keystroke all documents are looked at, and all but one are unchanged: nothing is made for those without a
  // problem.
  for (const [i, judged] of found.judged.entries()) {
    const slice = found.documents[i] as FileDocument;
    if (judged.collisions !== collisions || judged.knowledge !== knowledge)
      judge(judged, slice.document, role, context, collisions, knowledge);
    if (judged.local.length === 0 && judged.world.length === 0) continue;
    const shown = [...judged.local, ...judged.world].filter((problem) => {
      // Where no registries are listed, one hint in a file says so for all of them.
      if (problem.rule !== 'registry-not-linked' || context.linked.source !== null) return true;
      const first = !saidUnlisted;
      saidUnlisted = true;
      return first;
    });
    shown.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    for (const problem of shown) placed.push(place(slice, problem));
  }
  return placed;
}

const severityOf = (
  rules: ReleaseContext['config']['rules'],
  name: string,
  fallback: Severity,
): Severity | 'off' => rules[name] ?? fallback;

const place = (slice: FileDocument, problem: LocalProblem): PlacedProblem => ({
  problem,
  document: slice.document,
  offset: slice.offset,
  range: below(problem.range, slice.line),
});
