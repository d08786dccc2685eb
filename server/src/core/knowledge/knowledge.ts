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
  /** Who answered, for people: `Amazon ECR (us-east-2, account 429114214526)`. Null where nobody was asked. */
  readonly from: string | null;
}

export type Question =
  | { readonly kind: 'image'; readonly image: ImageName }
  /** Which tags a repository has, to suggest near ones. */
  | { readonly kind: 'tags'; readonly repository: RepositoryName }
  /** Which repositories a registry has, to suggest near ones. */
  | { readonly kind: 'repositories'; readonly host: string };

/** Names that a registry listed. `complete` is false where the list was cut short. */
export interface NameList {
  readonly names: readonly string[];
  readonly complete: boolean;
  readonly checkedAt: number;
}

export type Answer =
  | { readonly kind: 'image'; readonly image: ImageName; readonly verdict: Verdict }
  | { readonly kind: 'tags'; readonly repository: RepositoryName; readonly list: NameList }
  | { readonly kind: 'repositories'; readonly host: string; readonly list: NameList };

/** The key under which a question and its answer are remembered. Equal questions have equal keys. */
export function questionKey(question: Question | Answer): string {
  switch (question.kind) {
    case 'image': {
      const { host, repository, tag, digest } = question.image;
      return `image ${host}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
    }
    case 'tags':
      return `tags ${question.repository.host}/${question.repository.repository}`;
    case 'repositories':
      return `repositories ${question.host}`;
  }
}

/** Everything known at one moment. Immutable: an answer makes a new one. */
export class Knowledge {
  static readonly none = new Knowledge(new Map());
  readonly #answers: ReadonlyMap<string, Answer>;

  private constructor(answers: ReadonlyMap<string, Answer>) {
    this.#answers = answers;
  }

  /** This knowledge and the answers; a newer answer replaces an older one to the same question. */
  with(answers: readonly Answer[]): Knowledge {
    if (answers.length === 0) return this;
    const merged = new Map(this.#answers);
    for (const answer of answers) merged.set(questionKey(answer), answer);
    return new Knowledge(merged);
  }

  /** This knowledge without the answers that `forget` picks. */
  without(forget: (answer: Answer) => boolean): Knowledge {
    const kept = new Map([...this.#answers].filter(([, answer]) => !forget(answer)));
    return kept.size === this.#answers.size ? this : new Knowledge(kept);
  }

  has(question: Question): boolean {
    return this.#answers.has(questionKey(question));
  }

  /** The answer to a question, if one was ever given. */
  answer(question: Question): Answer | null {
    return this.#answers.get(questionKey(question)) ?? null;
  }

  /** The verdict about an image, if one was ever given. */
  verdict(image: ImageName): Verdict | null {
    const answer = this.#answers.get(questionKey({ kind: 'image', image }));
    return answer?.kind === 'image' ? answer.verdict : null;
  }

  tags(repository: RepositoryName): NameList | null {
    const answer = this.#answers.get(questionKey({ kind: 'tags', repository }));
    return answer?.kind === 'tags' ? answer.list : null;
  }

  repositories(host: string): NameList | null {
    const answer = this.#answers.get(questionKey({ kind: 'repositories', host }));
    return answer?.kind === 'repositories' ? answer.list : null;
  }
}
