import type { Encryption, Mutability } from './repository.ts';

/** What an ECR registry is told once for all of its repositories. */
export interface RegistrySettings {
  /** By `ecrRepositoryPrefix`. */
  readonly pullThroughRules: Map<string, PullThroughRule>;
  /** By prefix. */
  readonly templates: Map<string, CreationTemplate>;
  /** Where what is pushed would be copied to. Nothing follows from it here. */
  replication: readonly ReplicationRule[];
}

export interface ReplicationRule {
  readonly destinations: readonly { readonly region: string; readonly registryId: string }[];
  /** What names of repositories begin with; empty where the rule is for all. */
  readonly prefixes: readonly string[];
}

export interface PullThroughRule {
  readonly prefix: string;
  readonly upstreamUrl: string;
  readonly upstreamRegistry: string;
  /** `ROOT` where the upstream's names are taken as they are. */
  readonly upstreamPrefix: string;
  readonly credentialArn: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export type AppliedFor = 'PULL_THROUGH_CACHE' | 'REPLICATION' | 'CREATE_ON_PUSH';

export interface CreationTemplate {
  readonly prefix: string;
  readonly description: string | null;
  readonly appliedFor: readonly AppliedFor[];
  readonly mutability: Mutability;
  /** Left out by older sandboxes. */
  readonly exclusions?: readonly string[];
  /** Left out by older sandboxes. */
  readonly encryption?: Encryption;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The rule or template for a repository: the longest prefix that it lies under, and `ROOT` where there is none. */
export function mostSpecific<T>(byPrefix: ReadonlyMap<string, T>, repository: string): T | null {
  const prefixes = [...byPrefix.keys()].filter((prefix) => repository.startsWith(`${prefix}/`));
  const longest = prefixes.sort((a, b) => b.length - a.length)[0] ?? 'ROOT';
  return byPrefix.get(longest) ?? null;
}

export interface SavedSettings {
  readonly registry: string;
  readonly pullThroughRules: readonly PullThroughRule[];
  readonly templates: readonly CreationTemplate[];
  /** Left out by older sandboxes. */
  readonly replication?: readonly ReplicationRule[];
}

const byPrefix = <T extends { readonly prefix: string }>(all: readonly T[]): Map<string, T> =>
  new Map(all.map((each) => [each.prefix, each]));

export const emptySettings = (): RegistrySettings => ({
  pullThroughRules: new Map(),
  templates: new Map(),
  replication: [],
});

export const loadSettings = (saved: SavedSettings): RegistrySettings => ({
  pullThroughRules: byPrefix(saved.pullThroughRules),
  templates: byPrefix(saved.templates),
  replication: saved.replication ?? [],
});

export const saveSettings = (registry: string, settings: RegistrySettings): SavedSettings => ({
  registry,
  pullThroughRules: [...settings.pullThroughRules.values()],
  templates: [...settings.templates.values()],
  replication: settings.replication,
});
