import type { NormalReference } from '../../core/image/reference.ts';
import type { Progress } from './model.ts';

/** An image to copy by registries' names, as threads can be told. */
export interface ThreadJob {
  readonly source: NormalReference;
  readonly target: NormalReference;
}

/** What the mirroring thread is told at its start. */
export interface MirrorStart {
  readonly jobs: readonly ThreadJob[];
  /** AWS account → profile. */
  readonly profiles: Readonly<Record<string, string>>;
  /** Whether the other side answers `confirm`, before an account is first asked with a signature. */
  readonly confirms: boolean;
  /** Whether programs that AWS's configuration names for credentials may be started. */
  readonly mayStartPrograms: boolean;
}

/** What the copying of one image would do, for people. */
export interface PlannedImage {
  /** One sentence or part of one each. */
  readonly words: readonly string[];
  /** `docker.io/library/nginx:1.27`; where planning failed, as the job has it. */
  readonly source: string;
  readonly target: string;
  /** Whether it is at its target already, so that there is nothing to do. */
  readonly there: boolean;
  readonly blobsToMove: number;
  readonly bytesToMove: number;
  /** The repository that has to be made first; null where none has. */
  readonly missingRepository: string | null;
  /** Why it cannot or must not be copied; null where it can. */
  readonly refusal: string | null;
}

/** What became of an image. */
export type Outcome =
  | { readonly ok: true; readonly digest: string }
  | { readonly ok: false; readonly message: string };

/** To the mirroring thread. */
export type MirrorOrder =
  /** The person agreed to what was planned. */
  { readonly kind: 'go' } | { readonly kind: 'confirmed'; readonly id: number; readonly yes: boolean };

/** From the mirroring thread. No secrets. */
export type MirrorNews =
  | {
      readonly kind: 'confirm';
      readonly id: number;
      readonly about: readonly [account: string, region: string, host: string, program: string | undefined];
    }
  /** In the jobs' order. */
  | { readonly kind: 'planned'; readonly plans: readonly PlannedImage[] }
  /** Of all images together. */
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** In the jobs' order. */
  | { readonly kind: 'done'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'log'; readonly line: string };
