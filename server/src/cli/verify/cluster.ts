import type { ReplicatedDomains } from '../../core/image/hosts.ts';
import { connectCluster } from '../../io/cluster/client.ts';
import { ClusterError } from '../../io/cluster/cluster-error.ts';
import type { ClusterAccess } from '../../io/cluster/kubeconfig.ts';
import type { Pod } from '../../io/cluster/pods.ts';
import { createHosts } from '../../work/mirror/hosts.ts';
import { digestFinder } from '../../work/verify/digests.ts';
import type { ExpectedUse } from '../../work/verify/expected.ts';
import { judge, unseen } from '../../work/verify/judge.ts';
import { podsOfApp } from '../../work/verify/pods-of-app.ts';
import { isPullFailure } from '../../work/verify/pull-error.ts';
import type { ClusterReport } from './report.ts';

/** What is expected of the pods, once it is known. */
export interface Expected {
  readonly images: readonly ExpectedUse[];
  readonly domains: ReplicatedDomains;
}

/**
 * Reads the pods of a cluster and holds them against what a release deploys; changes nothing there.
 * @param where a namespace, null for all; or the context's, and where that holds no pod of the app, the one that is
 *   named after it
 * @param expect is waited for while the cluster answers
 * @throws Error where the cluster cannot be asked, in words for people and without secrets
 */
export async function verifyCluster(
  access: ClusterAccess,
  where: { readonly namespace: string | null } | 'context',
  options: {
    /** AWS account → profile. */
    readonly profiles: Readonly<Record<string, string>>;
    readonly app: string | null;
    readonly expect: () => Promise<Expected>;
  },
  signal: AbortSignal,
): Promise<ClusterReport> {
  const { profiles, app, expect } = options;
  const cluster = connectCluster(access, process.env);
  const hosts = createHosts({
    env: process.env,
    now: Date.now,
    log: () => {},
    profileFor: (account) => profiles[account],
    mayStartPrograms: () => true,
  });
  try {
    const [{ namespace, pods: all }, { images, domains }] = await Promise.all([
      where === 'context'
        ? podsOfApp(cluster, access.namespace, app, signal)
        : cluster.pods(where.namespace, signal).then((pods) => ({ namespace: where.namespace, pods })),
      expect(),
    ]);
    const pods = all.filter(({ appSlug }) => appSlug === null || app === null || appSlug === app);
    const failures = await failuresOf(pods, cluster.pullFailures, signal);
    const verified = await judge(pods, images, {
      digestsOf: digestFinder(hosts, signal),
      said: (pod) => failures.get(`${pod.namespace}/${pod.name}`) ?? [],
      domains,
    });
    return {
      context: access.context,
      namespace,
      // What else runs in the namespace, the admin console for one, is nobody's business here.
      containers: verified.filter(({ pod, finding }) => finding !== 'not-in-release' || pod.appSlug !== null),
      unseen: unseen(images, verified),
    };
  } catch (error) {
    if (error instanceof ClusterError) throw new Error(hosts.clean(error.message));
    throw error;
  } finally {
    cluster.close();
    hosts.close();
  }
}

/** What the kubelet said of failed pulls, by namespace and pod; asked for only where a pod has one. */
async function failuresOf(
  pods: readonly Pod[],
  ask: (namespace: string, signal: AbortSignal) => Promise<ReadonlyMap<string, readonly string[]>>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const failing = pods.filter(({ containers }) => containers.some(({ waiting }) => isPullFailure(waiting)));
  const found = new Map<string, readonly string[]>();
  for (const namespace of new Set(failing.map((pod) => pod.namespace))) {
    // Who may list pods need not be allowed to list events.
    const said = await ask(namespace, signal).catch(() => new Map<string, readonly string[]>());
    for (const [pod, messages] of said) found.set(`${namespace}/${pod}`, messages);
  }
  return found;
}
