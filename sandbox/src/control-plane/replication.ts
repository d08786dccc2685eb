import type { ReplicationRule } from '../store/settings.ts';
import { type Call, type Operation, registryOf } from './call.ts';
import { constraint } from './errors.ts';
import { type Input, isObject, optionalList, optionalObject, requiredText, serialization } from './input.ts';

/** `DescribeRegistry`: where what is pushed is copied to. */
export const describeRegistry: Operation = (call) => ({
  registryId: call.world.accountId,
  replicationConfiguration: describe(settingsOf(call).replication),
});

/** `PutReplicationConfiguration` replaces all rules. What is pushed later is copied nowhere in the sandbox. */
export const putReplicationConfiguration: Operation = async (call) => {
  const configuration = optionalObject(call.input, 'replicationConfiguration');
  if (configuration === null) throw constraint('replicationConfiguration', 'must not be null');
  const rules = structures(configuration, 'rules', 10, 0);
  if (rules === null) throw constraint('replicationConfiguration.rules', 'must not be null');
  settingsOf(call).replication = rules.map((rule) => readRule(call, rule));
  await call.world.store.saved();
  return { replicationConfiguration: describe(settingsOf(call).replication) };
};

function readRule({ world, region }: Call, rule: Input): ReplicationRule {
  const destinations = structures(rule, 'destinations', 100, 0);
  if (destinations === null)
    throw constraint('replicationConfiguration.rules.destinations', 'must not be null');
  return {
    destinations: destinations.map((destination) => {
      const to = {
        region: requiredText(destination, 'region'),
        registryId: requiredText(destination, 'registryId'),
      };
      if (!/^[0-9a-z-]{2,25}$/.test(to.region))
        throw constraint('region', "must satisfy regular expression '[0-9a-z-]{2,25}'");
      if (!/^[0-9]{12}$/.test(to.registryId))
        throw constraint('registryId', "must satisfy regular expression '[0-9]{12}'");
      if (to.region === region && to.registryId === world.accountId)
        throw constraint(
          'replicationConfiguration',
          'Replication destination cannot be the same as the source registry',
        );
      return to;
    }),
    prefixes: (structures(rule, 'repositoryFilters', 100, 1) ?? []).map((filter) => {
      if (requiredText(filter, 'filterType') !== 'PREFIX_MATCH')
        throw constraint('filterType', 'must satisfy enum value set: [PREFIX_MATCH]');
      return requiredText(filter, 'filter');
    }),
  };
}

/** A list of structures; null where it is left out. */
function structures(input: Input, field: string, most: number, least: number): Input[] | null {
  const value = input[field];
  if (least === 0 && Array.isArray(value) && value.length === 0) return [];
  const list = optionalList(input, field, most);
  return (
    list?.map((each) => {
      if (!isObject(each)) throw serialization(`'${field}' holds something that is no structure`);
      return each;
    }) ?? null
  );
}

const settingsOf = (call: Call) => call.world.store.settings(registryOf(call));

const describe = (rules: readonly ReplicationRule[]): object => ({
  rules: rules.map(({ destinations, prefixes }) => ({
    destinations,
    repositoryFilters:
      prefixes.length === 0 ? undefined : prefixes.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' })),
  })),
});
