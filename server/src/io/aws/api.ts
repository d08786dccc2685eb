/** An image as it is asked for: by one of its tags or by its digest. */
export type ImageId = { readonly imageTag: string } | { readonly imageDigest: string };

/** What ECR says of one image. */
export interface EcrImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Whether it lies in archive storage (or is on its way back), where it cannot be pulled. */
  readonly archived: boolean;
}

/** One page of names; `next` opens the page behind it and is null on the last. */
export interface NamePage {
  readonly names: readonly string[];
  readonly next: string | null;
}

/**
 * The few read-only calls of one ECR registry that Waybill makes. Each has its deadline and can be cancelled,
 * and throws what failure.ts can tell apart.
 */
export interface EcrApi {
  /** DescribeImages with 1 to 100 ids; ECR fails the whole call when one of them is not there. */
  describeImages(
    repository: string,
    ids: readonly ImageId[],
    signal: AbortSignal,
  ): Promise<readonly EcrImage[]>;
  /** DescribeRepositories for one name: resolves if it is there. */
  describeRepository(repository: string, signal: AbortSignal): Promise<void>;
  /** ListImages, tagged ones: up to 1000 tags. */
  tagPage(repository: string, next: string | null, signal: AbortSignal): Promise<NamePage>;
  /** DescribeRepositories: up to 1000 names. */
  repositoryPage(next: string | null, signal: AbortSignal): Promise<NamePage>;
}

/** A 200 answer that does not say what such an answer says: a captive portal, a broken proxy. */
export class OddAnswerError extends Error {
  override readonly name = 'OddAnswerError';
}

/** No AWS credentials could be had; `cause` is what the credential provider threw. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}
