import { repositoryOf } from '../image/normal.ts';
import { collisions as findCollisions } from '../image/private-path.ts';
import type { ImageName, Knowledge, NameList, Verdict } from '../knowledge/knowledge.ts';
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

/** A problem with its range in the document's own lines, worked out once for as long as the document is the same. */
interface LocalProblem extends Problem {
  readonly range: Range;
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
    return slice === undefined ? [] : place(slice, found);
  }
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  const { context } = at.release;
  const collisions = collisionsOf(snapshot, at.release);
  let saidUnlisted = false;
  return at.file.documents.flatMap((slice) => {
    const { document } = slice;
    const { local, world } = judge(document, at.role, context, collisions, snapshot.knowledge);
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

const noProblems: readonly LocalProblem[] = [];

/**
 * What was found in a document, and from what. One memory for all of it: on a keystroke each document of a release is
 * looked up, and all but one are unchanged.
 */
interface Judged {
  role: Role;
  context: ReleaseContext;
  /** Public images of the document and where they would move to, by both names. */
  readonly moves: ReadonlyMap<string, Move>;
  collisions: ReadonlySet<string> | null;
  local: readonly LocalProblem[];
  knowledge: Knowledge | null;
  /** What was known of each use when `world` was found. */
  known: readonly (Known | null)[];
  world: readonly LocalProblem[];
}

const memory = new WeakMap<ManifestDocument, Judged>();

function judgedOf(document: ManifestDocument, role: Role, context: ReleaseContext): Judged {
  const known = memory.get(document);
  if (known !== undefined && known.context === context && known.role === role) return known;
  const made: Judged = {
    role,
    context,
    moves: movesOf(document, role, context),
    collisions: null,
    local: noProblems,
    knowledge: null,
    known: nothingKnown,
    world: noProblems,
  };
  memory.set(document, made);
  return made;
}

/** The problems of a document: stages one and two (`local`), and three (`world`). */
function judge(
  document: ManifestDocument,
  role: Role,
  context: ReleaseContext,
  collisions: ReadonlySet<string>,
  knowledge: Knowledge,
): Judged {
  const judged = judgedOf(document, role, context);
  if (judged.collisions === collisions && judged.knowledge === knowledge) return judged;
  const subject = subjectOf(document, role, context, collisions);
  const { facts, uses } = subject;
  if (judged.collisions !== collisions) {
    judged.collisions = collisions;
    judged.local =
      uses.length === 0 && facts.imageless.length === 0
        ? noProblems
        : documentRules.flatMap((rule) => told(rule, subject, () => rule.check(subject)));
  }
  const isFirst = judged.knowledge === null;
  judged.knowledge = knowledge;
  if (uses.length === 0) return judged;
  const known = uses.map(({ image }) => (image === null ? null : knownOf(image, knowledge)));
  if (!isFirst && known.every((each, i) => each === judged.known[i])) return judged;
  judged.known = known;
  judged.world = worldRules.flatMap((rule) => told(rule, subject, () => rule.check(subject, knowledge)));
  return judged;
}

const nothingKnown: readonly (Known | null)[] = [];

/** All that world rules may ask about an image. */
interface Known {
  readonly verdict: Verdict | null;
  readonly tags: NameList | null;
  readonly repositories: NameList | null;
}

const knownMemory = new WeakMap<ImageName, { readonly knowledge: Knowledge; readonly known: Known }>();

/** The same object for as long as it says the same, whatever else was learnt. */
function knownOf(image: ImageName, knowledge: Knowledge): Known {
  const before = knownMemory.get(image);
  if (before?.knowledge === knowledge) return before.known;
  const made: Known = {
    verdict: knowledge.verdict(image),
    tags: knowledge.tags(image),
    repositories: knowledge.repositories(image.host),
  };
  const same =
    before !== undefined &&
    before.known.verdict === made.verdict &&
    before.known.tags === made.tags &&
    before.known.repositories === made.repositories;
  const known = same ? before.known : made;
  knownMemory.set(image, { knowledge, known });
  return known;
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

function told(rule: Rule, { context, document }: Subject, check: () => Finding[]): LocalProblem[] {
  const configured = context.config.rules[rule.name];
  if (configured === 'off') return [];
  return check().map(({ span, message, severity, fixes }) => ({
    rule: rule.name,
    severity: configured ?? severity ?? rule.severity,
    span,
    message,
    fixes: fixes ?? [],
    range: linesOf(document).rangeOf(span),
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
  return below(linesOf(slice.document).rangeOf(span), slice.line);
}

const below = ({ start, end }: Range, lines: number): Range => ({
  start: { line: start.line + lines, character: start.character },
  end: { line: end.line + lines, character: end.character },
});

const place = (slice: FileDocument, problems: readonly LocalProblem[]): PlacedProblem[] =>
  problems.map((problem) => ({
    problem,
    document: slice.document,
    offset: slice.offset,
    range: below(problem.range, slice.line),
  }));

const noCollisions: ReadonlySet<string> = new Set();
const collisionMemory = new WeakMap<ReleaseContext, ReadonlySet<string>>();
const collisionsIn = new WeakMap<Snapshot, Map<Release, ReadonlySet<string>>>();

/**
 * Stage two: the private paths that two different public images of a release would take. The same set is given
 * for as long as it holds the same. A snapshot is walked once, however many of its files are asked about.
 */
function collisionsOf(snapshot: Snapshot, release: Release): ReadonlySet<string> {
  const known = collisionsIn.get(snapshot);
  const found = known?.get(release) ?? findCollisionsOf(snapshot, release);
  if (known === undefined) collisionsIn.set(snapshot, new Map([[release, found]]));
  else known.set(release, found);
  return found;
}

function findCollisionsOf(snapshot: Snapshot, release: Release): ReadonlySet<string> {
  const { context } = release;
  const moves = new Map<string, Move>();
  for (const { file, role } of filesOf(snapshot, release))
    for (const { document } of file.documents)
      for (const [key, move] of judgedOf(document, role, context).moves) moves.set(key, move);
  const found = new Set(findCollisions([...moves.values()]).map(({ repository }) => repository));
  const before = collisionMemory.get(context) ?? noCollisions;
  if (before.size === found.size && [...found].every((path) => before.has(path))) return before;
  collisionMemory.set(context, found);
  return found;
}

const noMoves: ReadonlyMap<string, Move> = new Map();

/** The moves of one document, each once. */
function movesOf(document: ManifestDocument, role: Role, context: ReleaseContext): ReadonlyMap<string, Move> {
  const moves = new Map<string, Move>();
  for (const read of readUses(document, role, context)) {
    const move = moveOf(read, context);
    if (move !== null)
      moves.set(`${repositoryOf(move.source)} ${move.target.registry}/${move.target.repository}`, move);
  }
  return moves.size === 0 ? noMoves : moves;
}
