/** Runs `work` for every item, at most `max` at a time: the file system does not get faster with more. */
export async function each<T>(
  items: readonly T[],
  max: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(max, items.length) }, worker));
}
