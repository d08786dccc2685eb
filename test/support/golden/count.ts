/** How many of the expressions or templates speak of each name, outside of their quoted texts. */
export function countCalls(texts: readonly string[]): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  for (const text of texts) {
    const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""');
    for (const name of new Set(bare.match(/(?<![.$\w])\w+/g))) out.set(name, (out.get(name) ?? 0) + 1);
  }
  return out;
}
