/**
 * Calls of the result that come while `work` waits for its turn or runs lead to one more run, not to one each.
 * @param soon how the turn is waited for
 * @param failed hears of what `work` throws
 */
export function coalesced(
  soon: (run: () => void) => void,
  work: () => Promise<void> | void,
  failed: (error: unknown) => void,
): () => void {
  let wanted = 0;
  let busy = false;
  const run = async (): Promise<void> => {
    const served = wanted;
    try {
      await work();
    } catch (error) {
      failed(error);
    }
    busy = false;
    if (wanted !== served) call();
  };
  const call = (): void => {
    wanted++;
    if (busy) return;
    busy = true;
    soon(() => void run());
  };
  return call;
}
