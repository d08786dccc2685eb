import { collisions as findCollisions } from '../image/private-path.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { FileDocument } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Severity } from '../release/config.ts';
import type { ReleaseContext } from '../release/context.ts';
import { factsOf } from '../release/facts.ts';
import { readUses } from '../release/reading.ts';
import type { Role } from '../release/role.ts';
import { documentRules, worldRules } from '../rules/index.ts';
import { type Move, moveOf } from '../rules/private-home.ts';
import type { Finding, Fix, Rule, Subject } from '../rules/rule.ts';
import { filesOf, type Release, releaseFile, type Snapshot } from '../session/snapshot.ts';
import { LineIndex } from '../text/lines.ts';
import type { Range, Span } from '../text/span.ts';

/** One problem of one document. Spans are the document's. */
export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  readonly span: Span;
  readonly message: string;
  readonly fixes: readonly Fix[];
}

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
      ({ span, message }): Problem => ({ rule: 'invalid-config', severity, span, message, fixes: [] }),
    );
    const slice = snapshot.files.get(path)?.documents.find(({ document }) => document === config.document);
    return slice === undefined ? [] : place(slice, found);
  }
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  const { context } = at.release;
  const collisions = collisionsOf(snapshot, at.release);
  let saidUnlisted = false;
  return at.file.documents.flatMap((slice) => {
    const { document } = slice;
    const local = localProblems(document, at.role, context, collisions);
    const world = worldProblems(document, at.role, context, collisions, snapshot.knowledge);
    if (local.length === 0 && world.length === 0) return [];
    const shown = [...local, ...world].filter((problem) => {
      // Where no registries are listed, one hint in a file says so for all of them.
      if (problem.rule !== 'registry-not-linked' || context.linked.source !== null) return true;
      const first = !saidUnlisted;
      saidUnlisted = true;
      return first;
    });
    return place(
      slice,
      shown.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end),
    );
  });
}

const noProblems: readonly Problem[] = [];

interface Local {
  readonly role: Role;
  readonly context: ReleaseContext;
  readonly collisions: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}
const locals = new WeakMap<ManifestDocument, Local>();

/** Stage one and two: what the document and its release say. Remembered while both stay the same. */
function localProblems(
  document: ManifestDocument,
  role: Role,
  context: ReleaseContext,
  collisions: ReadonlySet<string>,
): readonly Problem[] {
  const known = locals.get(document);
  if (
    known !== undefined &&
    known.role === role &&
    known.context === context &&
    known.collisions === collisions
  )
    return known.problems;
  const subject = subjectOf(document, role, context, collisions);
  const problems =
    subject.uses.length === 0 && subject.facts.imageless.length === 0
      ? noProblems
      : documentRules.flatMap((rule) => told(rule, context, () => rule.check(subject)));
  locals.set(document, { role, context, collisions, problems });
  return problems;
}

interface World extends Local {
  readonly knowledge: Knowledge;
}
const worlds = new WeakMap<ManifestDocument, World>();

/** Stage three: what registries say. */
function worldProblems(
  document: ManifestDocument,
  role: Role,
  context: ReleaseContext,
  collisions: ReadonlySet<string>,
  knowledge: Knowledge,
): readonly Problem[] {
  const known = worlds.get(document);
  if (
    known !== undefined &&
    known.role === role &&
    known.context === context &&
    known.collisions === collisions &&
    known.knowledge === knowledge
  )
    return known.problems;
  const subject = subjectOf(document, role, context, collisions);
  const problems =
    subject.uses.length === 0
      ? noProblems
      : worldRules.flatMap((rule) => told(rule, context, () => rule.check(subject, knowledge)));
  worlds.set(document, { role, context, collisions, knowledge, problems });
  return problems;
}

const subjectOf = (
  document: ManifestDocument,
  role: Role,
  context: ReleaseContext,
  collisions: ReadonlySet<string>,
): Subject => ({
  document,
  facts: factsOf(document, role),
  uses: readUses(document, role, context),
  context,
  collisions,
});

function told(rule: Rule, context: ReleaseContext, check: () => Finding[]): Problem[] {
  const configured = context.config.rules[rule.name];
  if (configured === 'off') return [];
  return check().map(({ span, message, severity, fixes }) => ({
    rule: rule.name,
    severity: configured ?? severity ?? rule.severity,
    span,
    message,
    fixes: fixes ?? [],
  }));
}

const severityOf = (
  rules: ReleaseContext['config']['rules'],
  name: string,
  fallback: Severity,
): Severity | 'off' => rules[name] ?? fallback;

const lineIndexes = new WeakMap<ManifestDocument, LineIndex>();

/** The line index of a document's text; remembered for as long as the document is. */
export function linesOf(document: ManifestDocument): LineIndex {
  let lines = lineIndexes.get(document);
  if (lines === undefined) {
    lines = new LineIndex(document.text);
    lineIndexes.set(document, lines);
  }
  return lines;
}

/** The range in the file of a span of one of its documents. */
export function rangeInFile(slice: FileDocument, span: Span): Range {
  const { start, end } = linesOf(slice.document).rangeOf(span);
  return {
    start: { line: start.line + slice.line, character: start.character },
    end: { line: end.line + slice.line, character: end.character },
  };
}

const place = (slice: FileDocument, problems: readonly Problem[]): PlacedProblem[] =>
  problems.map((problem) => ({
    problem,
    document: slice.document,
    offset: slice.offset,
    range: rangeInFile(slice, problem.span),
  }));

const noCollisions: ReadonlySet<string> = new Set();
const collisionMemory = new WeakMap<ReleaseContext, ReadonlySet<string>>();
const moveMemory = new WeakMap<ManifestDocument, { context: ReleaseContext; moves: readonly Move[] }>();

/**
 * Stage two: the private paths that two different public images of a release would take. The same set is given
 * for as long as it holds the same.
 */
function collisionsOf(snapshot: Snapshot, release: Release): ReadonlySet<string> {
  const { context } = release;
  const moves: Move[] = [];
  for (const { file, role } of filesOf(snapshot, release))
    for (const { document } of file.documents) {
      let known = moveMemory.get(document);
      if (known?.context !== context) {
        known = {
          context,
          moves: readUses(document, role, context).flatMap((read) => moveOf(read, context) ?? []),
        };
        moveMemory.set(document, known);
      }
      if (known !== undefined) moves.push(...known.moves);
    }
  const found = new Set(findCollisions(moves).map(({ repository }) => repository));
  const before = collisionMemory.get(context) ?? noCollisions;
  if (before.size === found.size && [...found].every((path) => before.has(path))) return before;
  collisionMemory.set(context, found);
  return found;
}
