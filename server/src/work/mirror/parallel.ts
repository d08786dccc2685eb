/**
 * Does `work` for each item, so many at a time, and gives the results in the items' order. The first failure ends the
 * others by their signal, and is thrown when all of them have ended.
 * @throws what `work` threw first, or the reason of `signal`
 */
export async function inParallel<T, R>(
  items: readonly T[],
  atATime: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController();
  const within = AbortSignal.any([signal, failed.signal]);
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && !within.aborted) {
      const i = next++;
      try {
        results[i] = await work(items[i] as T, within);
      } catch (error) {
        failed.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
  return results;
}
