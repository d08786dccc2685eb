import { parseArgs } from 'node:util';
import { canonicalHost } from '../../core/image/hosts.ts';
import { ecrError } from '../../work/mirror/ecr-failure.ts';
import { replication, replicationFor } from '../../work/mirror/ecr-replication.ts';
import { createHosts } from '../../work/mirror/hosts.ts';
import { profilesIn } from '../profiles.ts';
import { UsageError } from '../usage.ts';

/**
 * `waybill registry replication HOST [--regions A,B]`: where a registry of Amazon ECR copies what is pushed to it, and
 * the settings by which it would serve further regions. Nothing is changed.
 */
export async function showReplication(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      regions: { type: 'string' },
      'aws-profile': { type: 'string', multiple: true, default: [] },
    },
  });
  const [host, ...more] = positionals;
  if (host === undefined || more.length > 0)
    throw new UsageError('waybill registry replication wants one registry host of Amazon ECR.');
  const profiles = profilesIn(values['aws-profile']);
  const { signal } = new AbortController();
  const hosts = createHosts({
    env: process.env,
    now: Date.now,
    log: () => {},
    profileFor: (account) => profiles[account],
    mayStartPrograms: () => true,
  });
  try {
    const { ecr } = await hosts.open(canonicalHost(host), 'pull', signal);
    if (ecr === null) throw new UsageError(`${host} is not a registry host of Amazon ECR.`);
    const connection = await ecr.connect(signal);
    const rules = await replication(connection, signal).catch((error: unknown) => {
      throw ecrError(error, `Amazon ECR ${ecr.region}`, connection.renew);
    });
    if (rules === 'unknown')
      process.stderr.write(
        'The replication settings may not be read (ecr:DescribeRegistry). What follows would replace them.\n',
      );
    else
      for (const { prefixes, destinations } of rules)
        process.stderr.write(
          `${prefixes.length === 0 ? 'all repositories' : `${prefixes.join('*, ')}*`} → ${destinations.map(({ region, account }) => (account === ecr.account ? region : `${region} of ${account}`)).join(', ')}\n`,
        );
    if (rules !== 'unknown' && rules.length === 0) process.stderr.write('Nothing is replicated.\n');
    if (values.regions === undefined) return 0;
    const regions = values.regions.split(',').filter((region) => region !== '');
    const settings = replicationFor(regions, ecr, rules === 'unknown' ? [] : rules);
    if (settings === null) {
      process.stderr.write('These regions are served already.\n');
      return 0;
    }
    process.stdout.write(`${settings}\n`);
    process.stderr.write(
      `To have it so: aws ecr put-replication-configuration --region ${ecr.region} --replication-configuration file://FILE\n`,
    );
    return 0;
  } finally {
    hosts.close();
  }
}
