import type { NewRepository } from '../../io/aws/write-api.ts';
import type { ImageTarget } from './copy.ts';
import type { Descriptor, ImageSource } from './model.ts';
import type { TargetFacts } from './plan.ts';

/** Registries other than ECR make repositories as they are pushed to, and tell no more of themselves. */
export const plain: TargetFacts = {
  repository: { kind: 'there' },
  immutable: false,
  denied: [],
  cachedAt: null,
};

/** What targets tell of themselves before they are copied to. */
export interface FactFinder {
  /**
   * @param thorough whether permissions are tried for this very repository; else for the registry's first one
   * @throws MirrorError where the registry cannot be asked, or the signal's reason
   */
  find(
    target: ImageTarget,
    source: ImageSource,
    thorough: boolean,
    signal: AbortSignal,
  ): Promise<TargetFacts>;
  /** Which blobs ECR says it has, a hundred to a call; null for other registries, and where it does not tell. */
  listed(
    target: ImageTarget,
    blobs: readonly Descriptor[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<string> | null>;
  /** Makes the repository of a target. @throws MirrorError or the signal's reason */
  create(target: ImageTarget, signal: AbortSignal): Promise<void>;
}

/** @param wish what repositories are made with */
export function createFactFinder(wish: NewRepository): FactFinder {
  let loaded: Promise<FactFinder> | null = null;
  /** Loaded with the first registry of ECR: a start that needs none takes a tenth less without it. */
  const ofEcr = (): Promise<FactFinder> => {
    loaded ??= import('./ecr-facts.ts').then(({ createEcrFacts }) => createEcrFacts(wish));
    return loaded;
  };
  return {
    async find(target, source, thorough, signal) {
      if (target.at.ecr === null) return plain;
      return (await ofEcr()).find(target, source, thorough, signal);
    },
    async listed(target, blobs, signal) {
      if (target.at.ecr === null) return null;
      return (await ofEcr()).listed(target, blobs, signal);
    },
    async create(target, signal) {
      if (target.at.ecr !== null) await (await ofEcr()).create(target, signal);
    },
  };
}
