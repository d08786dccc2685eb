import { canonical, familiar } from '../image/normal.ts';
import type { ReleaseContext } from '../release/context.ts';
import { isAskable } from '../release/reading.ts';
import { moveOf } from '../rules/private-home.ts';
import { publicImage } from '../rules/public-image.ts';
import type { Fix } from '../rules/rule.ts';

/** The copying of a public image to its private path, and the rewriting of what names it. */
export interface Mirroring {
  readonly title: string;
  /** The image as `moveKey` has it: what finds it again in a text that has changed meanwhile. */
  readonly source: string;
  /** Where it would live: the whole reference. */
  readonly target: string;
}

/** What stands for the image to move, however a file spells it: `docker.io/library/nginx:1.27`. */
export const moveKey = (source: Parameters<typeof canonical>[0]): string =>
  canonical(source, { defaultTag: true });

/** How a fix's image could be brought to where the fix would have it; null where nobody can tell which image that is. */
export function mirroringOf(rule: string, fix: Fix, context: ReleaseContext): Mirroring | null {
  if (rule !== publicImage.name || fix.target === null) return null;
  // Where a chart decides the tag, the text does not say which image there would have to be.
  if (fix.target.tag === null && fix.target.digest === null) return null;
  const move = moveOf(fix.read, context);
  if (move === null) return null;
  const { registry, repository, target } = move.target;
  if (!isAskable(registry, context)) return null;
  return {
    title: `Mirror ${familiar(move.source)} to ${registry}/${repository} and rewrite`,
    source: moveKey(move.source),
    target,
  };
}
