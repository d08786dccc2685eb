import type { ImageName, Knowledge, ScanFindings } from '../knowledge/knowledge.ts';
import type { ManifestFile } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Addition } from '../release/additions.ts';
import type { Severity } from '../release/config.ts';
import type { ReleaseContext } from '../release/context.ts';
import type { DocumentFacts } from '../release/facts.ts';
import type { ReadUse } from '../release/reading.ts';
import type { Rewrite } from '../release/rewrite.ts';
import type { Role } from '../release/role.ts';
import type { TextEdit } from '../text/edit.ts';
import type { Span } from '../text/span.ts';

/** What a rule sees: one document of a release, and for rules about the world what is known of it. */
export interface Subject {
  readonly document: ManifestDocument;
  readonly role: Role;
  /** The document's file, where its templates may belong with those of other documents in it; else null. */
  readonly around: ManifestFile | null;
  readonly facts: DocumentFacts;
  readonly uses: readonly ReadUse[];
  readonly context: ReleaseContext;
  /** Private paths that two different public images of this release would take; nothing is rewritten to them. */
  readonly collisions: ReadonlySet<string>;
}

/** A way to solve a problem: another name for the image. */
export interface Fix {
  readonly title: string;
  readonly read: ReadUse;
  readonly rewrite: Rewrite;
  /** What else belongs to it, in other places of the document; done together or not at all. */
  readonly additions?: readonly Addition[];
  /** What the image would then be, to be known to exist before many places are changed; null where nothing can tell. */
  readonly target: ImageName | null;
  /** Whether it is plainly what was meant, so that one key may apply it. */
  readonly preferred: boolean;
  /** Whether it only spells the name of the same image in another way, so that nobody need be asked about it. */
  readonly sameImage?: boolean;
  /** Whether it may be applied without looking, together with others, once its target is known to exist. */
  readonly bulk: boolean;
}

/** A way to solve a problem of the text itself. */
export interface Repair {
  readonly title: string;
  /** In the document's offsets. */
  readonly edits: readonly TextEdit[];
  /** Whether it is plainly what was meant, so that one key may apply it. */
  readonly preferred: boolean;
}

export interface Finding {
  /** Offsets in the document. */
  readonly span: Span;
  readonly message: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  readonly fixes?: readonly Fix[];
  /** Worked out when somebody wants them. */
  readonly repairs?: () => readonly Repair[];
  /** The host of the registry that is to be linked in the vendor portal, where that would solve it. */
  readonly unlinked?: string;
}

/** An example of a rule: a release in which the marked text («…») has the problem, and what its first fix makes of it. */
export interface Example {
  /** Which file it is; `deployment.yaml` where nothing else is said. */
  readonly path?: string;
  readonly before: string;
  /** The file after the first fix; left out where there is none. */
  readonly after?: string;
  /** The `.waybill.yaml` of the release. */
  readonly config?: string;
  /** What is known: reference → `exists`, or `absent` with what is missing; lists of tags or repositories by name. */
  readonly world?: Readonly<Record<string, Said>>;
}

/** What an example's world says of a reference, a repository, a registry or, as `vendor portal`, of linked registries. */
export type Said =
  | 'exists'
  | 'absent repository'
  | 'absent tag'
  | 'absent digest'
  /** The names in a list. */
  | readonly string[]
  /** It exists, for these platforms or with these findings of a scan. */
  | { readonly platforms: readonly string[] }
  | { readonly findings: ScanFindings['counts'] }
  /** Endpoints and the apps that they are linked for. */
  | Readonly<Record<string, readonly string[]>>;

interface RuleBase {
  readonly name: string;
  /** How its problems are shown where `.waybill.yaml` says nothing else; off where they are only shown on request. */
  readonly severity: Severity | 'off';
  /** One sentence: what is wrong where this is shown. */
  readonly summary: string;
  /** Why it matters and what to do, in Markdown. */
  readonly explanation: string;
  readonly examples: readonly Example[];
}

/** A rule that needs only the document and its release. */
export interface DocumentRule extends RuleBase {
  readonly stage: 'document';
  check(subject: Subject): Finding[];
}

/** A rule that needs to know what registries say. */
export interface WorldRule extends RuleBase {
  readonly stage: 'world';
  /**
   * May ask for the verdict about images of the subject's uses, for the tags of their repositories, for the
   * repositories of their registries, and for the platforms and findings of what the verdicts say exists, and for
   * nothing else: it is asked again only when one of these changed.
   */
  check(subject: Subject, knowledge: Knowledge): Finding[];
}

export type Rule = DocumentRule | WorldRule;
