import type { Scan } from '../store/repository.ts';
import type { ImageRecipe } from './image.ts';

/** The account and region whose ECR registry is seeded. */
export const sandboxAccount = '429114214526';
export const sandboxRegion = 'us-east-2';

/** Who may pull the seeded private repository of the public registry. */
export const upstreamUser = { user: 'acme', password: 'sandbox-password' } as const;

export interface SeededRepository {
  readonly registry: 'ecr' | 'upstream';
  readonly name: string;
  /** Pulling from it needs `upstreamUser` (upstream only). */
  readonly private?: true;
  readonly immutable?: true;
  readonly images: readonly SeededImage[];
}

export interface SeededImage {
  readonly tags: readonly string[];
  readonly recipe: ImageRecipe;
  readonly archived?: true;
  /** What a scan found in each of its images; an index itself is not scanned. */
  readonly scan?: Pick<Scan, 'scanner' | 'counts'>;
}

const both = ['linux/amd64', 'linux/arm64'];

function oci(name: string, version: string, platforms: readonly string[] = both): ImageRecipe {
  return { name, version, platforms, format: 'oci' };
}

function docker(name: string, version: string): ImageRecipe {
  return { name, version, platforms: both, format: 'docker' };
}

/** What a new sandbox holds. Digests follow from it: an image may be added, but none changed (seed/digests.ts). */
export const seededRepositories: readonly SeededRepository[] = [
  {
    registry: 'upstream',
    name: 'library/nginx',
    images: [
      { tags: ['1.25'], recipe: oci('library/nginx', '1.25') },
      { tags: ['1.27', '1.27.2', 'latest'], recipe: oci('library/nginx', '1.27.2') },
    ],
  },
  {
    registry: 'upstream',
    name: 'library/redis',
    images: [{ tags: ['7', '7.4', 'latest'], recipe: docker('library/redis', '7.4') }],
  },
  {
    registry: 'upstream',
    name: 'library/busybox',
    images: [{ tags: ['1.36'], recipe: oci('library/busybox', '1.36') }],
  },
  {
    registry: 'upstream',
    name: 'bitnami/postgresql',
    images: [{ tags: ['16'], recipe: docker('bitnami/postgresql', '16') }],
  },
  {
    registry: 'upstream',
    name: 'prometheus/prometheus',
    images: [{ tags: ['v2.53.0'], recipe: oci('prometheus/prometheus', 'v2.53.0') }],
  },
  {
    registry: 'upstream',
    name: 'acme/secret',
    private: true,
    images: [{ tags: ['1.0.0'], recipe: oci('acme/secret', '1.0.0') }],
  },
  {
    registry: 'ecr',
    name: 'demo-apps/api',
    images: [
      { tags: ['1.4.0'], recipe: oci('demo-apps/api', '1.4.0') },
      { tags: ['1.4.1'], recipe: oci('demo-apps/api', '1.4.1') },
      {
        tags: ['1.4.2', 'latest'],
        recipe: oci('demo-apps/api', '1.4.2'),
        scan: { scanner: 'enhanced', counts: { HIGH: 2, LOW: 1 } },
      },
    ],
  },
  {
    registry: 'ecr',
    name: 'demo-apps/web',
    immutable: true,
    images: [
      { tags: ['2.0.0'], recipe: docker('demo-apps/web', '2.0.0') },
      { tags: ['2.0.1'], recipe: docker('demo-apps/web', '2.0.1') },
    ],
  },
  {
    registry: 'ecr',
    name: 'demo-apps/worker',
    images: [{ tags: ['0.9.0'], recipe: oci('demo-apps/worker', '0.9.0') }],
  },
  {
    registry: 'ecr',
    name: 'demo-apps/nginx',
    images: [{ tags: ['1.27', '1.27.2'], recipe: oci('library/nginx', '1.27.2') }],
  },
  {
    registry: 'ecr',
    name: 'demo-apps/amd64-only',
    images: [
      {
        tags: ['1.0.0'],
        recipe: oci('demo-apps/amd64-only', '1.0.0', ['linux/amd64']),
        scan: { scanner: 'basic', counts: { CRITICAL: 1, HIGH: 3, MEDIUM: 7 } },
      },
    ],
  },
  {
    registry: 'ecr',
    name: 'demo-apps/archived',
    images: [{ tags: ['1.0.0'], recipe: oci('demo-apps/archived', '1.0.0'), archived: true }],
  },
  {
    registry: 'ecr',
    name: 'demo-apps/denied',
    images: [{ tags: ['1.0.0'], recipe: oci('demo-apps/denied', '1.0.0') }],
  },
  {
    registry: 'ecr',
    name: 'demo-apps/throttled',
    images: [{ tags: ['1.0.0'], recipe: oci('demo-apps/throttled', '1.0.0') }],
  },
];
