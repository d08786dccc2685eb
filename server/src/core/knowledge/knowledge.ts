/**
 * What core would like to know of the world (questions) and what is known of it (answers).
 * Core never asks: a session hands questions to its `ask` port and gets answers back, at any later time.
 */

/** A repository at the registry that it is really pulled from, as the ask port needs it. */
export interface RepositoryName {
  /** The registry's host as references write it, lower case, with port: `429114214526.dkr.ecr.us-east-2.amazonaws.com`. */
  readonly host: string;
  /** The path at that host, without tag or digest: `demo-apps/nginx`. */
  readonly repository: string;
}

/** An image to ask about. Where both are there, the digest is what is pulled and the tag must agree with it. */
export interface ImageName extends RepositoryName {
  readonly tag: string | null;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string | null;
}

/** An image by its digest: what stands for one content and never changes. */
export interface ImageContent extends RepositoryName {
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
}

/** What the answer about an image says. Only `absent` was proven by the registry's own "not found". */
export type VerdictStatus = 'exists' | 'absent' | 'denied' | 'throttled' | 'unreachable' | 'unchecked';

/** Where it helps: what exactly is absent, or why nothing could be found out. */
export type VerdictDetail =
  | 'repository'
  | 'tag'
  | 'digest'
  | 'digest-mismatch'
  | 'platform'
  | 'archived'
  | 'not-cached-yet'
  | 'no-credentials'
  | 'session-expired'
  | 'account-not-registered'
  | 'templated'
  | 'offline';

export interface Verdict {
  readonly status: VerdictStatus;
  readonly detail: VerdictDetail | null;
  /** The digest that the registry gave for it, if it exists. */
  readonly digest: string | null;
  /** One sentence for people, in the registry's words where it gave some. No secrets. */
  readonly reason: string;
  /** When it was asked: milliseconds since the epoch. Null where nobody was asked. */
  readonly checkedAt: number | null;
  /** Who answered, for people: `Amazon ECR us-east-2, account 429114214526`. Null where nobody was asked. */
  readonly from: string | null;
  /** As whom it was asked, for people: `AWS profile dev`, `environment credentials`, `anonymously`. No secrets. */
  readonly as?: string;
  /** Whether it could be pulled by anybody; left out where that was not found out. */
  readonly access?: 'anonymous' | 'credentials';
  /** What the registry told of an image that exists. */
  readonly facts?: ImageFacts;
  /** Why it could not be asked again since `checkedAt`; left out where the last try gave this verdict. */
  readonly trouble?: Trouble;
}

/** What a registry told of an image beside that it exists. What it did not tell is left out. */
export interface ImageFacts {
  /** Milliseconds since the epoch. */
  readonly pushedAt?: number;
  /** When the registry recorded the last pull, in milliseconds since the epoch. */
  readonly pulledAt?: number;
  /** Bytes, compressed; of a multi-platform image those of its largest platform. */
  readonly size?: number;
  readonly mediaType?: string;
  /** All tags that it has. */
  readonly tags?: readonly string[];
}

/** A try to ask again that brought nothing. */
export interface Trouble {
  readonly status: VerdictStatus;
  readonly detail: VerdictDetail | null;
  readonly reason: string;
  /** When: milliseconds since the epoch. Null where nobody was asked. */
  readonly at: number | null;
}

export type Question =
  | { readonly kind: 'image'; readonly image: ImageName }
  /** Which tags a repository has, to suggest near ones and to complete. */
  | { readonly kind: 'tags'; readonly repository: RepositoryName }
  /** Which repositories a registry has, to suggest near ones and to complete. */
  | { readonly kind: 'repositories'; readonly host: string }
  /** Which platforms an image runs on. */
  | { readonly kind: 'platforms'; readonly image: ImageContent }
  /** What a scan of the image found. */
  | { readonly kind: 'findings'; readonly image: ImageContent }
  /** Which registries the vendor portal knows credentials for. */
  | { readonly kind: 'linked' }
  /** What Replicated got when it last pulled from a linked registry. */
  | { readonly kind: 'pulls'; readonly host: string };

export type QuestionKind = Question['kind'];

/** Names that a registry listed. `complete` is false where the list was cut short. */
export interface NameList {
  readonly names: readonly string[];
  readonly complete: boolean;
  readonly checkedAt: number;
  /** A sentence for people why it is cut short, or could not be had at all. No secrets. */
  readonly reason?: string;
  /** What the registry told of each name, where it told something. */
  readonly details?: Readonly<Record<string, NameDetails>>;
}

/** What a list tells of a tag or a repository. */
export interface NameDetails {
  /** Of a tag: what it stands for. */
  readonly digest?: string;
  /** When a tag was pushed or a repository was made: milliseconds since the epoch. */
  readonly at?: number;
  /** Of a tag: bytes, as in ImageFacts. */
  readonly size?: number;
  /** Of a repository: whether its tags can never be moved. */
  readonly immutable?: boolean;
}

/** Something found out, or the reason why it could not be; `value` is null then. */
export interface Learnt<T> {
  readonly value: T | null;
  /** A sentence for people where there is no value; empty otherwise. No secrets. */
  readonly reason: string;
  /** When it was asked: milliseconds since the epoch. Null where nobody was asked. */
  readonly checkedAt: number | null;
}

/** How severe a vulnerability is, the worst first. */
export const vulnerabilitySeverities = [
  'critical',
  'high',
  'medium',
  'low',
  'informational',
  'undefined',
] as const;
export type VulnerabilitySeverity = (typeof vulnerabilitySeverities)[number];

/** What a registry's own scanner says of an image. */
export interface ScanFindings {
  /** ECR's basic scanning, or enhanced scanning by Amazon Inspector. */
  readonly scanner: 'basic' | 'enhanced';
  readonly counts: Readonly<Partial<Record<VulnerabilitySeverity, number>>>;
  /** When the scan ended: milliseconds since the epoch. */
  readonly completedAt: number | null;
  /** When the scanner's database of vulnerabilities was last updated; null where it did not say. */
  readonly sourceUpdatedAt: number | null;
}

/** A registry that the vendor portal has credentials for. */
export interface LinkedRegistry {
  /** Host, lower case. */
  readonly endpoint: string;
  /** Its name, which may stand in the place of the host in a proxied image. */
  readonly slug: string;
  /** `ecr`, `dockerhub` … as the portal says it. */
  readonly provider: string;
  /** The slugs of the apps that it serves; null where it serves all of the team's. */
  readonly apps: readonly string[] | null;
}

/** What the vendor portal lists for a team. */
export interface PortalRegistries {
  readonly registries: readonly LinkedRegistry[];
  /** The slugs of all apps of the team. */
  readonly apps: readonly string[];
}

/** One attempt of Replicated's to pull an image from a linked registry, or to test it. */
export interface PortalPull {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** As the portal logs it: `pull`, `test` … */
  readonly action: string;
  /** Repository and tag, without the host; empty where the log has none. */
  readonly image: string;
  /** The HTTP status that the registry gave. */
  readonly status: number;
  readonly ok: boolean;
}

export type Answer =
  | { readonly kind: 'image'; readonly image: ImageName; readonly verdict: Verdict }
  | { readonly kind: 'tags'; readonly repository: RepositoryName; readonly list: NameList }
  | { readonly kind: 'repositories'; readonly host: string; readonly list: NameList }
  /** `system/architecture[/variant]`, in the image's own order. */
  | { readonly kind: 'platforms'; readonly image: ImageContent; readonly found: Learnt<readonly string[]> }
  | { readonly kind: 'findings'; readonly image: ImageContent; readonly found: Learnt<ScanFindings> }
  | { readonly kind: 'linked'; readonly found: Learnt<PortalRegistries> }
  /** The newest first. */
  | { readonly kind: 'pulls'; readonly host: string; readonly found: Learnt<readonly PortalPull[]> };

/** The key under which a question and its answer are remembered. Equal questions have equal keys. */
export function questionKey(question: Question | Answer): string {
  switch (question.kind) {
    case 'image':
      return imageKey(question.image);
    case 'tags':
      return tagsKey(question.repository);
    case 'repositories':
      return `repositories ${question.host}`;
    case 'platforms':
      return platformsKey(question.image);
    case 'findings':
      return findingsKey(question.image);
    case 'linked':
      return 'linked';
    case 'pulls':
      return `pulls ${question.host}`;
  }
}

/** Makes a key once for each object: every look at what is known of an image needs several. */
function keyed<T extends object>(make: (of: T) => string): (of: T) => string {
  const keys = new WeakMap<T, string>();
  return (of) => {
    let key = keys.get(of);
    if (key === undefined) {
      key = make(of);
      keys.set(of, key);
    }
    return key;
  };
}

/** What an answer is about, as `Knowledge.saysTheSame` looks at it: a repository, a host, or anything. */
function placeOf(answer: Answer): string {
  switch (answer.kind) {
    case 'image':
    case 'platforms':
    case 'findings':
      return repositoryKey(answer.image);
    case 'tags':
      return repositoryKey(answer.repository);
    case 'repositories':
    case 'pulls':
      return answer.host;
    case 'linked':
      return everywhere;
  }
}

const everywhere = '';
const repositoryKey = keyed<RepositoryName>(({ host, repository }) => `${host}/${repository}`);
const imageKey = keyed<ImageName>(
  ({ host, repository, tag, digest }) =>
    `image ${host}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`,
);
const tagsKey = keyed<RepositoryName>(({ host, repository }) => `tags ${host}/${repository}`);
const platformsKey = keyed<ImageContent>(
  ({ host, repository, digest }) => `platforms ${host}/${repository}@${digest}`,
);
const findingsKey = keyed<ImageContent>(
  ({ host, repository, digest }) => `findings ${host}/${repository}@${digest}`,
);

/** Whether a verdict says something of the image itself, and not of why nobody could tell. */
export const isProven = ({ status }: Verdict): boolean => status === 'exists' || status === 'absent';

/**
 * The verdict to go by when a newer one comes: what was proven is kept, with its age, where the newer one only says
 * that nobody could be asked again. A registry's own refusal is an answer and replaces the older one.
 */
export function newerVerdict(before: Verdict | null, after: Verdict): Verdict {
  if (before === null || !isProven(before) || !isTrouble(after)) return after;
  const { status, detail, reason, checkedAt } = after;
  return { ...before, trouble: { status, detail, reason, at: checkedAt } };
}

/** Whether a verdict is only that nobody could be asked; one of an account that may not be asked is a decision. */
function isTrouble({ status, detail }: Verdict): boolean {
  if (status === 'throttled' || status === 'unreachable') return true;
  return (
    status === 'unchecked' &&
    (detail === 'offline' || detail === 'session-expired' || detail === 'no-credentials')
  );
}

/** When something was last learnt of each place: shared by states that follow each other, which are its steps. */
interface History {
  last: number;
  readonly places: Map<string, number>;
}

const newHistory = (): History => ({ last: 0, places: new Map() });

/** So many answers lie beside the others before they are put in with them. */
const mostRecent = 256;

/** Everything known at one moment. Immutable: an answer makes a new one. */
export class Knowledge {
  static readonly none = new Knowledge(new Map(), new Map(), newHistory());
  /** Shared by many states, so that an answer does not cost a copy of all that is known. */
  readonly #settled: ReadonlyMap<string, Answer>;
  /** What goes before `#settled`. */
  readonly #recent: ReadonlyMap<string, Answer>;
  readonly #history: History;
  /** The step of the history that this is. */
  readonly #step: number;

  private constructor(
    settled: ReadonlyMap<string, Answer>,
    recent: ReadonlyMap<string, Answer>,
    history: History,
  ) {
    this.#settled = settled;
    this.#recent = recent;
    this.#history = history;
    this.#step = history.last;
  }

  /** This knowledge and the answers; a newer answer replaces an older one to the same question (`newerVerdict`). */
  with(answers: readonly Answer[]): Knowledge {
    if (answers.length === 0) return this;
    const recent = new Map(this.#recent);
    for (const answer of answers) {
      const key = questionKey(answer);
      recent.set(key, newerAnswer(this.#get(key), answer));
    }
    const history = this.#nextStep();
    for (const answer of answers) history.places.set(placeOf(answer), history.last);
    return recent.size <= mostRecent
      ? new Knowledge(this.#settled, recent, history)
      : new Knowledge(new Map([...this.#settled, ...recent]), new Map(), history);
  }

  /** This knowledge without the answers that `forget` picks. */
  without(forget: (answer: Answer) => boolean): Knowledge {
    const all = new Map([...this.#settled, ...this.#recent]);
    const kept = new Map([...all].filter(([, answer]) => !forget(answer)));
    return kept.size === all.size ? this : new Knowledge(kept, new Map(), newHistory());
  }

  /** Whether nothing came in about the images since `before`, of which this is a later state. Looks up no answer. */
  saysTheSame(before: Knowledge, images: readonly (ImageName | null)[]): boolean {
    const { places } = this.#history;
    const since = before.#step;
    if (before.#history !== this.#history || since > this.#step) return false;
    const isOld = (place: string): boolean => (places.get(place) ?? 0) <= since;
    return (
      isOld(everywhere) &&
      images.every((image) => image === null || (isOld(repositoryKey(image)) && isOld(image.host)))
    );
  }

  /** The history with one more step; another one where this is not its end, so that no two states share a step. */
  #nextStep(): History {
    const isEnd = this !== Knowledge.none && this.#step === this.#history.last;
    const history = isEnd ? this.#history : newHistory();
    history.last++;
    return history;
  }

  has(question: Question): boolean {
    return this.#get(questionKey(question)) !== undefined;
  }

  #get(key: string): Answer | undefined {
    return this.#recent.get(key) ?? this.#settled.get(key);
  }

  /** The answer to a question, if one was ever given. */
  answer<K extends QuestionKind>(question: Question & { kind: K }): (Answer & { kind: K }) | null {
    return (this.#get(questionKey(question)) as (Answer & { kind: K }) | undefined) ?? null;
  }

  /** The verdict about an image, if one was ever given. */
  verdict(image: ImageName): Verdict | null {
    const answer = this.#get(imageKey(image));
    return answer?.kind === 'image' ? answer.verdict : null;
  }

  tags(repository: RepositoryName): NameList | null {
    return this.answer({ kind: 'tags', repository })?.list ?? null;
  }

  repositories(host: string): NameList | null {
    return this.answer({ kind: 'repositories', host })?.list ?? null;
  }

  platforms(image: ImageContent): Learnt<readonly string[]> | null {
    return this.answer({ kind: 'platforms', image })?.found ?? null;
  }

  findings(image: ImageContent): Learnt<ScanFindings> | null {
    return this.answer({ kind: 'findings', image })?.found ?? null;
  }

  get linked(): Learnt<PortalRegistries> | null {
    return this.answer({ kind: 'linked' })?.found ?? null;
  }

  pulls(host: string): Learnt<readonly PortalPull[]> | null {
    return this.answer({ kind: 'pulls', host })?.found ?? null;
  }
}

/** The answer to go by when a newer one to the same question comes. */
export function newerAnswer(before: Answer | undefined, after: Answer): Answer {
  if (before?.kind !== 'image' || after.kind !== 'image') return after;
  const verdict = newerVerdict(before.verdict, after.verdict);
  return verdict === after.verdict ? after : { ...after, verdict };
}

const contents = new WeakMap<ImageName, ImageContent>();

/** What an image is by its content, where a verdict says that it exists and which digest it has. */
export function contentOf(image: ImageName, verdict: Verdict | null): ImageContent | null {
  const digest = verdict?.status === 'exists' ? verdict.digest : null;
  if (digest === null) return null;
  let content = contents.get(image);
  if (content?.digest !== digest) {
    content = { host: image.host, repository: image.repository, digest };
    contents.set(image, content);
  }
  return content;
}
