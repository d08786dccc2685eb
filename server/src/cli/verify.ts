import { parseArgs } from 'node:util';
import { inquire } from '../core/features/inquire.ts';
import { reportablePaths } from '../core/features/report.ts';
import { filesOf } from '../core/session/snapshot.ts';
import { connectCluster } from '../io/cluster/client.ts';
import { ClusterError } from '../io/cluster/cluster-error.ts';
import { readKubeconfig } from '../io/cluster/kubeconfig.ts';
import type { Pod } from '../io/cluster/pods.ts';
import { createHosts } from '../work/mirror/hosts.ts';
import { digestFinder } from '../work/verify/digests.ts';
import { type ExpectedUse, expectedImages } from '../work/verify/expected.ts';
import { judge, unseen } from '../work/verify/judge.ts';
import { isWrong, type Verified } from '../work/verify/model.ts';
import { isPullFailure } from '../work/verify/pull-error.ts';
import { askerFor } from './asker.ts';
import { hasColours, painter } from './format/text.ts';
import { profilesIn } from './profiles.ts';
import { UsageError } from './usage.ts';
import { openWorkspace } from './workspace.ts';

/** How long all questions together may take: milliseconds. */
const PATIENCE_MS = 120_000;

/** `waybill verify`: holds what a cluster pulled against what the release deploys. Changes nothing there. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      app: { type: 'string' },
      kubeconfig: { type: 'string' },
      context: { type: 'string' },
      namespace: { type: 'string', short: 'n' },
      'all-namespaces': { type: 'boolean', short: 'A', default: false },
      'aws-profile': { type: 'string', multiple: true, default: [] },
    },
  });
  const { format } = values;
  if (format !== 'text' && format !== 'json')
    throw new UsageError(`--format is text or json, not "${format}".`);
  if (positionals.length > 1) throw new UsageError('verify is about one release; name one folder.');
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const workspace = await openWorkspace(positionals, { app: values.app ?? null, environment: process.env });
  for (const { path, message } of workspace.problems) process.stderr.write(`${path}: ${message}\n`);
  const releaseIn = () => {
    const { snapshot } = workspace.session;
    const found = snapshot.releases.filter((release) =>
      filesOf(snapshot, release).some(({ path }) => workspace.named(path)),
    );
    const [release, ...more] = found;
    const where = positionals[0] ?? 'this folder';
    if (release === undefined)
      throw new Error(`No release was found in ${where}. Name the folder that holds its YAML.`);
    if (more.length > 0) throw new UsageError(`There are ${found.length} releases in ${where}. Name one.`);
    return { snapshot, release };
  };
  releaseIn();

  const access = await readKubeconfig({
    env: process.env,
    ...(values.kubeconfig === undefined ? {} : { file: values.kubeconfig }),
    ...(values.context === undefined ? {} : { context: values.context }),
  });
  const profiles = profilesIn(values['aws-profile']);
  const cluster = connectCluster(access, process.env);
  const hosts = createHosts({
    env: process.env,
    now: Date.now,
    log: () => {},
    profileFor: (account) => profiles[account],
    mayStartPrograms: () => true,
  });
  try {
    const { asker, flush } = askerFor(workspace.session, { network: 'on', profiles });
    const namespace = values['all-namespaces'] ? null : (values.namespace ?? access.namespace);
    const [all] = await Promise.all([
      cluster.pods(namespace, signal),
      inquire(
        workspace.session,
        asker,
        reportablePaths(workspace.session.snapshot).filter(workspace.named),
        signal,
      ),
    ]);
    await flush();
    const { snapshot, release } = releaseIn();
    const { app } = release.context;
    const pods = all.filter(({ appSlug }) => appSlug === null || app === null || appSlug === app);
    const expected = expectedImages(snapshot, release, undefined, workspace.shown);
    const failures = await failuresOf(pods, cluster.pullFailures, signal);
    const verified = await judge(pods, expected, {
      digestsOf: digestFinder(hosts, signal),
      said: (pod) => failures.get(`${pod.namespace}/${pod.name}`) ?? [],
    });
    const report: Verification = {
      context: access.context,
      namespace,
      app,
      // What else runs in the namespace, the admin console for one, is nobody's business here.
      containers: verified.filter(({ pod, finding }) => finding !== 'not-in-release' || pod.appSlug !== null),
      unseen: unseen(expected, verified),
    };
    process.stdout.write(format === 'json' ? jsonOf(report) : textOf(report));
    return report.containers.some(({ finding }) => isWrong(finding))
      ? 1
      : report.containers.length === 0
        ? 3
        : 0;
  } catch (error) {
    if (error instanceof ClusterError) throw new Error(hosts.clean(error.message));
    throw error;
  } finally {
    cluster.close();
    hosts.close();
  }
}

interface Verification {
  readonly context: string;
  /** Null for all. */
  readonly namespace: string | null;
  readonly app: string | null;
  readonly containers: readonly Verified[];
  readonly unseen: readonly ReturnType<typeof unseen>[number][];
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

function jsonOf({ containers, unseen, ...rest }: Verification): string {
  const shown = {
    version: 1,
    ...rest,
    words: textOf({ containers, unseen, ...rest }),
    containers: containers.map(({ pod, container, expected, finding, message }) => ({
      namespace: pod.namespace,
      pod: pod.name,
      container: container.name,
      image: container.image,
      digest: container.digest,
      pullSecrets: pod.pullSecrets,
      waiting: container.waiting,
      finding,
      message,
      expected: expected === null ? null : expectedJson(expected),
    })),
    unseen: unseen.map(expectedJson),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

const expectedJson = ({
  written,
  place,
  deployed,
  pullSecret,
  verdict,
  linked,
}: ExpectedUse | Verification['unseen'][number]) => ({
  written,
  place,
  deployed,
  pullSecret,
  digest: verdict?.digest ?? null,
  linked,
});

function textOf({ context, namespace, app, containers, unseen }: Verification): string {
  const paint = painter(hasColours(process.stdout));
  const where = `context ${context}, ${namespace === null ? 'all namespaces' : `namespace ${namespace}`}`;
  if (containers.length === 0)
    return `No pod of ${app ?? 'this release'} was found (${where}). Choose others with --context and --namespace.\n`;
  const lines = [`${paint('bold', app ?? 'release')} (${where})`];
  for (const { pod, container, expected, finding, message } of containers) {
    const mark = finding === 'right' ? paint('green', '✓') : isWrong(finding) ? paint('red', '✗') : '·';
    lines.push(`${mark} ${paint('bold', `${pod.name} / ${container.name}`)}`);
    if (expected !== null) lines.push(`    release  ${expected.written}  ${paint('gray', expected.place)}`);
    lines.push(`    cluster  ${container.image}`, `    ${message}`);
  }
  for (const { written, place } of unseen)
    lines.push(`· ${written}  ${paint('gray', place)}`, '    No pod of these uses it at present.');
  const wrong = containers.filter(({ finding }) => isWrong(finding)).length;
  lines.push(
    wrong === 0
      ? `${containers.length} container${containers.length === 1 ? '' : 's'}, none wrong.`
      : `${wrong} of ${containers.length} containers ${wrong === 1 ? 'is' : 'are'} wrong.`,
  );
  return lines.map((line) => `${line}\n`).join('');
}
