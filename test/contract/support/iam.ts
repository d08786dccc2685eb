import { signatureHeaders } from '../../../sandbox/src/auth/sigv4.ts';
import { ask, json } from './http.ts';
import type { ApiAnswer } from './signed.ts';

type Running = {
  readonly url: string;
  readonly iamUrl: string;
  readonly region: string;
  readonly env: Readonly<Record<string, string>>;
};

export interface Key {
  readonly id: string;
  readonly secret: string;
}

export interface IamAnswer {
  readonly status: number;
  readonly xml: string;
  /** The text of the first element of a name; null where there is none. */
  text(element: string): string | null;
}

const ownKey = ({ env }: Running): Key => ({
  id: env.AWS_ACCESS_KEY_ID ?? '',
  secret: env.AWS_SECRET_ACCESS_KEY ?? '',
});

/** One signed call of IAM or STS in AWS's query protocol. */
export async function iamCall(
  sandbox: Running,
  action: string,
  params: Readonly<Record<string, string>> = {},
  key: Key = ownKey(sandbox),
): Promise<IamAnswer> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...params }).toString();
  const url = new URL(`${sandbox.iamUrl}/`);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const place = { region: 'us-east-1', service: 'iam', now: Date.now() };
  const request = { method: 'POST', url, headers, body: Buffer.from(body) };
  const answer = await ask('POST', url.href, {
    headers: { ...headers, ...signatureHeaders(key, place, request) },
    body,
  });
  const xml = answer.body.toString('utf8');
  return {
    status: answer.status,
    xml,
    text: (element) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? null,
  };
}

/** One call of the ECR API that is really signed with a key. */
export async function ecrCall(
  sandbox: Running,
  operation: string,
  input: object,
  key: Key,
  region = sandbox.region,
): Promise<ApiAnswer> {
  const url = new URL(`${sandbox.url}/`);
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
  };
  const place = { region, service: 'ecr', now: Date.now() };
  const request = { method: 'POST', url, headers, body: Buffer.from(body) };
  const answer = await ask('POST', url.href, {
    headers: { ...headers, ...signatureHeaders(key, place, request) },
    body,
  });
  return { status: answer.status, body: json(answer) as Record<string, unknown> };
}

/** A new user with one inline policy, and their access key. */
export async function userWith(sandbox: Running, name: string, statements: readonly object[]): Promise<Key> {
  await iamCall(sandbox, 'CreateUser', { UserName: name });
  await iamCall(sandbox, 'PutUserPolicy', {
    UserName: name,
    PolicyName: 'test',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });
  const made = await iamCall(sandbox, 'CreateAccessKey', { UserName: name });
  return { id: made.text('AccessKeyId') ?? '', secret: made.text('SecretAccessKey') ?? '' };
}
