import type { ManifestContent } from '../manifest.ts';

/** ECR's four settings; the two with exclusions hold for all tags but those that a filter matches, or the reverse. */
export type Mutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';

/** How the contents of a repository lie in Amazon's storage: by S3's own keys, or by keys of KMS, once or twice. */
export type Encryption = 'AES256' | 'KMS' | 'KMS_DSSE';

export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL' | 'UNDEFINED';

/** What a scan of an image found. */
export interface Scan {
  readonly scanner: 'basic' | 'enhanced';
  readonly counts: Readonly<Partial<Record<Severity, number>>>;
  /** Milliseconds since the epoch. */
  readonly completedAt: number;
}

export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  /** Exactly as pushed: the digest is of these bytes. */
  readonly bytes: Buffer;
  readonly content: ManifestContent;
  /** Milliseconds since the epoch. */
  readonly pushedAt: number;
  lastPulledAt: number | null;
  /** An archived image exists and can be described, but not pulled. */
  status: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING';
  /** Null where it was not scanned. */
  scan: Scan | null;
}

export interface Repository {
  /** Which registry it belongs to; see `ecrRegistry` and `upstreamRegistry`. */
  readonly registry: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Whether everybody may pull from it without credentials (upstream only; never so in ECR). */
  readonly anonymous: boolean;
  mutability: Mutability;
  /** Wildcard filters of the `…_WITH_EXCLUSION` settings. */
  exclusions: readonly string[];
  /** Whether each image is scanned as soon as it is pushed. Nothing follows from it here. */
  readonly scanOnPush: boolean;
  readonly encryption: Encryption;
  readonly manifests: Map<string, StoredManifest>;
  /** Tag → digest. */
  readonly tags: Map<string, string>;
  /** Digests of the blobs that were uploaded or mounted here. */
  readonly blobs: Set<string>;
}

/** Amazon ECR's registry of one account in one region. */
export function ecrRegistry(accountId: string, region: string): string {
  return `${accountId}/${region}`;
}

/** The public registry that stands in for Docker Hub, Quay and the others. */
export const upstreamRegistry = 'upstream';

/** Whether a tag that exists may not be moved. */
export function isImmutable(repository: Repository, tag: string): boolean {
  switch (repository.mutability) {
    case 'MUTABLE':
      return false;
    case 'IMMUTABLE':
      return true;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !repository.exclusions.some((filter) => matchesWildcard(filter, tag));
    case 'MUTABLE_WITH_EXCLUSION':
      return repository.exclusions.some((filter) => matchesWildcard(filter, tag));
  }
}

/** The tags of one manifest, sorted. */
export function tagsOf(repository: Repository, digest: string): string[] {
  return [...repository.tags]
    .filter(([, each]) => each === digest)
    .map(([tag]) => tag)
    .sort();
}

/** The tags of every manifest that has some, sorted: for a list, where `tagsOf` would look through all for each. */
export function tagsByDigest(repository: Repository): ReadonlyMap<string, readonly string[]> {
  const byDigest = new Map<string, string[]>();
  for (const [tag, digest] of repository.tags) {
    const tags = byDigest.get(digest);
    if (tags) tags.push(tag);
    else byDigest.set(digest, [tag]);
  }
  for (const tags of byDigest.values()) tags.sort();
  return byDigest;
}

/** Whether some manifest of the repository names the blob: only then does ECR mount it elsewhere. */
export function referencesBlob(repository: Repository, digest: string): boolean {
  return [...repository.manifests.values()].some(
    ({ content }) =>
      content.config?.digest === digest || content.layers.some((layer) => layer.digest === digest),
  );
}

/** `*` stands for any run of characters; everything else for itself. Linear in the tag's length per `*`. */
function matchesWildcard(filter: string, tag: string): boolean {
  const parts = filter.split('*');
  const first = parts[0] ?? '';
  const last = parts.length > 1 ? (parts[parts.length - 1] ?? '') : '';
  if (parts.length === 1) return tag === first;
  if (!tag.startsWith(first) || !tag.endsWith(last) || tag.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = tag.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= tag.length - last.length;
}
