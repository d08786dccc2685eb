import { canonicalHost } from '../../core/image/hosts.ts';
import { canonical, familiar } from '../../core/image/normal.ts';
import type { NormalReference } from '../../core/image/reference.ts';
import type { NewRepository } from '../../io/aws/write-api.ts';
import { type BlobFate, copyTree, type ImageTarget } from './copy.ts';
import { createHosts, type Hosts, type HostsOptions } from './hosts.ts';
import { type Descriptor, type ImageSource, MirrorError, type Progress } from './model.ts';
import { type MirrorPlan, planCopy } from './plan.ts';
import { copyReferrers } from './referrers.ts';
import { registrySource } from './registry-source.ts';
import { createFactFinder } from './target-facts.ts';
import { readTree } from './tree.ts';

/** One image to copy. */
export interface MirrorJob {
  /** An image at a registry, or one that is open already: an archive. */
  readonly source: NormalReference | ImageSource;
  /** Its tag is the source's, or `latest`, where it has none. */
  readonly target: NormalReference;
}

/** What became of an image. */
export interface MirrorResult {
  readonly plan: MirrorPlan;
  /** What it has at its source and at its target. */
  readonly digest: string;
  readonly blobs: Readonly<Record<BlobFate, number>>;
  /** Bytes of blobs that were sent. */
  readonly bytesSent: number;
  /** How many signatures, SBOMs and the like are there with it; 0 where nobody asked for them. */
  readonly referrers: number;
}

export interface CopyChoices {
  /** Whether signatures, SBOMs and the like are copied too. */
  readonly referrers?: boolean;
}

/** So many images are copied at the same time; each has its blobs copied side by side. */
export const IMAGES_AT_A_TIME = 3;

/** Copies images between registries, with what was learnt of one put to use for the next. */
export interface Mirror {
  /** What copying will do. `thorough` asks for every blob. @throws MirrorError or the signal's reason */
  plan(job: MirrorJob, thorough: boolean, signal: AbortSignal): Promise<MirrorPlan>;
  /** Makes the repository that a plan says is missing. @throws MirrorError or the signal's reason */
  createRepository(plan: MirrorPlan, signal: AbortSignal): Promise<void>;
  /**
   * Copies as planned; with nothing to do it does nothing. A plan's `refusal` is thrown.
   * @throws MirrorError or the signal's reason
   */
  copy(
    plan: MirrorPlan,
    signal: AbortSignal,
    onProgress?: (progress: Progress) => void,
    options?: CopyChoices,
  ): Promise<MirrorResult>;
  readonly hosts: Hosts;
  close(): void;
}

export interface MirrorOptions extends HostsOptions {
  /** What repositories of Amazon ECR are made with; mutable tags and no scan on push, as ECR has it, unless given. */
  readonly repositories?: Partial<NewRepository>;
}

export function createMirror(options: MirrorOptions): Mirror {
  const hosts = createHosts(options);
  const facts = createFactFinder({ immutable: false, scanOnPush: false, ...options.repositories });
  /** Host and digest → a repository of that host which holds the blob. */
  const holders = new Map<string, string>();
  /** What is being sent now, by host and digest. */
  const underWay = new Map<string, { readonly repository: string; readonly done: Promise<void> }>();

  const sourceOf = async (source: MirrorJob['source'], signal: AbortSignal): Promise<ImageSource> => {
    if (!('domain' in source)) return source;
    const { domain, path, tag, digest } = source;
    const at = await hosts.open(domain, 'pull', signal);
    return registrySource(at, { repository: path, tag, digest }, familiar(source));
  };
  const targetOf = async ({ source, target }: MirrorJob, signal: AbortSignal): Promise<ImageTarget> => {
    const named = 'domain' in source ? source : { tag: null, digest: null };
    const digest = target.digest ?? named.digest;
    const tag = target.tag ?? named.tag ?? (digest === null ? 'latest' : null);
    const at = await hosts.open(target.domain, 'push', signal);
    const name = canonical({ ...target, tag, digest: tag === null ? digest : null }, { defaultTag: true });
    return { at, repository: target.path, tag, name };
  };

  /**
   * What one image has sent is not sent by another at the same time, but waited for: then it is there, or can be
   * mounted from the other one's repository. Where the other one fails, this one tries for itself.
   */
  const once = async (blob: string, repository: string, work: () => Promise<void>): Promise<void> => {
    for (let running = underWay.get(blob); running !== undefined; running = underWay.get(blob)) {
      const arrived = await running.done.then(() => true).catch(() => false);
      if (arrived && running.repository === repository) return;
    }
    const done = work();
    underWay.set(blob, { repository, done });
    try {
      await done;
    } finally {
      underWay.delete(blob);
    }
  };

  return {
    hosts,
    close: () => hosts.close(),
    async plan(job, thorough, signal) {
      const { source, target } = job;
      if ('domain' in source && isSame(source, target))
        throw new MirrorError(
          'refused',
          `${familiar(source)} is to be copied onto itself. Name another target.`,
        );
      const [from, to] = await Promise.all([sourceOf(source, signal), targetOf(job, signal)]);
      return planCopy(from, to, signal, {
        thorough,
        listed: (target, blobs, within) => facts.listed(target, blobs, within),
        facts: (target, source, within) => facts.find(target, source, thorough, within),
      });
    },
    createRepository: (plan, signal) => facts.create(plan.target, signal),
    async copy(plan, signal, onProgress = () => {}, choices = {}) {
      const { source, target, tree, digest, refusal } = plan;
      const blobs = { sent: 0, mounted: 0, there: plan.present.size };
      let bytesSent = 0;
      if (refusal !== null) throw refusal;
      if (tree === null && choices.referrers !== true)
        return { plan, digest, blobs, bytesSent, referrers: 0 };
      const { host } = target.at;
      let done = 0;
      let came = 0;
      const tell = (): void =>
        onProgress({ blobs: plan.blobsToMove, blobsDone: done, bytes: plan.bytesToMove, bytesDone: came });
      for (const present of plan.present) holders.set(`${host} ${present}`, target.repository);
      const how = {
        now: options.now,
        once: (blob: Descriptor, work: () => Promise<void>) =>
          once(`${host} ${blob.digest}`, target.repository, work),
        holder: (blob: string) => {
          const known = holders.get(`${host} ${blob}`);
          if (known !== undefined && known !== target.repository) return known;
          return source.host === host ? (source.repository ?? null) : null;
        },
        onBytes(count: number) {
          came += count;
          tell();
        },
        onBlob(blob: Descriptor, fate: BlobFate) {
          holders.set(`${host} ${blob.digest}`, target.repository);
          blobs[fate]++;
          done++;
          if (fate === 'sent') bytesSent += blob.size;
          else came += blob.size;
          tell();
        },
      };
      if (tree !== null)
        await copyTree(source, tree, target, signal, {
          ...how,
          present: plan.present,
          unasked: plan.unasked,
        });
      if (choices.referrers !== true) return { plan, digest, blobs, bytesSent, referrers: 0 };
      const whole = tree ?? (await readTree(source, await source.resolve(signal), signal));
      const referrers = await copyReferrers(source, whole, target, signal, how);
      return { plan, digest, blobs, bytesSent, referrers };
    },
  };
}

const isSame = (source: NormalReference, target: NormalReference): boolean =>
  canonicalHost(source.domain) === canonicalHost(target.domain) &&
  source.path === target.path &&
  (target.tag === null || target.tag === (source.tag ?? 'latest')) &&
  (target.tag !== null || target.digest === null || target.digest === source.digest);
