import type { ManifestDocument } from '../manifest/node.ts';
import { asScalar, itemsOf, path, textAt } from './tree.ts';

/**
 * What a `.replicated` (or `.replicated.yaml`) file says of its release, as the replicated CLI reads it
 * (replicatedhq/replicated pkg/tools/types.go). Paths and globs are relative to the file's folder.
 */
export interface ReplicatedFile {
  readonly appSlug: string | null;
  /** Globs of the Kubernetes and custom resource files. */
  readonly manifests: readonly string[];
  /** Folders (or globs of folders) of charts. */
  readonly charts: readonly string[];
  /** Names of the channels that releases are promoted to. */
  readonly promoteTo: readonly string[];
}

export const isReplicatedFile = (name: string): boolean =>
  name === '.replicated' || name === '.replicated.yaml';

export function readReplicatedFile(document: ManifestDocument): ReplicatedFile {
  const root = document.root;
  const texts = (key: string, ...inner: string[]): string[] =>
    itemsOf(path(root, key)).flatMap((item) => {
      const text = inner.length === 0 ? (asScalar(item)?.node.text ?? null) : textAt(item, ...inner);
      return text === null || text === '' ? [] : [normal(text)];
    });
  return {
    appSlug: textAt(root, 'appSlug') || null,
    manifests: texts('manifests'),
    charts: texts('charts', 'path'),
    promoteTo: itemsOf(path(root, 'promoteToChannelNames')).flatMap(
      (item) => asScalar(item)?.node.text || [],
    ),
  };
}

const normal = (glob: string): string => glob.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
