import type { EcrHost } from '../image/hosts.ts';
import type { ImageName } from '../knowledge/knowledge.ts';
import { readUses } from '../release/reading.ts';
import { releaseFile, type Snapshot } from '../session/snapshot.ts';

/** A private registry of Amazon ECR and what a release pulls from it. */
export interface PulledRegistry {
  readonly host: string;
  readonly ecr: EcrHost;
  /** Sorted. */
  readonly repositories: readonly string[];
  /** Each once, in the order of files and of their texts. */
  readonly images: readonly ImageName[];
}

export interface Pulled {
  /** By host. */
  readonly registries: readonly PulledRegistry[];
  /** What names an image that is not known before it is installed, as it is written. */
  readonly unknown: readonly string[];
}

interface Found {
  readonly ecr: EcrHost;
  readonly repositories: Set<string>;
  readonly images: Map<string, ImageName>;
}

/** What some files of a workspace pull from Amazon ECR: images behind the proxy too, because it pulls them. */
export function pulledFromEcr(snapshot: Snapshot, paths: readonly string[]): Pulled {
  const hosts = new Map<string, Found>();
  const unknown = new Set<string>();
  for (const path of paths) {
    const at = releaseFile(snapshot, path);
    if (at === null) continue;
    for (const { document } of at.file.documents)
      for (const { use, image, source, problem, unasked, canonical } of readUses(
        document,
        at.role,
        at.release.context,
      )) {
        if (source === null) {
          if (problem === null && unasked?.detail === 'templated') unknown.add(use.written);
          continue;
        }
        const { registry, reference } = source;
        if (registry.ecr === null) continue;
        const known = hosts.get(registry.host) ?? {
          ecr: registry.ecr,
          repositories: new Set(),
          images: new Map(),
        };
        hosts.set(registry.host, known);
        known.repositories.add(reference.path);
        // A tag that is a template leaves the repository known, and no image that could be tried.
        if (canonical === null) continue;
        const { tag, digest } = reference;
        const named = image ?? {
          host: registry.host,
          repository: reference.path,
          tag: tag ?? (digest === null ? 'latest' : null),
          digest,
        };
        if (named.tag !== null || named.digest !== null)
          known.images.set(`${named.repository} ${named.tag} ${named.digest}`, named);
      }
  }
  return {
    registries: [...hosts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([host, { ecr, repositories, images }]) => ({
        host,
        ecr,
        images: [...images.values()],
        repositories: [...repositories].sort(),
      })),
    unknown: [...unknown].sort(),
  };
}
