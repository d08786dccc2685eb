import { conflict, type IamCall, type IamOperation, newPrincipal, userOf } from './call.ts';
import { arnOf } from './identity.ts';
import type { Xml } from './query.ts';
import type { User } from './state.ts';

/** The ARN of the user that a call names, whether or not there is one. */
export const userArn = ({ world, identity, params }: IamCall): string =>
  arnOf(world, 'user', {
    ...identity.user,
    name: params.get('UserName') ?? identity.user.name,
    path:
      params.get('Path') ??
      world.iam.state.users.find(({ name }) => name === params.get('UserName'))?.path ??
      '/',
  });

export const createUser: IamOperation = {
  resource: userArn,
  run: (call) => {
    const { users } = call.world.iam.state;
    const tags = call.params.pairs('Tags');
    const user: User = { ...newPrincipal(call, 'User', users), keys: [], tags };
    users.push(user);
    return { User: describe(call, user) };
  },
};

export const getUser: IamOperation = {
  resource: userArn,
  run: (call) => ({ User: describe(call, userOf(call)) }),
};

export const listUsers: IamOperation = {
  resource: ({ world }) => `arn:aws:iam::${world.accountId}:user/`,
  run: (call) => ({
    Users: call.world.iam.state.users.map((each) => describe(call, each)),
    IsTruncated: false,
  }),
};

export const deleteUser: IamOperation = {
  resource: userArn,
  run: (call) => {
    const user = userOf(call);
    const left =
      user.keys.length > 0
        ? 'access keys'
        : user.attached.length > 0 || Object.keys(user.inline).length > 0
          ? 'policies'
          : null;
    if (left !== null) throw conflict('DeleteConflict', `Cannot delete entity, must delete ${left} first.`);
    const { users } = call.world.iam.state;
    users.splice(users.indexOf(user), 1);
    return null;
  },
};

function describe({ world }: IamCall, user: User): Xml {
  const { path, name, id, created, tags = {} } = user;
  const listed = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    Path: path,
    UserName: name,
    UserId: id,
    Arn: arnOf(world, 'user', user),
    CreateDate: created,
    ...(listed.length === 0 ? {} : { Tags: listed }),
  };
}
