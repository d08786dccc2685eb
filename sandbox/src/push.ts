import { digestOf } from './digest.ts';
import { type ManifestContent, neededBlobs, parseManifest } from './manifest.ts';
import { isImmutable, type Repository } from './store/repository.ts';

/** Why a manifest may not be pushed; each plane words it in its own way. */
export type PushProblem =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'missing-blobs'; readonly digests: readonly string[] }
  | { readonly kind: 'missing-manifests'; readonly digests: readonly string[] }
  | { readonly kind: 'immutable'; readonly tag: string; readonly same: boolean };

export interface Push {
  readonly digest: string;
  readonly content: ManifestContent;
}

/** Whether the bytes may become a manifest of the repository under the tag. */
export function checkPush(repository: Repository, bytes: Buffer, tag: string | null): Push | PushProblem {
  const content = parseManifest(bytes);
  if (content === null) return { kind: 'unreadable' };
  const digest = digestOf(bytes);
  const blobs = neededBlobs(content).filter((each) => !repository.blobs.has(each));
  if (blobs.length > 0) return { kind: 'missing-blobs', digests: [...new Set(blobs)] };
  const children = content.children
    .map((each) => each.digest)
    .filter((each) => !repository.manifests.has(each));
  if (children.length > 0) return { kind: 'missing-manifests', digests: [...new Set(children)] };
  if (tag !== null) {
    const current = repository.tags.get(tag);
    if (current !== undefined && isImmutable(repository, tag)) {
      return { kind: 'immutable', tag, same: current === digest };
    }
  }
  return { digest, content };
}

/** ECR's words for an immutable tag, on either plane. */
export function immutableMessage(repository: string, tag: string): string {
  return (
    `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten ` +
    'because the tag is immutable.'
  );
}
