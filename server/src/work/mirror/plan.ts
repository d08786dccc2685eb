import { hasBlob, headTarget, type ImageTarget } from './copy.ts';
import { type Descriptor, type ImageSource, MirrorError } from './model.ts';
import { inParallel } from './parallel.ts';
import { type ImageTree, readTree } from './tree.ts';

/** What stands at the target before anything is copied. */
export type Before =
  /** Its tag stands for this very image already. */
  | { readonly kind: 'same' }
  | { readonly kind: 'nothing' }
  /** Its tag stands for another image, which the copy replaces. */
  | { readonly kind: 'other'; readonly digest: string };

/** What the copying of one image will do, found out without changing anything. */
export interface MirrorPlan {
  readonly source: ImageSource;
  readonly target: ImageTarget;
  readonly digest: string;
  readonly before: Before;
  /** Null where there is nothing to do. */
  readonly tree: ImageTree | null;
  /** Blobs that are at the target already, as far as was asked. */
  readonly present: ReadonlySet<string>;
  /** Blobs that nobody has asked about yet. */
  readonly unasked: ReadonlySet<string>;
  /** Blobs and bytes of all platforms together. */
  readonly blobs: number;
  readonly bytes: number;
  /** What is left of them to send, at most. */
  readonly blobsToMove: number;
  readonly bytesToMove: number;
  /** The repository is not there, and this is what becomes of that. */
  readonly repository: RepositoryPlan;
  /** ECR's actions that these credentials may not take and that the copy needs: `ecr:PutImage`. */
  readonly denied: readonly string[];
  /** Where a pull-through cache of the target's registry would have the image by itself. */
  readonly cachedAt: string | null;
  /** Why it cannot or must not be copied; null where it can. */
  readonly refusal: MirrorError | null;
}

export type RepositoryPlan =
  | { readonly kind: 'there' }
  /** The first push makes it, by the creation template for that prefix. */
  | { readonly kind: 'made-on-push'; readonly template: string }
  /** Somebody has to make it: `--create`. */
  | { readonly kind: 'missing'; readonly settings: string }
  /** Nobody could tell. */
  | { readonly kind: 'unknown' };

/** What the target's registry tells of itself; what it does not, is unknown. */
export interface TargetFacts {
  readonly repository: RepositoryPlan;
  readonly immutable: boolean;
  readonly denied: readonly string[];
  readonly cachedAt: string | null;
}

export interface PlanOptions {
  /** Whether each blob is asked about, so that the bytes to move are exact. ECR, which tells of all at once, is anyway. */
  readonly thorough: boolean;
  /** Which of some blobs a registry says are there, where it can be asked about many at once; null where it cannot. */
  readonly listed: (
    target: ImageTarget,
    blobs: readonly Descriptor[],
    signal: AbortSignal,
  ) => Promise<ReadonlySet<string> | null>;
  readonly facts: (target: ImageTarget, source: ImageSource, signal: AbortSignal) => Promise<TargetFacts>;
}

const BLOBS_AT_A_TIME = 24;

/**
 * Finds out what a copy will do. What is known to be refused is a plan with a `refusal`.
 * @throws MirrorError where source or target cannot be asked, or the image is none; the reason of `signal`
 */
export async function planCopy(
  source: ImageSource,
  target: ImageTarget,
  signal: AbortSignal,
  { thorough, facts, listed }: PlanOptions,
): Promise<MirrorPlan> {
  const [first, there, known] = await Promise.all([
    source.peek?.(signal) ?? source.resolve(signal),
    target.tag === null ? null : headTarget(target, target.tag, signal),
    facts(target, source, signal),
  ]);
  const empty = { blobs: 0, bytes: 0, blobsToMove: 0, bytesToMove: 0, ...nothing };
  const same = (digest: string): MirrorPlan => ({
    ...known,
    ...empty,
    source,
    target,
    digest,
    before: { kind: 'same' },
    tree: null,
    refusal: null,
  });
  if (typeof first === 'string' && first === there) return same(first);
  const top = typeof first === 'string' || first === null ? await source.resolve(signal) : first;
  if (top.digest === there) return same(top.digest);
  if (target.tag === null && (await headTarget(target, top.digest, signal)) === top.digest)
    return same(top.digest);
  const tree = await readTree(source, top, signal);
  const isNew = known.repository.kind === 'missing' || known.repository.kind === 'made-on-push';
  const { present, unasked } = isNew ? nothing : await presenceOf(tree, target, signal, { thorough, listed });
  const toMove = tree.blobs.filter(({ digest }) => !present.has(digest));
  const before: Before = there === null ? { kind: 'nothing' } : { kind: 'other', digest: there };
  return {
    ...known,
    source,
    target,
    digest: top.digest,
    before,
    tree,
    present,
    unasked,
    blobs: tree.blobs.length,
    bytes: sum(tree.blobs),
    blobsToMove: toMove.length,
    bytesToMove: sum(toMove),
    refusal: refusalOf(target, top.digest, before, known),
  };
}

/** What is known of an image's blobs at the target. */
type Presence = Pick<MirrorPlan, 'present' | 'unasked'>;
const nothing: Presence = { present: new Set(), unasked: new Set() };

/** Which blobs are at the target already. */
async function presenceOf(
  { blobs }: ImageTree,
  target: ImageTarget,
  signal: AbortSignal,
  { thorough, listed }: Pick<PlanOptions, 'thorough' | 'listed'>,
): Promise<Presence> {
  const known = await listed(target, blobs, signal);
  if (known !== null) return { ...nothing, present: known };
  // Copying finds out as it goes (copy.ts).
  if (!thorough) return { present: new Set(), unasked: new Set(blobs.map(({ digest }) => digest)) };
  const held = await inParallel(blobs, BLOBS_AT_A_TIME, signal, (blob, within) =>
    hasBlob(target, blob, within),
  );
  return { ...nothing, present: new Set(blobs.flatMap(({ digest }, i) => (held[i] ? [digest] : []))) };
}

function refusalOf(
  { name, at }: ImageTarget,
  digest: string,
  before: Before,
  { immutable, denied }: TargetFacts,
): MirrorError | null {
  if (before.kind === 'other' && immutable)
    return new MirrorError(
      'refused',
      `${name} is immutable and stands for ${before.digest}; the image to mirror is ${digest}. Mirror it under another tag.`,
    );
  if (denied.length > 0)
    return new MirrorError(
      'target',
      `${name}: these credentials may not push to ${at.host}. Missing: ${denied.join(', ')}.`,
    );
  return null;
}

const sum = (blobs: readonly { readonly size: number }[]): number =>
  blobs.reduce((all, { size }) => all + size, 0);
