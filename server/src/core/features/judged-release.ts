import { collisions as findCollisions } from '../image/private-path.ts';
import type { FileDocument } from '../manifest/file.ts';
import type { ReleaseContext } from '../release/context.ts';
import type { Role } from '../release/role.ts';
import type { Move } from '../rules/private-home.ts';
import { filesOf, type Release, type ReleaseFile, type Snapshot } from '../session/snapshot.ts';
import { type Judged, judgedOf } from './judged.ts';

/** A file of a release with what was found in each of its documents, in their order. */
export interface JudgedFile {
  readonly role: Role;
  readonly documents: readonly FileDocument[];
  readonly judged: readonly Judged[];
  /** The moves of all documents; the same map for as long as it has the same keys. */
  readonly moves: ReadonlyMap<string, Move>;
}

export interface JudgedRelease {
  readonly files: ReadonlyMap<string, JudgedFile>;
  /**
   * Stage two: the private paths that two different public images of the release would take. The same set for as
   * long as it holds the same.
   */
  readonly collisions: ReadonlySet<string>;
}

/** The last state of each release, which the next one is made from. */
const latest = new WeakMap<ReleaseContext, JudgedRelease>();
const ofSnapshots = new WeakMap<Snapshot, Map<Release, JudgedRelease>>();

/**
 * All documents of a release and what was found in them. A snapshot is walked once, however many of its files are
 * asked about; what an edit did not touch is taken over from the state before in one step per file.
 */
export function judgedRelease(snapshot: Snapshot, release: Release): JudgedRelease {
  let known = ofSnapshots.get(snapshot);
  if (known === undefined) {
    known = new Map();
    ofSnapshots.set(snapshot, known);
  }
  let judged = known.get(release);
  if (judged === undefined) {
    judged = follow(latest.get(release.context), filesOf(snapshot, release));
    latest.set(release.context, judged);
    known.set(release, judged);
  }
  return judged;
}

function follow(before: JudgedRelease | undefined, releaseFiles: readonly ReleaseFile[]): JudgedRelease {
  const files = new Map<string, JudgedFile>();
  let moved = before === undefined || before.files.size !== releaseFiles.length;
  for (const file of releaseFiles) {
    const known = before?.files.get(file.path);
    const judged = followFile(known, file);
    if (judged.moves !== known?.moves) moved = true;
    files.set(file.path, judged);
  }
  const old = before?.collisions ?? noCollisions;
  if (!moved) return { files, collisions: old };
  const found = new Set(
    findCollisions([...mergedMoves(files.values()).values()]).map(({ repository }) => repository),
  );
  const same = old.size === found.size && [...found].every((path) => old.has(path));
  return { files, collisions: same ? old : found };
}

const noCollisions: ReadonlySet<string> = new Set();

function followFile(before: JudgedFile | undefined, { file, role, release }: ReleaseFile): JudgedFile {
  const { documents } = file;
  if (before?.documents === documents && before.role === role) return before;
  const known = before?.role === role ? before : empty;
  const [head, tail] = unchanged(known.documents, documents);
  const fresh = documents
    .slice(head, documents.length - tail)
    .map(({ document }) => judgedOf(document, role, release.context));
  const gone = known.judged.slice(head, known.judged.length - tail);
  const judged = [
    ...known.judged.slice(0, head),
    ...fresh,
    ...known.judged.slice(known.judged.length - tail),
  ];
  const moves =
    known !== empty && sameKeys(mergedMoves(gone), mergedMoves(fresh)) ? known.moves : mergedMoves(judged);
  return { role, documents, judged, moves };
}

const empty: Omit<JudgedFile, 'role'> = { documents: [], judged: [], moves: new Map() };

/** How many documents at the start and at the end are the very same ones. */
function unchanged(before: readonly FileDocument[], after: readonly FileDocument[]): [number, number] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head]?.source === after[head]?.source) head++;
  let tail = 0;
  while (
    tail < shorter - head &&
    before[before.length - 1 - tail]?.source === after[after.length - 1 - tail]?.source
  )
    tail++;
  return [head, tail];
}

function mergedMoves(
  parts: Iterable<{ readonly moves: ReadonlyMap<string, Move> }>,
): ReadonlyMap<string, Move> {
  const merged = new Map<string, Move>();
  for (const { moves } of parts) for (const [key, move] of moves) merged.set(key, move);
  return merged;
}

const sameKeys = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean =>
  a.size === b.size && [...a.keys()].every((key) => b.has(key));
