import type { Tokens } from './auth/tokens.ts';
import type { CallLog } from './calls.ts';
import type { Cluster } from './cluster/state.ts';
import type { Iam } from './iam/state.ts';
import type { Portal } from './portal/portal.ts';
import type { Pulled } from './portal/pull.ts';
import type { Quirks, Strikes } from './quirks.ts';
import type { TakeCall } from './rate.ts';
import type { Store } from './store/store.ts';
import type { Uploads } from './uploads.ts';

/** What the planes share. Each handler gets it and the exchange, and keeps nothing itself. */
export interface World {
  readonly accountId: string;
  /** The region that is seeded; others are there and empty. */
  readonly region: string;
  /** Whose access keys are known, and what they may do. */
  readonly iam: Iam;
  readonly store: Store;
  /** Changed from outside while the sandbox runs. */
  readonly quirks: Quirks;
  readonly strikes: Strikes;
  /** Holds calls of the control plane to the quirk `rate`. */
  readonly takeCall: TakeCall;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly calls: CallLog;
  /** Passwords of GetAuthorizationToken: they open the account's registry in one region, as far as the key may. */
  readonly registryTokens: Tokens<RegistryGrant>;
  /** Bearer tokens of the public registry. */
  readonly bearerTokens: Tokens<UpstreamGrant>;
  readonly uploads: Uploads;
  readonly portal: Portal;
  readonly cluster: Cluster;
  /** Pulls an image as Replicated's proxy does for an app; see `pullForApp`. */
  pull(appId: string, image: string): Promise<Pulled>;
  /** Signs the storage host's URLs. */
  readonly storageKey: Buffer;
  /** Where each plane listens, without a slash at the end. */
  readonly urls: Urls;
}

export interface Urls {
  /** The ECR control plane and its registry. */
  readonly ecr: string;
  readonly upstream: string;
  /** The host that blobs are really served by. */
  readonly storage: string;
  /** The vendor portal, without `/v3`. */
  readonly portal: string;
  /** IAM and STS. */
  readonly iam: string;
  /** The Kubernetes API. */
  readonly cluster: string;
}

export interface RegistryGrant {
  readonly region: string;
  /** Of whoever asked for the token. */
  readonly accessKeyId: string;
}

export interface UpstreamGrant {
  readonly user: string | null;
  readonly access: readonly { readonly repository: string; readonly actions: readonly string[] }[];
}
