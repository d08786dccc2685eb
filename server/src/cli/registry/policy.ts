import { parseArgs } from 'node:util';
import { pulledFromEcr } from '../../core/features/pulled-repositories.ts';
import { reportablePaths } from '../../core/features/report.ts';
import { canonicalHost, ecrHost } from '../../core/image/hosts.ts';
import { type PullGrant, pullIdentityName, pullPolicy, trustPolicy } from '../../work/link/policy.ts';
import { asCommands, asJson, asTerraform, isTooLong, type PullIdentity } from '../../work/link/print.ts';
import { interruptible } from '../portal.ts';
import { profilesIn } from '../profiles.ts';
import { UsageError } from '../usage.ts';
import { openWorkspace } from '../workspace.ts';
import { hostOf } from './host.ts';
import { makeIdentity } from './make-identity.ts';

const forms = ['json', 'aws', 'terraform'] as const;

/**
 * `waybill registry policy`: the read-only identity that Replicated pulls as, for the registries that a release names.
 * Printed, and nobody is asked; with `--create` it is made.
 */
export async function showPolicy(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      as: { type: 'string', default: 'json' },
      all: { type: 'boolean', default: false },
      registry: { type: 'string' },
      role: { type: 'boolean', default: false },
      team: { type: 'string' },
      name: { type: 'string' },
      app: { type: 'string' },
      create: { type: 'boolean', default: false },
      'aws-profile': { type: 'string', multiple: true, default: [] },
    },
  });
  const form = forms.find((one) => one === values.as);
  if (form === undefined) throw new UsageError(`--as is one of ${forms.join(', ')}, not "${values.as}".`);
  if (values.role && !values.team)
    throw new UsageError("A role trusts one team: give the team's id in the vendor portal with --team.");
  if (values.team !== undefined && !/^[\w-]+$/.test(values.team))
    throw new UsageError(`"${values.team}" is no id of a team.`);
  if (values.name !== undefined && !/^[\w+=,.@-]{1,64}$/.test(values.name))
    throw new UsageError(`"${values.name}" is no name of an IAM ${values.role ? 'role' : 'user'}.`);

  const { session, named } = await openWorkspace(positionals, {
    app: values.app ?? null,
    environment: process.env,
  });
  const { snapshot } = session;
  const pulled = pulledFromEcr(snapshot, reportablePaths(snapshot).filter(named));
  const wanted = values.registry === undefined ? null : hostOf(values.registry);
  const configured = [...snapshot.configs.values()].flatMap(({ config }) =>
    config.registries.map(({ endpoint }) => ({ host: canonicalHost(endpoint), repositories: [] })),
  );
  const grants = grantsOf(pulled.registries.length > 0 ? pulled.registries : configured, wanted, values.all);
  const [first] = grants;
  if (first === undefined)
    throw new UsageError(
      'The release names no image in Amazon ECR, and .waybill.yaml lists no such registry. Name one with --registry HOST.',
    );
  const { ecr, host } = first;
  const name = values.name ?? pullIdentityName(snapshot.releases[0]?.context.app ?? null);
  const identity: PullIdentity = {
    kind: values.role ? 'role' : 'user',
    name,
    ecr,
    host,
    policy: pullPolicy(grants),
    trust: values.role ? trustPolicy(ecr, values.team ?? '') : null,
  };
  if (isTooLong(identity))
    throw new Error(
      'The policy would be longer than IAM takes. Use --all, which names no single repository, or one registry at a time with --registry.',
    );
  for (const grant of grants)
    if (grant.repositories === null && !values.all)
      process.stderr.write(
        `The release names no repository of ${grant.host}: the policy is for all of them.\n`,
      );
  if (!values.all)
    for (const written of pulled.unknown)
      process.stderr.write(
        `Not in the policy: ${written} is not known before it is installed. With --all it would be, where it is in this registry.\n`,
      );
  if (values.create) {
    const profile = profilesIn(values['aws-profile'])[ecr.account];
    return interruptible(
      (signal) => makeIdentity(identity, profile, signal),
      () => 'Interrupted. The same command goes on; a key that was not printed is not in use.',
    );
  }
  process.stdout.write({ json: asJson, aws: asCommands, terraform: asTerraform }[form](identity));
  return 0;
}

/** What is to be pulled from which registry: registries of one account, which an identity of that account may read. */
function grantsOf(
  listed: readonly { readonly host: string; readonly repositories: readonly string[] }[],
  wanted: string | null,
  all: boolean,
): (PullGrant & { readonly host: string })[] {
  const byHost = new Map<string, Set<string>>();
  if (wanted !== null) byHost.set(wanted, new Set());
  for (const { host, repositories } of listed) {
    if (wanted !== null && host !== wanted) continue;
    const known = byHost.get(host) ?? new Set();
    byHost.set(host, known);
    for (const one of repositories) known.add(one);
  }
  const grants = [...byHost].flatMap(([host, repositories]) => {
    const ecr = ecrHost(host);
    if (ecr === null) return [];
    return [{ host, ecr, repositories: all || repositories.size === 0 ? null : [...repositories].sort() }];
  });
  const accounts = new Set(grants.map(({ ecr }) => `${ecr.partition} ${ecr.account}`));
  if (accounts.size > 1)
    throw new UsageError(
      `Each account needs an identity of its own, and there are registries of ${accounts.size}: name one with --registry: ${grants.map(({ host }) => host).join(', ')}.`,
    );
  return grants;
}
