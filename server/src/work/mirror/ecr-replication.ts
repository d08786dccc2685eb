import type { ReplicationDestination, ReplicationRule } from '../../io/aws/api.ts';
import type { EcrRegistry } from '../../io/aws/connect.ts';
import { isRefused } from '../../io/aws/failure.ts';
import type { EcrCalls } from './ecr-target.ts';
import { MirrorError } from './model.ts';

/** ECR's quotas for one registry. https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const MOST_RULES = 10;
const MOST_DESTINATIONS = 25;

/**
 * Where the registry copies what is pushed to it, in ECR's order; `unknown` where that may not be read.
 * @throws what the call throws, but for a refusal (`failureOf` words it)
 */
export async function replication(
  { api }: Pick<EcrCalls, 'api'>,
  signal: AbortSignal,
): Promise<readonly ReplicationRule[] | 'unknown'> {
  try {
    return await api.replicationRules(signal);
  } catch (error) {
    if (isRefused(error)) return 'unknown';
    throw error;
  }
}

/** Where the rules copy one repository to; each destination once. */
export function destinationsOf(
  rules: readonly ReplicationRule[],
  repository: string,
): readonly ReplicationDestination[] {
  const found = rules
    .filter(({ prefixes }) => prefixes.length === 0 || prefixes.some((each) => repository.startsWith(each)))
    .flatMap(({ destinations }) => destinations);
  return [...new Map(found.map((each) => [keyOf(each), each])).values()];
}

/**
 * What a person may give to `aws ecr put-replication-configuration --replication-configuration`, as JSON, so that
 * repositories are served in further regions of the registry's account. ECR replaces all rules by it, so it holds those
 * that are there, too. Null where nothing is left to be done. It is shown and never applied.
 * @param regions may hold the registry's own and what is replicated to already; both are left out
 * @param prefix what the names of the repositories begin with; empty for all
 * @throws MirrorError for a region that cannot be, and for more than ECR takes
 */
export function replicationFor(
  regions: readonly string[],
  { account, region: own }: Pick<EcrRegistry, 'account' | 'region'>,
  rules: readonly ReplicationRule[],
  prefix = '',
): string | null {
  const odd = regions.find((region) => !/^[a-z]{2,}(?:-[a-z0-9]+)+$/.test(region) || region.length > 25);
  if (odd !== undefined)
    throw new MirrorError('refused', `"${odd}" is no region of AWS. Regions are named like eu-central-1.`);
  const served = new Set(
    rules
      .filter(({ prefixes }) => prefixes.length === 0 || prefixes.some((each) => prefix.startsWith(each)))
      .flatMap(({ destinations }) => destinations.map(keyOf)),
  );
  const wanted = [...new Set(regions)]
    .filter((region) => region !== own)
    .map((region): ReplicationDestination => ({ region, account }))
    .filter((destination) => !served.has(keyOf(destination)));
  if (wanted.length === 0) return null;
  const all: readonly ReplicationRule[] = [
    ...rules,
    { destinations: wanted, prefixes: prefix === '' ? [] : [prefix] },
  ];
  const destinations = new Set(all.flatMap((rule) => rule.destinations.map(keyOf)));
  if (all.length > MOST_RULES || destinations.size > MOST_DESTINATIONS)
    throw new MirrorError(
      'refused',
      `Amazon ECR takes ${MOST_RULES} replication rules with ${MOST_DESTINATIONS} destinations at most; this would be ` +
        `${all.length} with ${destinations.size}.`,
    );
  return JSON.stringify({ rules: all.map(ruleOf) }, null, 2);
}

/** A rule as ECR's API spells it. */
const ruleOf = ({ destinations, prefixes }: ReplicationRule): object => ({
  destinations: destinations.map(({ region, account }) => ({ region, registryId: account })),
  ...(prefixes.length === 0
    ? {}
    : { repositoryFilters: prefixes.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' })) }),
});

const keyOf = ({ region, account }: ReplicationDestination): string => `${account} ${region}`;
