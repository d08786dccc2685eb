import type { CreationTemplate, EcrManifest, EcrToken } from './api.ts';
import type { RulesKnown } from './pull-through.ts';

/** What an asker keeps of a registry between two rounds, so that it is asked once. Nothing of it is on disk. */
export interface RegistryMemory {
  readonly rules: Shared<RulesKnown>;
  readonly templates: Shared<readonly CreationTemplate[]>;
  readonly token: Shared<EcrToken | 'denied'>;
  /** Manifests and configs by digest, which never changes its content; the oldest go when there are many. */
  readonly manifests: Map<string, EcrManifest>;
}

/** One value that many want: found once, for as long as it lasts. */
export interface Shared<T> {
  /**
   * The value, or what `find` gives. Whoever gives up waiting does not end it for the others.
   * @param lasts how long a value may be used, in milliseconds
   */
  get(find: () => Promise<T>, lasts: (value: T) => number): Promise<T>;
  /** Takes a value back that turned out to be of no use; a newer one stays. */
  drop(value: T): void;
}

/** How long the rules of a registry are taken to be as they were. */
export const RULES_LAST_MS = 5 * 60_000;

/** How many manifests and configs are kept for one registry, for whoever asks about the same digest again. */
const MANIFESTS = 500;

export const createMemory = (now: () => number): RegistryMemory => ({
  rules: createShared(now),
  templates: createShared(now),
  token: createShared(now),
  manifests: new Map(),
});

export function rememberManifest(memory: RegistryMemory, digest: string, manifest: EcrManifest): void {
  memory.manifests.set(digest, manifest);
  const [oldest] = memory.manifests.keys();
  if (memory.manifests.size > MANIFESTS && oldest !== undefined) memory.manifests.delete(oldest);
}

function createShared<T>(now: () => number): Shared<T> {
  let pending: Promise<T> | null = null;
  let kept: { readonly value: T; readonly until: number } | null = null;
  return {
    async get(find, lasts) {
      if (kept !== null && now() < kept.until) return kept.value;
      pending ??= find()
        .then((value) => {
          kept = { value, until: now() + lasts(value) };
          return value;
        })
        .finally(() => {
          pending = null;
        });
      return pending;
    },
    drop(value) {
      if (kept?.value === value) kept = null;
    },
  };
}
