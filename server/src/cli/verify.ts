import { parseArgs } from 'node:util';
import { planOf } from '../core/features/deployed.ts';
import { changesOf } from '../core/features/scenario-choice.ts';
import type { Scenario } from '../core/kots/scenario.ts';
import { hasKubeconfig, readKubeconfig } from '../io/cluster/kubeconfig.ts';
import { readArchive } from '../work/verify/archive.ts';
import { expectedImages } from '../work/verify/expected.ts';
import { customerIn } from '../work/verify/installed.ts';
import { profilesIn } from './profiles.ts';
import { givenScenario, scenarioFlags } from './scenario-flags.ts';
import { UsageError } from './usage.ts';
import { askFor, type KnownRelease, oneRelease } from './verify/ask.ts';
import { verifyCluster } from './verify/cluster.ts';
import { verifyInstalled } from './verify/installed.ts';
import { exitCodeFor, jsonOf, textOf, type Verification } from './verify/report.ts';
import { openWorkspace } from './workspace.ts';

/** How long all questions together may take: milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * `waybill verify`: holds what a cluster pulled, and what the app manager wrote, against what the release deploys.
 * Changes nothing there.
 */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...scenarioFlags,
      format: { type: 'string', default: 'text' },
      app: { type: 'string' },
      installed: { type: 'string' },
      'no-cluster': { type: 'boolean', default: false },
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
  if (values['no-cluster'] && values.installed === undefined)
    throw new UsageError('--no-cluster leaves nothing to verify; it goes with --installed DIR.');
  const given = await givenScenario(values);
  const archive = values.installed === undefined ? null : await readArchive(values.installed);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const workspace = await openWorkspace(positionals, {
    app: given.choice.appSlug ?? values.app ?? null,
    environment: process.env,
  });
  for (const { path, message } of workspace.problems) process.stderr.write(`${path}: ${message}\n`);
  const where = positionals[0] ?? 'this folder';
  const { app } = oneRelease(workspace, where).release.context;

  const profiles = profilesIn(values['aws-profile']);
  const customer = archive === null ? given.customer : customerIn(archive, given.customer);
  const changes: Partial<Scenario> = {
    ...changesOf(given.choice),
    ...(Object.keys(customer).length === 0 ? {} : { customer }),
  };
  let asked: Promise<KnownRelease> | null = null;
  const known = () => {
    asked ??= askFor(workspace, where, { changes, profiles }, signal);
    return asked;
  };
  const { kubeconfig: file, context, namespace } = values;
  const options = {
    env: process.env,
    ...(file === undefined ? {} : { file }),
    ...(context === undefined ? {} : { context }),
  };
  const isLeftOut =
    values['no-cluster'] || (archive !== null && context === undefined && !(await hasKubeconfig(options)));
  const access = isLeftOut ? null : await readKubeconfig(options);
  const cluster =
    access === null
      ? null
      : await verifyCluster(
          access,
          values['all-namespaces']
            ? { namespace: null }
            : namespace === undefined
              ? 'context'
              : { namespace },
          {
            profiles,
            app,
            async expect() {
              const { snapshot, release } = await known();
              return {
                images: expectedImages(snapshot, release, changes, workspace.shown),
                domains: planOf(snapshot, release, changes).plan.scenario,
              };
            },
          },
          signal,
        );
  const at = await known();
  const report: Verification = {
    app,
    cluster,
    installed: archive === null ? null : await verifyInstalled(archive, at, { changes, customer }, signal),
  };
  process.stdout.write(format === 'json' ? jsonOf(report) : textOf(report));
  return exitCodeFor(report);
}
