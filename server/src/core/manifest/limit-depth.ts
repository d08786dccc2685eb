import type { CST } from 'yaml';

/** How deep collections may nest. Kubernetes objects stay below 30; the stack holds several times this. */
export const maxDepth = 400;

/**
 * Cuts a document's token tree off where it nests deeper than `maxDepth`, so that whatever walks over it by
 * recursion cannot run out of stack. Gives the offset of the first cut, or -1. Itself without recursion.
 */
export function limitDepth(document: CST.Document): number {
  let cut = -1;
  const pending: { token: CST.Token; depth: number }[] = [];
  if (document.value !== undefined) pending.push({ token: document.value, depth: 1 });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (!isCollection(token)) continue;
    if (depth >= maxDepth) {
      if (cut < 0 || token.offset < cut) cut = token.offset;
      token.items = [];
      continue;
    }
    for (const item of token.items) {
      if (item.key) pending.push({ token: item.key, depth: depth + 1 });
      if (item.value) pending.push({ token: item.value, depth: depth + 1 });
    }
  }
  return cut;
}

const isCollection = (token: CST.Token): token is CST.BlockMap | CST.BlockSequence | CST.FlowCollection =>
  token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection';
