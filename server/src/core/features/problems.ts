import type { FileDocument } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import { reachesOut } from '../rules/template-text.ts';
import { releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { below, linesOf } from './document-lines.ts';
import { type Judged, judge, type LocalProblem, type Problem } from './judged.ts';
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
    const severity = config.config.rules['invalid-config'] ?? 'warning';
    if (severity === 'off') return [];
    const found = config.problems.map(
      ({ span, message }): LocalProblem => ({
        rule: 'invalid-config',
        severity,
        span,
        message,
        fixes: [],
        repairs: () => [],
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
  // On a keystroke all documents are looked at, and all but one are unchanged: nothing is made for those.
  for (let i = 0; i < found.judged.length; i++) {
    const judged = found.judged[i] as Judged;
    const slice = found.documents[i] as FileDocument;
    const around = context.templates !== undefined && reachesOut(slice) ? at.file : null;
    if (judged.collisions !== collisions || judged.knowledge !== knowledge || judged.around !== around)
      judge(judged, slice.document, around, role, context, collisions, knowledge);
    for (const problem of placedOf(judged, slice)) {
      // Where no registries are listed, one hint in a file says so for all of them.
      if (problem.problem.rule === 'registry-not-linked' && context.linked.source === null) {
        if (saidUnlisted) continue;
        saidUnlisted = true;
      }
      placed.push(problem);
    }
  }
  return placed;
}

interface Placement {
  readonly problems: readonly LocalProblem[];
  readonly offset: number;
  readonly line: number;
  readonly placed: readonly PlacedProblem[];
}

const placements = new WeakMap<Judged, Placement>();

const nothing: readonly PlacedProblem[] = [];

/** The problems of a document where it stands now; the same objects for as long as it stands there. */
function placedOf(judged: Judged, slice: FileDocument): readonly PlacedProblem[] {
  const { problems } = judged;
  if (problems.length === 0) return nothing;
  const before = placements.get(judged);
  const { offset, line } = slice;
  if (before?.problems === problems && before.line === line) {
    if (before.offset === offset) return before.placed;
    const placed = before.placed.map((problem) => ({ ...problem, offset }));
    placements.set(judged, { problems, offset, line, placed });
    return placed;
  }
  const placed = problems.map((problem) => place(slice, problem));
  placements.set(judged, { problems, offset, line, placed });
  return placed;
}

const place = (slice: FileDocument, problem: LocalProblem): PlacedProblem => ({
  problem,
  document: slice.document,
  offset: slice.offset,
  range: below(problem.range, slice.line),
});
