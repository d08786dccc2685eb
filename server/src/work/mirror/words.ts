import { sizeInWords } from '../../core/features/figures.ts';
import type { MirrorResult } from './mirror.ts';
import type { MirrorPlan } from './plan.ts';

/** What will happen, before it happens: one sentence for each thing that somebody would want to know. */
export function planInWords(plan: MirrorPlan): string[] {
  const { source, target, digest, before, tree, repository, cachedAt, refusal } = plan;
  if (before.kind === 'same') return [`${target.name} is ${source.name} already (${digest}). Nothing to do.`];
  const said = [`${source.name} → ${target.name}`, `digest ${digest}`];
  if (tree !== null && tree.platforms.length > 0)
    said.push(`${count(tree.platforms.length, 'platform')}: ${tree.platforms.join(', ')}`);
  const there = plan.blobs - plan.blobsToMove;
  const rest =
    there === 0
      ? ''
      : `; ${count(there, 'blob')} of ${sizeInWords(plan.bytes)} in all ${there === 1 ? 'is' : 'are'} there already`;
  said.push(`to send: ${count(plan.blobsToMove, 'blob')}, ${sizeInWords(plan.bytesToMove)} at most${rest}`);
  if (before.kind === 'other') said.push(`replaces ${before.digest}, which the tag stands for now`);
  if (repository.kind === 'missing')
    said.push(`the repository ${target.repository} is to be created (${repository.settings})`);
  if (repository.kind === 'made-on-push')
    said.push(
      `the first push creates the repository ${target.repository}, by the creation template for ${repository.template}`,
    );
  if (cachedAt !== null)
    said.push(
      `a pull-through cache of ${target.at.host} has it as ${cachedAt} without any copy: that may do instead`,
    );
  if (refusal !== null) said.push(refusal.message);
  return said;
}

/** What became of an image, in one line. */
export function resultInWords({ plan, digest, blobs, bytesSent, referrers }: MirrorResult): string {
  const { target } = plan;
  const more = referrers === 0 ? '' : `, with ${count(referrers, 'referrer')}`;
  if (plan.before.kind === 'same') return `${target.name} was there already: ${digest}${more}`;
  const parts = [
    `${count(blobs.sent, 'blob')} sent (${sizeInWords(bytesSent)})`,
    ...(blobs.mounted > 0 ? [`${blobs.mounted} mounted`] : []),
    ...(blobs.there > 0 ? [`${blobs.there} there already`] : []),
  ];
  return `${target.name} is ${plan.source.name} now: ${digest}, ${parts.join(', ')}${more}`;
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
