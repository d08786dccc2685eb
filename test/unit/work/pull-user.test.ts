import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IamApi, ListedKey } from '../../../server/src/io/aws/iam.ts';
import { makePullUser } from '../../../server/src/work/link/pull-user.ts';
import { principalOf, rightsOf } from '../../../server/src/work/link/rights.ts';

const signal = new AbortController().signal;
const wanted = { name: 'replicated-pull', policyName: 'pull', policy: '{}' };

interface State {
  tags: Record<string, string> | null;
  keys: ListedKey[];
  readonly calls: string[];
}

/** IAM with one user at most, which writes down what it is asked to change. */
function iamWith(state: State): IamApi {
  const refuse = async (): Promise<never> => {
    throw new Error('not expected');
  };
  return {
    callerIdentity: async () => ({ account: '1', arn: 'arn:aws:sts::1:assumed-role/Dev/me' }),
    simulate: async (arn, actions) =>
      new Map(actions.map((action) => [action, !(arn.endsWith(':role/Dev') && action === 'iam:CreateUser')])),
    user: async () => (state.tags === null ? null : { arn: 'arn:user', tags: state.tags }),
    createUser: async (_, tags) => {
      state.calls.push('create user');
      state.tags = tags;
      return 'arn:user';
    },
    putUserPolicy: async () => void state.calls.push('put policy'),
    accessKeys: async () => state.keys,
    createAccessKey: async () => {
      state.calls.push('create key');
      state.keys = [...state.keys, { id: 'AKNEW', used: false }];
      return { id: 'AKNEW', secret: 'secret' };
    },
    deleteAccessKey: async (_, id) => {
      state.calls.push(`delete ${id}`);
      state.keys = state.keys.filter((key) => key.id !== id);
    },
    ensureOidcProvider: refuse,
    ensureRole: refuse,
    putRolePolicy: refuse,
    close() {},
  };
}

const ours = { waybill: 'replicated-pull' };

test('a user is made with its policy and one key', async () => {
  const state: State = { tags: null, keys: [], calls: [] };
  const made = await makePullUser(iamWith(state), wanted, new Set(), signal);
  assert.deepEqual(state.calls, ['create user', 'put policy', 'create key']);
  assert.deepEqual(made.key, { id: 'AKNEW', secret: 'secret' });
});

test('a second run makes no second user, and replaces the key whose secret was lost', async () => {
  const state: State = { tags: ours, keys: [{ id: 'AKLOST', used: false }], calls: [] };
  const made = await makePullUser(iamWith(state), wanted, new Set(), signal);
  assert.deepEqual(state.calls, ['put policy', 'delete AKLOST', 'create key']);
  assert.deepEqual(made.deleted, ['AKLOST']);
});

test('a key that is linked, that somebody used, or of which that is not known stays', async () => {
  for (const key of [
    { id: 'AKLINKED', used: false },
    { id: 'AKUSED', used: true },
    { id: 'AKUNKNOWN', used: null },
  ]) {
    const state: State = { tags: ours, keys: [key], calls: [] };
    await makePullUser(iamWith(state), wanted, new Set(['AKLINKED']), signal);
    assert.deepEqual(state.calls, ['put policy', 'create key'], key.id);
  }
  const full: State = {
    tags: ours,
    keys: [
      { id: 'AK1', used: true },
      { id: 'AK2', used: true },
    ],
    calls: [],
  };
  await assert.rejects(
    makePullUser(iamWith(full), wanted, new Set(), signal),
    /has 2 access keys, .*aws iam delete-access-key --user-name replicated-pull --access-key-id AK1 or AK2/,
  );
  assert.ok(!full.calls.includes('create key'));
});

test('a user of the same name that somebody else made is left alone', async () => {
  const state: State = { tags: {}, keys: [], calls: [] };
  await assert.rejects(makePullUser(iamWith(state), wanted, new Set(), signal), /Waybill did not make/);
  assert.deepEqual(state.calls, []);
});

test('what an identity may not do is named, with the role behind a session', async () => {
  assert.equal(principalOf('arn:aws-cn:sts::1:assumed-role/a/b/session'), 'arn:aws-cn:iam::1:role/a/b');
  assert.equal(principalOf('arn:aws:iam::1:user/me'), 'arn:aws:iam::1:user/me');
  const iam = iamWith({ tags: null, keys: [], calls: [] });
  const { denied } = await rightsOf(iam, ['push', 'user'], signal);
  assert.deepEqual(denied, [{ need: 'user', action: 'iam:CreateUser' }]);
  const { denied: unknown } = await rightsOf({ ...iam, simulate: async () => null }, ['push'], signal);
  assert.equal(unknown, null);
});
