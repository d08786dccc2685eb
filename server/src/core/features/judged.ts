import { repositoryOf } from '../image/normal.ts';
import {
  contentOf,
  type ImageName,
  type Knowledge,
  type Learnt,
  type NameList,
  type ScanFindings,
  type Verdict,
} from '../knowledge/knowledge.ts';
import type { ManifestFile } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Severity } from '../release/config.ts';
import type { ReleaseContext } from '../release/context.ts';
import { factsOf } from '../release/facts.ts';
import { type ReadUse, readPackaged, readUses } from '../release/reading.ts';
import type { Role } from '../release/role.ts';
import { documentRules, worldRules } from '../rules/index.ts';
import { type Move, moveOf } from '../rules/private-home.ts';
import type { Finding, Fix, Repair, Rule, Subject } from '../rules/rule.ts';
import type { Range, Span } from '../text/span.ts';
import { linesOf } from './document-lines.ts';

/** One problem of one document. Spans are the document's. */
export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  readonly span: Span;
  readonly message: string;
  readonly fixes: readonly Fix[];
  readonly repairs: () => readonly Repair[];
  /** The registry that is to be linked in the vendor portal, where that would solve it. */
  readonly unlinked?: string;
}

/** A problem with its range in the document's own lines, worked out once for as long as the document is the same. */
export interface LocalProblem extends Problem {
  readonly range: Range;
}

/** A document of a release with what was found in it, and from what. */
export interface Judged {
  /** Public images of the document and where they would move to, by both names. */
  readonly moves: ReadonlyMap<string, Move>;
  collisions: ReadonlySet<string> | null;
  around: ManifestFile | null;
  local: readonly LocalProblem[];
  knowledge: Knowledge | null;
  /** What was known of each use when `world` was found. */
  known: readonly (Known | null)[];
  world: readonly LocalProblem[];
  /** Those of all stages, in the order of the text. */
  problems: readonly LocalProblem[];
}

export const judgedOf = (document: ManifestDocument, role: Role, context: ReleaseContext): Judged => ({
  moves: movesOf(document, role, context),
  collisions: null,
  around: null,
  local: noProblems,
  knowledge: null,
  known: nothingKnown,
  world: noProblems,
  problems: noProblems,
});

const noRepairs = (): readonly Repair[] => [];
const noProblems: readonly LocalProblem[] = [];
const nothingKnown: readonly (Known | null)[] = [];

/**
 * Brings the problems of a document up to date: those of stages one and two (`local`), and of three (`world`).
 * @param around see {@link Subject}
 */
export function judge(
  judged: Judged,
  document: ManifestDocument,
  around: ManifestFile | null,
  role: Role,
  context: ReleaseContext,
  collisions: ReadonlySet<string>,
  knowledge: Knowledge,
): void {
  const subject = subjectOf(document, around, role, context, collisions);
  const textChanged = judgeText(judged, subject);
  const worldChanged = judgeWorld(judged, subject, knowledge);
  if (textChanged || worldChanged)
    judged.problems = [...judged.local, ...judged.world].sort(
      (a, b) => a.span.start - b.span.start || a.span.end - b.span.end,
    );
}

/** Gives whether the rules had to be asked. */
function judgeText(judged: Judged, subject: SubjectOfAll): boolean {
  const { facts, uses, packaged, collisions, around, document } = subject;
  if (judged.collisions === collisions && judged.around === around) return false;
  judged.collisions = collisions;
  judged.around = around;
  const isPlain = document.templates.length === 0;
  if (uses.length === 0 && facts.imageless.length === 0 && packaged.length === 0 && isPlain) return false;
  judged.local = [subject, ...inArchive(subject)].flatMap((each) =>
    documentRules.flatMap((rule) => told(rule, each, () => rule.check(each))),
  );
  return true;
}

/** What rules are asked about images in an archive: one at a time, because each is told about with its place there. */
const inArchive = (subject: SubjectOfAll): SubjectOfAll[] =>
  subject.packaged.map((read) => ({
    ...subject,
    role: 'chart-values',
    uses: [read],
    facts: { ...subject.facts, imageless: [] },
  }));

/** Gives whether the rules had to be asked. */
function judgeWorld(judged: Judged, subject: SubjectOfAll, knowledge: Knowledge): boolean {
  const before = judged.knowledge;
  judged.knowledge = knowledge;
  const uses = [...subject.uses, ...subject.packaged];
  if (uses.length === 0) return false;
  // Answers come many times a second, and most say nothing of what this document names.
  const images = uses.map(({ image }) => image);
  if (before !== null && knowledge.saysTheSame(before, images)) return false;
  const known = images.map((image) => (image === null ? null : knownOf(image, knowledge)));
  if (before !== null && known.every((each, i) => each === judged.known[i])) return false;
  judged.known = known;
  judged.world = [subject, ...inArchive(subject)].flatMap((each) =>
    worldRules.flatMap((rule) => told(rule, each, () => rule.check(each, knowledge))),
  );
  return true;
}

/** All that world rules may ask about an image. */
interface Known {
  readonly verdict: Verdict | null;
  readonly tags: NameList | null;
  readonly repositories: NameList | null;
  readonly platforms: Learnt<readonly string[]> | null;
  readonly findings: Learnt<ScanFindings> | null;
}

const knownMemory = new WeakMap<ImageName, { readonly knowledge: Knowledge; readonly known: Known }>();

/** The same object for as long as it says the same, whatever else was learnt. */
function knownOf(image: ImageName, knowledge: Knowledge): Known {
  const before = knownMemory.get(image);
  if (before?.knowledge === knowledge) return before.known;
  const verdict = knowledge.verdict(image);
  const content = contentOf(image, verdict);
  const made: Known = {
    verdict,
    tags: knowledge.tags(image),
    repositories: knowledge.repositories(image.host),
    platforms: content === null ? null : knowledge.platforms(content),
    findings: content === null ? null : knowledge.findings(content),
  };
  const same =
    before !== undefined &&
    before.known.verdict === made.verdict &&
    before.known.tags === made.tags &&
    before.known.repositories === made.repositories &&
    before.known.platforms === made.platforms &&
    before.known.findings === made.findings;
  const known = same ? before.known : made;
  knownMemory.set(image, { knowledge, known });
  return known;
}

interface SubjectOfAll extends Subject {
  /** Images in the archive of the document's chart. */
  readonly packaged: readonly ReadUse[];
}

const subjectOf = (
  document: ManifestDocument,
  around: ManifestFile | null,
  role: Role,
  context: ReleaseContext,
  collisions: ReadonlySet<string>,
): SubjectOfAll => ({
  document,
  around,
  role,
  facts: factsOf(document, role),
  uses: readUses(document, role, context),
  packaged: readPackaged(document, role, context),
  context,
  collisions,
});

function told(rule: Rule, { context, document, uses }: Subject, check: () => Finding[]): LocalProblem[] {
  const shown = context.config.rules[rule.name];
  if ((shown ?? rule.severity) === 'off') return [];
  return check().map(({ span, message, severity, fixes, repairs, unlinked }) => ({
    rule: rule.name,
    severity: (shown ?? severity ?? rule.severity) as Severity,
    span,
    message: whereInArchive(uses[0]) + message,
    fixes: fixes ?? [],
    repairs: repairs ?? noRepairs,
    ...(unlinked === undefined ? {} : { unlinked }),
    range: linesOf(document).rangeOf(span),
  }));
}

const whereInArchive = (read: ReadUse | undefined): string =>
  read?.use.inside === undefined
    ? ''
    : `${read.use.inside.archive}, ${read.use.inside.path}, ${read.use.field}: `;

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
