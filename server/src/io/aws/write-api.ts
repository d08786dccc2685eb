import type { RepositorySettings } from './api.ts';

/** A well-formed digest that no content has. */
export const NO_DIGEST = `sha256:${'0'.repeat(64)}`;

/** What a repository is made with; tags are all immutable or all mutable. Encryption is ECR's own default. */
export interface NewRepository {
  readonly immutable: boolean;
  readonly scanOnPush: boolean;
}

/** A pull-through cache rule to be made. */
export interface NewPullThroughRule {
  /** 2 to 30 characters without a slash at the end, or `ROOT`. */
  readonly prefix: string;
  /** As ECR names it: `registry-1.docker.io`. */
  readonly upstreamHost: string;
  /** What is to stand in the place of the prefix at the upstream; empty for nothing. */
  readonly upstreamPrefix: string;
  /** The ARN of a secret in Secrets Manager with the login for the upstream; null for none. */
  readonly secretArn: string | null;
}

/** What IAM asks of whoever pushes, beside GetAuthorizationToken and BatchCheckLayerAvailability. */
export type PushAction = 'InitiateLayerUpload' | 'UploadLayerPart' | 'CompleteLayerUpload' | 'PutImage';

/** What can be tried without changing anything. */
export type ProbedAction = PushAction | 'BatchDeleteImage';

/**
 * The calls of one ECR registry that change it, apart from `EcrApi`, so that whoever only asks cannot make them. Each
 * has its deadline and can be cancelled, is counted and tried again by the budget, and throws what failure.ts can
 * tell apart.
 */
export interface EcrWriteApi {
  /** CreateRepository. Tried again after a broken connection, so "already exists" may speak of one's own. */
  createRepository(
    repository: string,
    settings: NewRepository,
    signal: AbortSignal,
  ): Promise<RepositorySettings>;
  /** CreatePullThroughCacheRule. */
  createPullThroughRule(rule: NewPullThroughRule, signal: AbortSignal): Promise<void>;
  /**
   * Makes a call that changes nothing whatever comes of it, to learn whether it is allowed: a part and the end of an
   * upload that cannot exist; a manifest that is none, under a digest that nothing has; the deletion of that digest; an
   * upload that nobody goes on with, which ECR forgets. Resolves or throws as ECR answers. `InitiateLayerUpload` and
   * `PutImage` begin a push, by which a creation template may make the repository: only where it is there, or no
   * template would.
   */
  probe(action: ProbedAction, repository: string, signal: AbortSignal): Promise<void>;
}
