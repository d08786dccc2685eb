import type { Cluster } from '../../io/cluster/client.ts';
import { ClusterError } from '../../io/cluster/cluster-error.ts';
import type { Pod } from '../../io/cluster/pods.ts';

/**
 * The pods of a namespace; where none of them is of the app, those of the namespace that is named after it, which is
 * what the app manager's installer proposes.
 * @throws ClusterError
 */
export async function podsOfApp(
  cluster: Pick<Cluster, 'pods'>,
  namespace: string,
  app: string | null,
  signal: AbortSignal,
): Promise<{ readonly namespace: string; readonly pods: readonly Pod[] }> {
  const here = await cluster.pods(namespace, signal);
  const hasApp = (pods: readonly Pod[]): boolean => pods.some(({ appSlug }) => appSlug === app);
  if (app === null || app === namespace || hasApp(here)) return { namespace, pods: here };
  // Who may look here need not be allowed to look there.
  const there = await cluster.pods(app, signal).catch((error: unknown) => {
    if (error instanceof ClusterError) return [];
    throw error;
  });
  return hasApp(there) ? { namespace: app, pods: there } : { namespace, pods: here };
}
