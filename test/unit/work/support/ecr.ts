import assert from 'node:assert/strict';
import type { Sandbox } from '../../../../sandbox/src/index.ts';
import { ecrRegistry } from '../../../../sandbox/src/store/repository.ts';
import { ecrHost, ecrHostOf } from '../../../../server/src/core/image/hosts.ts';
import { type Connection, createConnector } from '../../../../server/src/io/aws/connect.ts';
import { createBudget } from '../../../../server/src/io/net/budget.ts';
import { noRetries } from '../../../../server/src/io/net/retry.ts';
import { signedCall } from '../../../contract/support/signed.ts';

export const signal = (): AbortSignal => new AbortController().signal;

/** The sandbox's registry, through the AWS SDK and over HTTP as everybody has it; nothing is tried twice. */
export async function connectTo(sandbox: Sandbox, retries = noRetries): Promise<Connection> {
  const host = ecrHostOf(sandbox.accountId, sandbox.region);
  const ecr = ecrHost(host);
  assert.ok(ecr);
  const connector = createConnector({
    env: { ...sandbox.env },
    profileFor: () => undefined,
    mayStartPrograms: () => false,
    deadlineMs: 10_000,
    retries,
    budget: createBudget(),
    agents: undefined,
    log: () => {},
    onSecret: () => {},
  });
  return await connector.connect({ ...ecr, host }, signal());
}

/** A call by hand that must succeed. */
export async function told(
  sandbox: Sandbox,
  operation: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await signedCall(sandbox, operation, input);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

export const deny = (sandbox: Sandbox, ...operations: string[]): void => {
  for (const operation of operations) sandbox.quirks.deny.push({ operation });
};

/** What AWS's managed policy AmazonEC2ContainerRegistryPowerUser leaves out, of all that is asked here. */
export const denyAsPowerUser = (sandbox: Sandbox): void =>
  deny(
    sandbox,
    'CreateRepository',
    'CreatePullThroughCacheRule',
    'DescribePullThroughCacheRules',
    'DescribeRegistry',
    'DescribeRepositoryCreationTemplates',
  );

/** Everything that the account's registry holds, in a form that can be compared. */
export const contentsOf = (sandbox: Sandbox): unknown =>
  sandbox.store
    .repositories(ecrRegistry(sandbox.accountId, sandbox.region))
    .map(({ name, tags, manifests, blobs }) => [name, [...tags], [...manifests.keys()], [...blobs]]);

export const operationsOf = (sandbox: Sandbox): string[] => sandbox.calls.map(({ operation }) => operation);
