import {
  conflict,
  documentOf,
  type IamCall,
  type IamOperation,
  newId,
  noSuchEntity,
  required,
  roleOf,
  userOf,
} from './call.ts';
import { policyDocument } from './identity.ts';
import type { CustomerPolicy, Principal } from './state.ts';

/** Whose policies: the operations on users and roles are the same but for their names. */
interface Owner {
  readonly field: 'UserName' | 'RoleName';
  readonly of: (call: IamCall) => Principal;
  readonly resource: (call: IamCall) => string;
}

export const ofUsers = (resource: (call: IamCall) => string): Owner => ({
  field: 'UserName',
  of: userOf,
  resource,
});

export const ofRoles = (resource: (call: IamCall) => string): Owner => ({
  field: 'RoleName',
  of: roleOf,
  resource,
});

/** `PutUserPolicy`, `PutRolePolicy`: an inline policy, in place of the one of its name. */
export const putPolicy = ({ of, resource }: Owner): IamOperation => ({
  resource,
  run: (call) => {
    const principal = of(call);
    principal.inline[required(call.params, 'PolicyName')] = documentOf(call.params);
    return null;
  },
});

export const getInlinePolicy = ({ field, of, resource }: Owner): IamOperation => ({
  resource,
  run: (call) => {
    const principal = of(call);
    const name = required(call.params, 'PolicyName');
    const document = Object.hasOwn(principal.inline, name) ? principal.inline[name] : undefined;
    if (document === undefined) throw noSuchPolicy(field, name);
    // Documents are answered in the encoding of URLs, RFC 3986.
    return { [field]: principal.name, PolicyName: name, PolicyDocument: encodeURIComponent(document) };
  },
});

export const listInlinePolicies = ({ of, resource }: Owner): IamOperation => ({
  resource,
  run: (call) => ({ PolicyNames: Object.keys(of(call).inline).sort(), IsTruncated: false }),
});

export const deleteInlinePolicy = ({ field, of, resource }: Owner): IamOperation => ({
  resource,
  run: (call) => {
    const principal = of(call);
    const name = required(call.params, 'PolicyName');
    if (!Object.hasOwn(principal.inline, name)) throw noSuchPolicy(field, name);
    delete principal.inline[name];
    return null;
  },
});

export const attachPolicy = ({ of, resource }: Owner): IamOperation => ({
  resource,
  run: (call) => {
    const { attached } = of(call);
    const arn = required(call.params, 'PolicyArn');
    if (policyDocument(call.world, arn) === null)
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    if (!attached.includes(arn)) attached.push(arn);
    return null;
  },
});

export const detachPolicy = ({ of, resource }: Owner): IamOperation => ({
  resource,
  run: (call) => {
    const { attached } = of(call);
    const arn = required(call.params, 'PolicyArn');
    if (!attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    attached.splice(attached.indexOf(arn), 1);
    return null;
  },
});

export const listAttachedPolicies = ({ of, resource }: Owner): IamOperation => ({
  resource,
  run: (call) => ({
    AttachedPolicies: of(call).attached.map((arn) => ({
      PolicyName: arn.split('/').at(-1) ?? '',
      PolicyArn: arn,
    })),
    IsTruncated: false,
  }),
});

/** `CreatePolicy`: a policy of the customer's own, to be attached. */
export const createPolicy: IamOperation = {
  resource: (call) => customerArn(call),
  run: (call) => {
    const { params, world, now } = call;
    const name = required(params, 'PolicyName');
    const arn = customerArn(call);
    if (world.iam.state.policies.some((each) => each.arn === arn))
      throw conflict(
        'EntityAlreadyExists',
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
      );
    const policy: CustomerPolicy = {
      arn,
      name,
      path: params.get('Path') ?? '/',
      id: newId('ANPA'),
      document: documentOf(params),
      created: now,
    };
    world.iam.state.policies.push(policy);
    return {
      Policy: {
        PolicyName: policy.name,
        PolicyId: policy.id,
        Arn: policy.arn,
        Path: policy.path,
        DefaultVersionId: 'v1',
        AttachmentCount: 0,
        IsAttachable: true,
        CreateDate: policy.created,
        UpdateDate: policy.created,
      },
    };
  },
};

const customerArn = ({ world, params }: IamCall): string =>
  `arn:aws:iam::${world.accountId}:policy${params.get('Path') ?? '/'}${params.get('PolicyName') ?? ''}`;

const noSuchPolicy = (field: Owner['field'], name: string) =>
  noSuchEntity(`The ${field === 'UserName' ? 'user' : 'role'} policy with name ${name} cannot be found.`);
