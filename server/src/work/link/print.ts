import type { EcrHost } from '../../core/image/hosts.ts';
import {
  inlineLimits,
  MANAGED_LIMIT,
  OIDC_AUDIENCE,
  OIDC_PROVIDER,
  type PolicyDocument,
  policySize,
} from './policy.ts';

/** The identity that Replicated pulls as. */
export interface PullIdentity {
  readonly kind: 'user' | 'role';
  /** Of the user or role, and of its policy. */
  readonly name: string;
  readonly ecr: Pick<EcrHost, 'partition' | 'account' | 'region'>;
  readonly policy: PolicyDocument;
  /** Who may take the role; null for a user. */
  readonly trust: PolicyDocument | null;
  /** The registry, for the command that links it. */
  readonly host: string;
}

/** Whether the policy is too long for any form that IAM has. */
export const isTooLong = ({ policy }: PullIdentity): boolean => policySize(policy) > MANAGED_LIMIT;

const isInline = ({ kind, policy }: PullIdentity): boolean => policySize(policy) <= inlineLimits[kind];

/** The policy as JSON; for a role with who may take it. */
export const asJson = ({ policy, trust }: PullIdentity): string =>
  `${JSON.stringify(trust === null ? policy : { policy, trustPolicy: trust }, null, 2)}\n`;

/** Commands of the AWS CLI that make it, for a shell. */
export function asCommands(identity: PullIdentity): string {
  const { kind, name, ecr, policy, trust, host } = identity;
  const { partition, account, region } = ecr;
  // IAM is one for each partition; outside of the usual one the CLI must be told which by a region.
  const iam = (rest: string): string => `aws iam ${rest}${partition === 'aws' ? '' : ` --region ${region}`}`;
  const document = (of: PolicyDocument): string => `'${JSON.stringify(of)}'`;
  const lines: string[] = [];
  if (trust === null) lines.push(iam(`create-user --user-name ${name}`));
  else {
    lines.push(
      '# Once for each account: leave the next line out where the provider is there already.',
      iam(`create-open-id-connect-provider --url https://${OIDC_PROVIDER} --client-id-list ${OIDC_AUDIENCE}`),
      iam(`create-role --role-name ${name} --assume-role-policy-document ${document(trust)}`),
    );
  }
  if (isInline(identity))
    lines.push(
      iam(
        `put-${kind}-policy --${kind}-name ${name} --policy-name ${name} --policy-document ${document(policy)}`,
      ),
    );
  else
    lines.push(
      iam(`create-policy --policy-name ${name} --policy-document ${document(policy)}`),
      iam(
        `attach-${kind}-policy --${kind}-name ${name} --policy-arn arn:${partition}:iam::${account}:policy/${name}`,
      ),
    );
  if (kind === 'user')
    lines.push(
      '# The secret key goes from AWS to the portal and is seen by nobody.',
      `${iam(`create-access-key --user-name ${name} --output json`)} | waybill registry add ${host} --key-stdin`,
    );
  else
    lines.push(
      `# In the portal: Images, "Add External Registry", Amazon ECR, "IAM Authentication", arn:${partition}:iam::${account}:role/${name}`,
    );
  return `${lines.join('\n')}\n`;
}

/** Terraform that makes it, as `terraform fmt` writes it. No access key: its secret would lie in Terraform's state. */
export function asTerraform(identity: PullIdentity): string {
  const { kind, name, policy, trust, host } = identity;
  const blocks: string[] = [];
  if (trust === null) blocks.push(block('resource "aws_iam_user" "replicated_pull"', [['name', text(name)]]));
  else
    blocks.push(
      block('resource "aws_iam_openid_connect_provider" "replicated"', [
        ['url', text(`https://${OIDC_PROVIDER}`)],
        ['client_id_list', `[${text(OIDC_AUDIENCE)}]`],
      ]),
      block('resource "aws_iam_role" "replicated_pull"', [
        ['name', text(name)],
        ['assume_role_policy', `jsonencode(${hcl(trust, 1)})`],
      ]),
    );
  const owner = `aws_iam_${kind}.replicated_pull.name`;
  const encoded = `jsonencode(${hcl(policy, 1)})`;
  if (isInline(identity))
    blocks.push(
      block(`resource "aws_iam_${kind}_policy" "replicated_pull"`, [
        ['name', text(name)],
        [kind, owner],
        ['policy', encoded],
      ]),
    );
  else
    blocks.push(
      block('resource "aws_iam_policy" "replicated_pull"', [
        ['name', text(name)],
        ['policy', encoded],
      ]),
      block(`resource "aws_iam_${kind}_policy_attachment" "replicated_pull"`, [
        [kind, owner],
        ['policy_arn', 'aws_iam_policy.replicated_pull.arn'],
      ]),
    );
  const then =
    kind === 'user'
      ? `# The access key is no part of this: Terraform would keep its secret in its state.\n# aws iam create-access-key --user-name ${name} --output json | waybill registry add ${host} --key-stdin\n`
      : '';
  return `${blocks.join('\n')}${then === '' ? '' : `\n${then}`}`;
}

/** A block whose attributes stand as `terraform fmt` has them: one-line neighbours with their signs below each other. */
const block = (head: string, attributes: readonly (readonly [string, string])[]): string =>
  `${head} {\n${aligned(attributes, '  ')}}\n`;

function aligned(attributes: readonly (readonly [string, string])[], indent: string): string {
  const isLong = (value: string): boolean => value.includes('\n');
  return attributes
    .map(([key, value], at) => {
      let [from, to] = [at, at];
      // What spans lines ends a group, and is one by itself.
      if (!isLong(value)) {
        while (from > 0 && !isLong(attributes[from - 1]?.[1] ?? '\n')) from--;
        while (to < attributes.length - 1 && !isLong(attributes[to + 1]?.[1] ?? '\n')) to++;
      }
      const width = Math.max(...attributes.slice(from, to + 1).map(([name]) => name.length));
      return `${indent}${key.padEnd(width)} = ${value}\n`;
    })
    .join('');
}

/** A value of JSON in HCL. */
function hcl(value: unknown, depth: number): string {
  const indent = '  '.repeat(depth + 1);
  const end = '  '.repeat(depth);
  if (Array.isArray(value)) {
    const items = value.map((item) => `${indent}${hcl(item, depth + 1)},\n`);
    return `[\n${items.join('')}${end}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, inner]) => [/^[A-Za-z_]\w*$/.test(key) ? key : text(key), hcl(inner, depth + 1)] as const,
    );
    return `{\n${aligned(entries, indent)}${end}}`;
  }
  return text(String(value));
}

/** A string of HCL: JSON's escapes, and its templates taken literally. */
const text = (value: string): string => JSON.stringify(value).replaceAll('${', '$${').replaceAll('%{', '%%{');
