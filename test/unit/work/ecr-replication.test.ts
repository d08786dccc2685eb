import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../../sandbox/src/index.ts';
import {
  destinationsOf,
  replication,
  replicationFor,
} from '../../../server/src/work/mirror/ecr-replication.ts';
import { MirrorError } from '../../../server/src/work/mirror/model.ts';
import { connectTo, denyAsPowerUser, signal, told } from './support/ecr.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ empty: true });
});
afterEach(() => sandbox.close());

const rules = async () => {
  const found = await replication(await connectTo(sandbox), signal());
  assert.ok(found !== 'unknown');
  return found;
};
const put = (json: string | null) =>
  told(sandbox, 'PutReplicationConfiguration', { replicationConfiguration: JSON.parse(json ?? 'null') });
const here = () => ({ account: sandbox.accountId, region: sandbox.region });
const other = '123456789012';

test('a registry that nobody told replicates nowhere', async () => {
  assert.deepEqual(await rules(), []);
});

test('what is shown to a person can be given to AWS, and then the regions are served', async () => {
  await put(replicationFor(['eu-west-1', 'ap-south-1', 'eu-west-1'], here(), []));
  const account = sandbox.accountId;
  assert.deepEqual(await rules(), [
    {
      destinations: [
        { region: 'eu-west-1', account },
        { region: 'ap-south-1', account },
      ],
      prefixes: [],
    },
  ]);
  assert.equal(replicationFor(['ap-south-1', 'eu-west-1', sandbox.region], here(), await rules()), null);
});

test('rules that are there are kept, since AWS replaces them all', async () => {
  await told(sandbox, 'PutReplicationConfiguration', {
    replicationConfiguration: {
      rules: [
        {
          destinations: [{ region: 'eu-west-1', registryId: other }],
          repositoryFilters: [{ filter: 'team/', filterType: 'PREFIX_MATCH' }],
        },
      ],
    },
  });
  const before = await rules();
  await put(replicationFor(['eu-west-1'], here(), before, 'demo-apps/'));
  const after = await rules();
  assert.deepEqual(after.slice(0, 1), before);
  assert.deepEqual(after.slice(1), [
    { destinations: [{ region: 'eu-west-1', account: sandbox.accountId }], prefixes: ['demo-apps/'] },
  ]);
  assert.deepEqual(destinationsOf(after, 'team/app'), [{ region: 'eu-west-1', account: other }]);
  assert.deepEqual(destinationsOf(after, 'demo-apps/app'), [
    { region: 'eu-west-1', account: sandbox.accountId },
  ]);
  assert.deepEqual(destinationsOf(after, 'elsewhere'), []);
  assert.equal(
    replicationFor(['eu-west-1'], here(), after, 'demo-apps/api'),
    null,
    'the shorter prefix has it',
  );
  assert.notEqual(replicationFor(['eu-west-1'], here(), after), null, 'not all repositories are served');
});

test('replication that may not be read is silently unknown; trouble is thrown', async () => {
  sandbox.quirks.reset.push({ operation: 'DescribeRegistry', times: 1 });
  const ecr = await connectTo(sandbox);
  await assert.rejects(replication(ecr, signal()));
  denyAsPowerUser(sandbox);
  assert.equal(await replication(ecr, signal()), 'unknown');
});

test('no region, and more than ECR takes, are refused', () => {
  for (const region of ['', 'Frankfurt', 'eu west 1', '*', '"],"x":["'])
    assert.throws(() => replicationFor([region], here(), []), refused(/no region of AWS/));
  const many = Array.from({ length: 26 }, (_, n) => `eu-west-${n}`);
  assert.ok(replicationFor(many.slice(1), here(), []));
  assert.throws(() => replicationFor(many, here(), []), refused(/26/));
  const full = Array.from({ length: 10 }, () => ({ destinations: [], prefixes: ['team'] }));
  assert.throws(() => replicationFor(['eu-west-1'], here(), full), refused(/11/));
});

const refused = (words: RegExp) => (error: unknown) =>
  error instanceof MirrorError && error.why === 'refused' && words.test(error.message);
