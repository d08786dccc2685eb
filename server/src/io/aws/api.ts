import type { ImageFacts, ScanFindings } from '../../core/knowledge/knowledge.ts';

/** An image as it is asked for: by one of its tags or by its digest. */
export type ImageId = { readonly imageTag: string } | { readonly imageDigest: string };

/** What ECR says of one image. */
export interface EcrImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Whether it lies in archive storage (or is on its way back), where it cannot be pulled. */
  readonly archived: boolean;
  readonly facts: ImageFacts;
}

/** One page of a list; `next` opens the page behind it and is null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface EcrRepository {
  readonly name: string;
  /** When it was made: milliseconds since the epoch; undefined where it was not said. */
  readonly at: number | undefined;
  /** Whether none of its tags can ever be moved. */
  readonly immutable: boolean;
}

/** Which tags of a repository can never be moved once they are there. */
export interface TagRule {
  /** What holds for every tag that no filter matches. */
  readonly immutable: boolean;
  /** The reverse holds for tags that match one of these wildcards; `*` stands for any run of characters. */
  readonly except: readonly string[];
}

/** What a repository was set to. */
export interface RepositorySettings {
  readonly tags: TagRule;
  /** `AES256`, `KMS` or `KMS_DSSE`. */
  readonly encryption: string;
  readonly scanOnPush: boolean;
}

/** Where a registry copies what is pushed to it. */
export interface ReplicationRule {
  readonly destinations: readonly ReplicationDestination[];
  /** What the names of the copied repositories begin with; empty where all are copied. */
  readonly prefixes: readonly string[];
}

export interface ReplicationDestination {
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
}

/** A rule by which repositories below a prefix are filled from another registry when somebody pulls. */
export interface PullThroughRule {
  /** Without the slash that is thought behind it; `ROOT` is for every repository. */
  readonly prefix: string;
  /** `quay.io`, `registry-1.docker.io` … */
  readonly upstreamHost: string;
  /** What stands in the place of the prefix at the upstream; empty where nothing does. */
  readonly upstreamPrefix: string;
}

/** By what rule a first push makes the repository. */
export interface CreationTemplate {
  /** Without the slash that is thought behind it; `ROOT` is for every repository. */
  readonly prefix: string;
  readonly onPush: boolean;
  /** What a repository gets that is made by it, as far as it was said. */
  readonly settings?: Pick<RepositorySettings, 'tags' | 'encryption'>;
}

/** A manifest exactly as it was pushed. */
export interface EcrManifest {
  readonly mediaType: string;
  readonly text: string;
}

/** Manifests by digest, and why there is none for the others. */
export interface EcrManifests {
  readonly manifests: ReadonlyMap<string, EcrManifest>;
  readonly failures: ReadonlyMap<string, string>;
}

/** What the registry's scanner says, and in which state the scan is, in ECR's own words. */
export interface EcrScan {
  readonly status: string;
  readonly description: string;
  readonly findings: ScanFindings;
}

/** What opens the registry itself, below `/v2/`. */
export interface EcrToken {
  /** Base64 of `AWS:password`, as Basic authorisation wants it. */
  readonly basic: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Where the registry is, as a URL. */
  readonly endpoint: string;
}

/**
 * The few read-only calls of one ECR registry that Waybill makes. Each has its deadline and can be cancelled,
 * is counted and tried again by the budget, and throws what failure.ts can tell apart.
 */
export interface EcrApi {
  /** DescribeImages with 1 to 100 ids; ECR fails the whole call when one of them is not there. */
  describeImages(
    repository: string,
    ids: readonly ImageId[],
    signal: AbortSignal,
  ): Promise<readonly EcrImage[]>;
  /** DescribeImages without ids: up to 1000 images, archived ones too; all, or only those that have a tag. */
  imagePage(
    repository: string,
    which: 'all' | 'tagged',
    next: string | null,
    signal: AbortSignal,
  ): Promise<Page<EcrImage>>;
  /** DescribeRepositories for one name: resolves if it is there. */
  describeRepository(repository: string, signal: AbortSignal): Promise<void>;
  /** DescribeRepositories for one name: what it was set to. */
  repositorySettings(repository: string, signal: AbortSignal): Promise<RepositorySettings>;
  /** DescribeRepositories: up to 1000. */
  repositoryPage(next: string | null, signal: AbortSignal): Promise<Page<EcrRepository>>;
  /** DescribePullThroughCacheRules. A registry has 50 at most, so one page holds all. */
  pullThroughRules(signal: AbortSignal): Promise<readonly PullThroughRule[]>;
  /**
   * DescribeRepositoryCreationTemplates, up to 1000. For what is only nice to know it is never tried twice; `insist`
   * tries again like any other call.
   */
  creationTemplates(signal: AbortSignal, insist?: boolean): Promise<readonly CreationTemplate[]>;
  /** BatchGetImage by 1 to 100 digests. This is a pull: never below a pull-through prefix. */
  manifests(repository: string, digests: readonly string[], signal: AbortSignal): Promise<EcrManifests>;
  /** BatchCheckLayerAvailability with 1 to 100 digests: those of them that the repository holds. */
  layersAt(repository: string, digests: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** GetDownloadUrlForLayer: where a blob can be had without any credential. */
  layerUrl(repository: string, digest: string, signal: AbortSignal): Promise<string>;
  /** DescribeImageScanFindings: the counts only. */
  scan(repository: string, digest: string, signal: AbortSignal): Promise<EcrScan>;
  /** DescribeRegistry. */
  replicationRules(signal: AbortSignal): Promise<readonly ReplicationRule[]>;
  /** GetAuthorizationToken. */
  token(signal: AbortSignal): Promise<EcrToken>;
}

/** A 200 answer that does not say what such an answer says: a captive portal, a broken proxy. */
export class OddAnswerError extends Error {
  override readonly name = 'OddAnswerError';
}

/** Why there are no credentials. */
export type CredentialsTrouble =
  | 'none'
  /** A session that somebody has to sign in to again. */
  | 'expired'
  /** The service that gives them could not be reached. */
  | 'unreachable';

/** No AWS credentials could be had. The message is a whole sentence for people; `cause` is what was thrown. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
  readonly trouble: CredentialsTrouble;

  constructor(trouble: CredentialsTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}
