import { conflict, type IamCall, type IamOperation, newPrincipal, required, roleOf } from './call.ts';
import { arnOf } from './identity.ts';
import { invalidInput, QueryError, type Xml } from './query.ts';
import type { Role } from './state.ts';

/** The ARN of the role that a call names, whether or not there is one. */
export const roleArn = ({ world, params }: IamCall): string =>
  `arn:aws:iam::${world.accountId}:role${params.get('Path') ?? '/'}${params.get('RoleName') ?? ''}`;

/** `CreateRole`. Its trust policy must be JSON with statements; nobody assumes roles here. */
export const createRole: IamOperation = {
  resource: roleArn,
  run: (call) => {
    const { roles } = call.world.iam.state;
    const trust = required(call.params, 'AssumeRolePolicyDocument');
    checkTrust(trust);
    const role: Role = { ...newPrincipal(call, 'Role', roles), trust };
    roles.push(role);
    return { Role: describe(call, role) };
  },
};

export const getRole: IamOperation = {
  resource: roleArn,
  run: (call) => ({ Role: describe(call, roleOf(call)) }),
};

export const updateAssumeRolePolicy: IamOperation = {
  resource: roleArn,
  run: (call) => {
    const trust = required(call.params, 'PolicyDocument');
    checkTrust(trust);
    roleOf(call).trust = trust;
    return null;
  },
};

export const deleteRole: IamOperation = {
  resource: roleArn,
  run: (call) => {
    const role = roleOf(call);
    if (role.attached.length > 0 || Object.keys(role.inline).length > 0)
      throw conflict('DeleteConflict', 'Cannot delete entity, must delete policies first.');
    const { roles } = call.world.iam.state;
    roles.splice(roles.indexOf(role), 1);
    return null;
  },
};

/** `CreateOpenIDConnectProvider`: whose tokens a role may trust. */
export const createOpenIdConnectProvider: IamOperation = {
  resource: (call) => providerArn(call),
  run: (call) => {
    const { world, params, now } = call;
    const url = required(params, 'Url');
    if (!/^https:\/\/[^/?#]+(\/[^?#]*)?$/.test(url))
      throw invalidInput('Invalid Open ID Connect Provider URL');
    const arn = providerArn(call);
    if (world.iam.state.providers.some((each) => each.arn === arn))
      throw conflict('EntityAlreadyExists', `Provider with url ${url} already exists.`);
    world.iam.state.providers.push({ arn, url, clientIds: params.list('ClientIDList'), created: now });
    return { OpenIDConnectProviderArn: arn };
  },
};

export const listOpenIdConnectProviders: IamOperation = {
  resource: ({ world }) => `arn:aws:iam::${world.accountId}:oidc-provider/`,
  run: ({ world }) => ({
    OpenIDConnectProviderList: world.iam.state.providers.map(({ arn }) => ({ Arn: arn })),
  }),
};

const providerArn = ({ world, params }: IamCall): string =>
  `arn:aws:iam::${world.accountId}:oidc-provider/${(params.get('Url') ?? '').replace(/^https:\/\//, '')}`;

function checkTrust(text: string): void {
  try {
    const { Statement } = JSON.parse(text) as { readonly Statement?: unknown };
    const statements = (Array.isArray(Statement) ? Statement : [Statement]) as { Principal?: unknown }[];
    if (statements.every((each) => each?.Principal !== undefined)) return;
  } catch {
    // Refused below.
  }
  throw new QueryError(400, 'MalformedPolicyDocument', 'Syntax errors in policy.');
}

function describe({ world }: IamCall, role: Role): Xml {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: arnOf(world, 'role', role),
    CreateDate: role.created,
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    MaxSessionDuration: 3600,
  };
}
