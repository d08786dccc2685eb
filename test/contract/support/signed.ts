import { ask, json } from './http.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A call of the ECR API by hand, for what no SDK would send: the sandbox wants a signature's form, not its proof. */
export async function signedCall(
  sandbox: { readonly url: string; readonly env: Readonly<Record<string, string>>; readonly region: string },
  operation: string,
  input: object | string,
  { region = sandbox.region, accessKeyId = sandbox.env.AWS_ACCESS_KEY_ID ?? '', service = 'ecr' } = {},
): Promise<ApiAnswer> {
  const credential = `${accessKeyId}/20261123/${region}/${service}/aws4_request`;
  const answer = await ask('POST', sandbox.url, {
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return { status: answer.status, body: json(answer) as Record<string, unknown> };
}
