import type { Verdict } from '../../core/knowledge/knowledge.ts';
import type { Pod, PodContainer } from '../../io/cluster/pods.ts';

/** An image that a release deploys, and what is known of it. */
export interface ExpectedImage {
  /** As the release names it. */
  readonly written: string;
  /** Where: `deployment.yaml:12`. */
  readonly place: string;
  /** What the app manager makes of it. */
  readonly deployed: string;
  /** The pull secret that it adds; null for none. */
  readonly pullSecret: string | null;
  /** Whether `deployed` rests on an assumption. */
  readonly assumed: boolean;
  /** What the registry said of it; null where nobody could be asked. */
  readonly verdict: Verdict | null;
  /** Whether its registry is linked in the vendor portal; null where nobody listed any, or it need not be. */
  readonly linked: boolean | null;
  /** Whether it is pulled through Replicated's proxy. */
  readonly proxied: boolean;
  /** Whether it is pulled from the customer's local registry, which the app manager copied it to. */
  readonly local: boolean;
}

export type Finding =
  /** The right image, from the right place. */
  | 'right'
  /** The right name, but another content than the registry has now. */
  | 'other-digest'
  /** The cluster pulls it past the proxy, or from another registry than the app manager would have it. */
  | 'not-proxied'
  /** It is pulled, or would be, without the secret that the app manager adds. */
  | 'wrong-secret'
  | 'pull-failed'
  /** It has not been pulled yet. */
  | 'pending'
  /** It runs, but nobody can tell which content. */
  | 'unknown'
  /** The release names no such image. */
  | 'not-in-release';

/** A container, held against the release. */
export interface Verified {
  readonly pod: Pod;
  readonly container: PodContainer;
  readonly expected: ExpectedImage | null;
  readonly finding: Finding;
  /** One or two sentences for people: what is known, and what to do. */
  readonly message: string;
}

/** Findings that something must be done about. */
export const isWrong = (finding: Finding): boolean =>
  finding === 'other-digest' ||
  finding === 'not-proxied' ||
  finding === 'wrong-secret' ||
  finding === 'pull-failed';
