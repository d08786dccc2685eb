import { randomBytes } from 'node:crypto';
import { conflict, type IamCall, type IamOperation, newId, noSuchEntity, required, userOf } from './call.ts';
import { invalidInput } from './query.ts';
import type { AccessKey } from './state.ts';
import { userArn } from './users.ts';

/** A user has two keys at most, so that one can be replaced by the other. */
const most = 2;

/** `CreateAccessKey`: the only answer that ever has the secret. */
export const createAccessKey: IamOperation = {
  resource: userArn,
  run: (call) => {
    const user = userOf(call);
    if (user.keys.length >= most)
      throw conflict('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${most}`);
    const secret = randomBytes(30).toString('base64');
    const key: AccessKey = { id: newId('AKIA'), secret, status: 'Active', created: call.now };
    user.keys.push(key);
    return { AccessKey: { ...describe(user.name, key), SecretAccessKey: secret } };
  },
};

export const listAccessKeys: IamOperation = {
  resource: userArn,
  run: (call) => {
    const { name, keys } = userOf(call);
    return { AccessKeyMetadata: keys.map((each) => describe(name, each)), IsTruncated: false };
  },
};

export const updateAccessKey: IamOperation = {
  resource: userArn,
  run: (call) => {
    const status = required(call.params, 'Status');
    if (status !== 'Active' && status !== 'Inactive') throw invalidInput(`Status is no ${status}`);
    keyOf(call).status = status;
    return null;
  },
};

export const deleteAccessKey: IamOperation = {
  resource: userArn,
  run: (call) => {
    const { keys } = userOf(call);
    keys.splice(keys.indexOf(keyOf(call)), 1);
    return null;
  },
};

/** `GetAccessKeyLastUsed`: of any user's key, by its id alone. */
export const getAccessKeyLastUsed: IamOperation = {
  resource: userArn,
  run: ({ world, params }) => {
    const id = required(params, 'AccessKeyId');
    const owner = world.iam.state.users.find(({ keys }) => keys.some((key) => key.id === id));
    const lastUsed = owner?.keys.find((key) => key.id === id)?.lastUsed;
    if (owner === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
    return {
      UserName: owner.name,
      AccessKeyLastUsed: {
        ...(lastUsed === undefined ? {} : { LastUsedDate: lastUsed }),
        ServiceName: lastUsed === undefined ? 'N/A' : 'ecr',
        Region: lastUsed === undefined ? 'N/A' : world.region,
      },
    };
  },
};

function keyOf(call: IamCall): AccessKey {
  const id = required(call.params, 'AccessKeyId');
  const found = userOf(call).keys.find((each) => each.id === id);
  if (found === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return found;
}

const describe = (user: string, { id, status, created }: AccessKey) => ({
  UserName: user,
  AccessKeyId: id,
  Status: status,
  CreateDate: created,
});
