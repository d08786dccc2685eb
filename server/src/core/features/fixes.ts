import { familiar, repositoryOf } from '../image/normal.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { FileDocument, ManifestFile } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import { additionEdits } from '../release/additions.ts';
import { isAskable } from '../release/reading.ts';
import { editsOf } from '../release/rewrite.ts';
import type { Fix, Repair } from '../rules/rule.ts';
import { filesOf, type ReleaseFile, releaseFile, type Snapshot } from '../session/snapshot.ts';
import { joinEdits, type TextEdit } from '../text/edit.ts';
import { contains, overlaps, type Range, type Span, shift } from '../text/span.ts';
import { SpanSet } from '../text/span-set.ts';
import { throughAnchors } from './anchors.ts';
import { rangeInFile } from './document-lines.ts';
import { type Mirroring, mirroringOf } from './mirroring.ts';
import { type PlacedProblem, problemsOf } from './problems.ts';

/** An edit of a file, as editors count and as offsets; both speak of the text in the snapshot. */
export interface FileEdit {
  readonly path: string;
  readonly span: Span;
  readonly range: Range;
  readonly newText: string;
}

/** What is known of the image that a fix would name. */
export type Target = 'exists' | 'absent' | 'unknown';

/** Something that can be done about a problem. */
export interface Action {
  readonly title: string;
  readonly edits: readonly FileEdit[];
  readonly preferred: boolean;
  readonly target: Target;
  /** Why it should not be done, where that is known. */
  readonly disabled: string | null;
  /** What is to be copied before anything is rewritten; the edits come afterwards then, and `edits` is empty. */
  readonly mirroring: Mirroring | null;
  readonly problem: PlacedProblem;
}

/** Whether the image that a fix would name is known to exist. */
export function targetOf(fix: Fix, knowledge: Knowledge): Target {
  const { target } = fix;
  if (target === null) return fix.rewrite.text === undefined ? 'unknown' : 'exists';
  const verdict = knowledge.verdict(target);
  if (verdict?.status === 'exists') return 'exists';
  if (verdict?.status === 'absent') return 'absent';
  const { tag, digest } = target;
  if (tag !== null && digest === null && knowledge.tags(target)?.names.includes(tag)) return 'exists';
  return 'unknown';
}

/** The problems of a file that a range touches. */
export function problemsAt(snapshot: Snapshot, { path, file }: ReleaseFile, range: Range): PlacedProblem[] {
  const wanted = file.spanOf(range);
  return problemsOf(snapshot, path).filter(({ problem, offset }) => {
    const span = shift(problem.span, offset);
    return overlaps(span, wanted) || contains(span, wanted) || span.end === wanted.start;
  });
}

/**
 * The quick fixes for the problems that a range touches, each for one use, for the file and for the release.
 * @param options.mirrors whether images can be copied to where they are not known to be
 */
export function actionsAt(
  snapshot: Snapshot,
  path: string,
  range: Range,
  options: { readonly mirrors?: boolean } = {},
): Action[] {
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  const actions: Action[] = [];
  for (const placed of problemsAt(snapshot, at, range)) {
    for (const fix of placed.problem.fixes) {
      const rewrites = actionsFor(snapshot, at, placed, fix);
      const mirror = options.mirrors === true ? mirrorAction(snapshot, at, placed, fix) : null;
      if (mirror === null) actions.push(...rewrites);
      else actions.push(...(mirror.preferred ? [mirror, ...rewrites] : [...rewrites, mirror]));
    }
    for (const repair of placed.problem.repairs())
      actions.push({
        title: repair.title,
        edits: repairEdits(at, placed.document, repair),
        preferred: repair.preferred,
        target: 'exists',
        disabled: null,
        mirroring: null,
        problem: placed,
      });
  }
  return actions;
}

/** Copies the image to where the fix would have it, where it is not known to be there; null where it cannot be. */
function mirrorAction(snapshot: Snapshot, at: ReleaseFile, placed: PlacedProblem, fix: Fix): Action | null {
  const target = targetOf(fix, snapshot.knowledge);
  const mirroring = target === 'exists' ? null : mirroringOf(placed.problem.rule, fix, at.release.context);
  if (mirroring === null || fileEdits(at, placed.document, fix) === null) return null;
  return {
    title: mirroring.title,
    edits: [],
    preferred: target === 'absent',
    target,
    disabled: null,
    mirroring,
    problem: placed,
  };
}

function actionsFor(snapshot: Snapshot, at: ReleaseFile, placed: PlacedProblem, fix: Fix): Action[] {
  const edits = fileEdits(at, placed.document, fix);
  if (edits === null) return [];
  const target = targetOf(fix, snapshot.knowledge);
  const disabled = target === 'absent' ? `${nameOf(fix)} does not exist yet.` : null;
  // Where no registry can be asked about the target, saying "not checked" says nothing.
  const askable = fix.target !== null && isAskable(fix.target.host, at.release.context);
  const checked = target === 'unknown' && askable ? ' (not checked)' : '';
  const one: Action = {
    title: fix.title + checked,
    edits,
    preferred: fix.preferred && disabled === null,
    target,
    disabled,
    mirroring: null,
    problem: placed,
  };
  if (disabled !== null || fix.read.use.place === 'collector' || fix.additions !== undefined) return [one];
  const inFile = alike(snapshot, at, placed, fix);
  const inRelease = filesOf(snapshot, at.release)
    .filter((file) => file.path !== at.path)
    .flatMap((file) => alike(snapshot, file, placed, fix));
  const actions = [one];
  if (inFile.length > 1)
    actions.push({
      ...one,
      title: `${fix.title} everywhere in this file (${inFile.length})${checked}`,
      edits: atAnchors(snapshot, merged(inFile)),
      preferred: false,
    });
  if (inRelease.length > 0)
    actions.push({
      ...one,
      title: `${fix.title} everywhere in this release (${inFile.length + inRelease.length})${checked}`,
      edits: atAnchors(snapshot, merged([...inFile, ...inRelease])),
      preferred: false,
    });
  return actions;
}

/** The edits of the same fix for each use of the same image in a file; collectors are never changed along. */
function alike(
  snapshot: Snapshot,
  file: ReleaseFile,
  placed: PlacedProblem,
  fix: Fix,
): (readonly FileEdit[])[] {
  return problemsOf(snapshot, file.path).flatMap((other) => {
    if (other.problem.rule !== placed.problem.rule) return [];
    const same = other.problem.fixes.find(
      (candidate) =>
        candidate.title === fix.title &&
        sameRepository(candidate, fix) &&
        candidate.read.use.place !== 'collector',
    );
    const edits = same === undefined ? null : fileEdits(file, other.document, same);
    return edits === null ? [] : [edits];
  });
}

const sameRepository = (a: Fix, b: Fix): boolean => {
  const [one, two] = [a.read.normal, b.read.normal];
  return one !== null && two !== null && repositoryOf(one) === repositoryOf(two);
};

const nameOf = (fix: Fix): string =>
  fix.target === null
    ? 'That image'
    : familiar({
        domain: fix.target.host,
        path: fix.target.repository,
        tag: fix.target.tag,
        digest: fix.target.digest,
      });

/** A fix's edits in its file; null where it cannot be carried out. */
export function fileEdits(at: ReleaseFile, document: ManifestDocument, fix: Fix): FileEdit[] | null {
  const slice = sliceOf(at.file, document);
  const rewriting = slice === undefined ? null : editsOf(fix.read, fix.rewrite);
  const added = fix.additions === undefined ? [] : additionEdits(document, fix.additions);
  const edits = rewriting === null || added === null ? null : joinEdits([...rewriting, ...added]);
  if (slice === undefined || edits === null || edits.length === 0) return null;
  return edits.map((edit) => fileEdit(at.path, slice, edit));
}

/** A repair's edits in its file. */
export function repairEdits(at: ReleaseFile, document: ManifestDocument, { edits }: Repair): FileEdit[] {
  const slice = sliceOf(at.file, document);
  return slice === undefined ? [] : edits.map((edit) => fileEdit(at.path, slice, edit));
}

const fileEdit = (path: string, slice: FileDocument, { span, newText }: TextEdit): FileEdit => ({
  path,
  span: shift(span, slice.offset),
  range: rangeInFile(slice, span),
  newText,
});

const slices = new WeakMap<ManifestFile, Map<ManifestDocument, FileDocument>>();

/** Where a document of a file stands; remembered, because a file may have very many. */
function sliceOf(file: ManifestFile, document: ManifestDocument): FileDocument | undefined {
  let known = slices.get(file);
  if (known === undefined) {
    known = new Map(file.documents.map((slice) => [slice.document, slice]));
    slices.set(file, known);
  }
  return known.get(document);
}

/** The edits with those of aliases moved to their anchors, where all aliases of one would be changed alike. */
export function atAnchors(snapshot: Snapshot, edits: readonly FileEdit[]): FileEdit[] {
  const bySlice = new Map<FileDocument | null, { file: ReleaseFile | null; edits: FileEdit[] }>();
  for (const edit of edits) {
    const file = releaseFile(snapshot, edit.path);
    const slice = file?.file.documentAt(edit.span.start) ?? null;
    const group = bySlice.get(slice);
    if (group === undefined) bySlice.set(slice, { file, edits: [edit] });
    else group.edits.push(edit);
  }
  return [...bySlice].flatMap(([slice, { file, edits: ofSlice }]) =>
    slice === null || file === null
      ? ofSlice
      : throughAnchors(slice, file.role, ofSlice, ({ span, newText }) =>
          fileEdit(file.path, slice, { span: shift(span, -slice.offset), newText }),
        ),
  );
}

/**
 * The edits of all fixes that may be applied without looking. By default only those whose target is known to exist;
 * `unverified` adds those of which nothing is known, never those whose target is known to be missing.
 * @param paths the files; each problem gets at most one fix, and no two edits touch
 */
export function bulkEdits(
  snapshot: Snapshot,
  paths: Iterable<string>,
  options: { readonly unverified?: boolean } = {},
): { edits: FileEdit[]; fixed: PlacedProblem[] } {
  const groups: { edits: readonly FileEdit[]; placed: PlacedProblem }[] = [];
  for (const path of paths) {
    const at = releaseFile(snapshot, path);
    if (at === null) continue;
    for (const placed of problemsOf(snapshot, path)) {
      const fix = placed.problem.fixes.find((candidate) => candidate.bulk);
      if (fix === undefined || fix.read.use.place === 'collector') continue;
      const target = targetOf(fix, snapshot.knowledge);
      const known = target === 'exists' || fix.sameImage === true;
      if (!known && (target === 'absent' || options.unverified !== true)) continue;
      const edits = fileEdits(at, placed.document, fix);
      if (edits !== null) groups.push({ edits, placed });
    }
  }
  const edits = merged(groups.map((group) => group.edits));
  const kept = new Set(edits);
  return {
    edits: atAnchors(snapshot, edits),
    fixed: groups.filter((group) => group.edits.every((edit) => kept.has(edit))).map((group) => group.placed),
  };
}

/** All edits of the groups that touch no edit of a group before; a group is taken whole or not at all. */
export function merged(groups: readonly (readonly FileEdit[])[]): FileEdit[] {
  const kept: FileEdit[] = [];
  const taken = new Map<string, SpanSet>();
  for (const group of groups) {
    if (group.some((edit) => taken.get(edit.path)?.clashes(edit.span))) continue;
    for (const edit of group) {
      kept.push(edit);
      const spans = taken.get(edit.path) ?? new SpanSet();
      taken.set(edit.path, spans);
      spans.add(edit.span);
    }
  }
  return kept;
}
