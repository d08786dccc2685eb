import { join } from 'node:path';
import { readSaved, savedFile } from '../store/saved-file.ts';

/** What runs in the sandbox's cluster. Lists are changed in place. */
export interface ClusterState {
  readonly installations: Installation[];
}

/** One app in one namespace, as its last installation or upgrade left it. */
export interface Installation {
  readonly namespace: string;
  readonly appId: string;
  readonly appSlug: string;
  readonly licenseId: string;
  readonly channelId: string;
  readonly channelSequence: number;
  readonly sequence: number;
  readonly versionLabel: string;
  /** ISO 8601, as every time here. */
  readonly installed: string;
  readonly secrets: readonly Secret[];
  readonly workloads: readonly RunningWorkload[];
}

export interface Secret {
  readonly name: string;
  /** Host → password; the user is always `LICENSE_ID`. Never told to anybody. */
  readonly auths: Readonly<Record<string, string>>;
}

export interface RunningWorkload {
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pullSecrets: readonly string[];
  readonly initContainers: readonly RunningContainer[];
  readonly containers: readonly RunningContainer[];
}

export interface RunningContainer {
  readonly name: string;
  readonly image: string;
  /** What the node has under the image's name: `<repository>@<digest>`; empty where it could not be pulled. */
  readonly imageId: string;
  /** Why it was not pulled, in the words of the node's container runtime; null where it was. */
  readonly error: string | null;
  /** Whether it was pulled, but is a single image for other machines than the node, so that it cannot run. */
  readonly otherPlatform: boolean;
}

/** The token of the kubeconfig; every other is refused. */
export const clusterToken = 'sandbox-cluster-token';

export interface Cluster {
  readonly state: ClusterState;
  /** Resolves when everything up to now is on disk; at once in memory. To be called after each change. */
  saved(): Promise<void>;
}

/** Opens `<folder>/cluster.json`, or an empty cluster in memory for null. */
export async function openCluster(folder: string | null): Promise<Cluster> {
  const empty = { installations: [] };
  if (folder === null) return { state: empty, saved: async () => {} };
  const path = join(folder, 'cluster.json');
  const state: ClusterState = { ...empty, ...((await readSaved(path)) as Partial<ClusterState> | null) };
  return { state, saved: savedFile(path, () => state) };
}
